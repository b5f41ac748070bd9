// What a store may give out that a stranger, a crash or a bad disk has altered: a value or one clear error, soon, in bounded
// memory, and no file outside its folder. NANOALIGN_FUZZ=100000 is the long form.

import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ArtifactStore } from '@nanoalign/experiments'
import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { fuzz, mutations } from '../../../../scripts/fuzz/fuzz.ts'
import { damageBytes, damageJson, damageText } from '../../../../scripts/fuzz/mutate.ts'
import { UsageError } from '../errors.ts'
import { folderStorage } from '../folder-storage.ts'
import { RunStore } from '../run-folder.ts'
import { NoReferenceError, parseReference } from '../store/references.ts'
import { objectsOf } from '../store/s3-list.ts'
import { temporaryFolder } from '../testing.ts'
import { hold, isError, isPlain, text, utf8 } from './testing.ts'

const folder = temporaryFolder()

test('artifacts and checkpoints of a store', async () => {
  const sample = createStorage()
  await new ArtifactStore(sample).put('a', { x: utf8('abc') }, { adapter: 'a', stage: { name: 'a', inputs: [1, 2] } })
  await new ArtifactStore(sample).putCheckpoint('a', utf8('state'))
  const manifest = (await sample.getItemRaw<Uint8Array>('artifacts:a:manifest.json'))!
  const checkpoint = (await sample.getItemRaw<Uint8Array>('checkpoints:a.0'))!
  await hold(
    {
      name: 'store',
      whole: { manifest, blob: utf8('abc'), checkpoint },
      make: (dice) => ({
        manifest: dice(2) ? utf8(damageJson(dice, [text(manifest)])) : damageBytes(dice, [manifest]),
        blob: dice(3) ? utf8('abc') : damageBytes(dice, [utf8('abc')]),
        checkpoint: damageBytes(dice, [checkpoint]),
      }),
      async read(input) {
        const storage = createStorage()
        await storage.setItemRaw('artifacts:a:manifest.json', input.manifest)
        await storage.setItemRaw('artifacts:a:x', input.blob)
        await storage.setItemRaw('checkpoints:a.0', input.checkpoint)
        const reasons: string[] = []
        const store = new ArtifactStore(storage, (_, reason) => reasons.push(reason))
        const found = await store.get('a')
        const state = await store.getCheckpoint('a')
        if (!found || !state) throw new UsageError(reasons.join())
        return { found, state }
      },
      isRefusal: isError(UsageError),
      check({ found, state }) {
        // never a wrong number: what is given out is what was put, or has been left out
        if (found.blobs.x) expect(text(found.blobs.x)).toBe('abc')
        expect(text(state)).toBe('state')
      },
    },
    1500,
  )
})

test('references of a store', () => {
  const sample = JSON.stringify({
    format: 1,
    run: 'r',
    host: 'h',
    folder: '/f',
    status: 'done',
    updated: 'u',
    stages: ['a-1', 'b-2'],
  })
  return hold(
    {
      name: 'references',
      whole: sample,
      make: (dice) => damageJson(dice, [sample]),
      read: parseReference,
      isRefusal: isError(NoReferenceError, SyntaxError),
      check: ({ stages }) => expect(stages.every((key) => /^[a-z0-9-]{1,200}$/.test(key))).toBe(true),
    },
    1000,
  )
})

test('lists of objects', () => {
  const sample =
    '<?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a&amp;&#x41;/b</Key>' +
    '<Size>12</Size></Contents><NextContinuationToken>t</NextContinuationToken></ListBucketResult>'
  return hold(
    { name: 'S3 list', whole: sample, make: (dice) => damageText(dice, [sample]), read: objectsOf, isRefusal: isPlain },
    1000,
  )
})

test('keys of a store never lead out of its folder', () => {
  const base = path.join(folder, 'sandbox', 'store')
  mkdirSync(path.join(base, 'a'), { recursive: true })
  writeFileSync(path.join(folder, 'sandbox', 'secret'), 'secret')
  writeFileSync(path.join(base, 'a', 'x'), 'x')
  symlinkSync(path.join(folder, 'sandbox'), path.join(base, 'link'))
  symlinkSync(path.join(folder, 'sandbox', 'secret'), path.join(base, 'a', 'link'))
  const storage = createStorage({ driver: folderStorage({ base }) })
  const runs = new RunStore({ out: base })
  return hold(
    {
      name: 'keys',
      whole: 'a:x',
      make: (dice) =>
        damageText(dice, [
          'a:x',
          'link:secret',
          'a:link',
          '../secret',
          'a/../../secret',
          'a:..:..:secret',
          '%2e%2e/secret',
        ]),
      async read(key) {
        const value = await storage.getItemRaw<Buffer>(key)
        const other = await runs.read(key, 'x').catch(() => undefined)
        if (!value && !other) throw new UsageError('none')
        return String(value ?? other)
      },
      isRefusal: (error) => error instanceof Error && !isError(TypeError)(error),
      check: (value) => expect(value).toBe('x'),
    },
    1000,
  )
})

test('writing to any key changes nothing outside the folder', async () => {
  const outer = path.join(folder, 'outer')
  const base = path.join(outer, 'store')
  mkdirSync(path.join(outer, 'beside'), { recursive: true })
  mkdirSync(base)
  symlinkSync(path.join(outer, 'beside'), path.join(base, 'link'))
  const driver = folderStorage({ base })
  await fuzz(
    {
      name: 'writes',
      make: (dice) => damageText(dice, ['a:x', 'link:x', 'a:..:..:beside:x', '..:beside:x']).slice(0, 200),
      read: async (key) => driver.setItemRaw!(key, Uint8Array.of(1), {}),
      isRefusal: (error) => error instanceof Error && !isError(TypeError)(error),
    },
    Math.min(mutations(150), 5000),
  )
  expect(readdirSync(outer).sort()).toEqual(['beside', 'store'])
  expect(readdirSync(path.join(outer, 'beside'))).toEqual([])
})
