import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { afterAll, expect, test } from 'vitest'
import type { Host } from './host.ts'
import { run, temporaryFolder } from './testing.ts'
import { cacheFile, tuned, tuningMode } from './tuning.ts'

const folder = temporaryFolder()
let device: Promise<Gpu> | undefined
const gpu = () => (device ??= openNodeDevice())
afterAll(async () => (await device)?.close())

const host = (mode: string | undefined): Host => ({
  stdout: () => {},
  stderr: () => {},
  env: { XDG_CACHE_HOME: folder, NANOALIGN_TUNE: mode },
  terminal: false,
  columns: 100,
  signal: AbortSignal.abort(new Error('nothing should be measured')),
  openDevice: gpu,
})

async function keep(choices: Record<string, string>) {
  const file = cacheFile(host('on'), await gpu())
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ choices }))
}

test('what was measured is used when it is asked for; a software adapter is left alone otherwise', async () => {
  await keep({ 'matmul nn, many rows': 'register 4×1, 8×8' })
  expect((await tuned(host('on'), await gpu())).tuning?.choices).toEqual({
    'matmul nn, many rows': 'register 4×1, 8×8',
  })
  expect((await tuned(host('off'), await gpu())).tuning).toBeUndefined()
  expect((await tuned(host(undefined), await gpu())).tuning).toBeUndefined()
  const hardware = { ...(await gpu()), adapter: { ...(await gpu()).adapter, software: false } }
  expect((await tuned(host(undefined), hardware)).tuning).toBeDefined()
  await keep({})
  expect((await tuned(host('on'), await gpu())).tuning).toBeUndefined()
  expect(() => tuningMode(host('maybe'))).toThrow('NANOALIGN_TUNE is "maybe" but must be off, auto or on')
})

test('a tuned run is another run than the default one, and its record tells the choices', async () => {
  await keep({ 'matmul nn, many rows': 'register 4×1, 8×8' })
  const env = { XDG_CACHE_HOME: folder }
  const out = path.join(folder, 'runs')
  const args = ['train', ...'--steps 2 --layers 1 --heads 1 --width 16 --context 32 --batch 8 --out'.split(' '), out]
  const usual = await run(args, { env })
  const other = await run(args, { env: { ...env, NANOALIGN_TUNE: 'on' } })
  expect(usual.code, usual.stderr).toBe(0)
  expect(other.code, other.stderr).toBe(0)
  const idOf = (text: string) => /run: (\S+)/.exec(text)?.[1]
  expect(idOf(other.stderr)).not.toBe(idOf(usual.stderr))
  expect(other.stderr).toMatch(/tuned kernels [0-9a-f]{8} \(1 choice\)/)
  const { default: state } = await import(path.join(out, idOf(other.stderr)!, 'run.json'), { with: { type: 'json' } })
  expect(state.tuning).toEqual({ 'matmul nn, many rows': 'register 4×1, 8×8' })
})
