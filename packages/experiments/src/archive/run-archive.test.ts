import { Random } from '@nanoalign/kernels'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Zippable, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { defineStage, stageKey } from '../stages/stage.ts'
import { ArchiveError, isZip, packRun, type RunArchive, unpackRun } from './run-archive.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const stage = defineStage({
  name: 'double',
  version: 1,
  run: async (n: number) => 2 * n,
  encode: (n) => ({ x: utf8(String(n)) }),
  decode: () => 0,
})
const { key, recipe } = stageKey(stage, 21)
const archive = (): RunArchive => ({
  id: 'train-tiny-00000000',
  files: { 'config.json': utf8('{}'), 'result.json': utf8('{"x":1}'), 'model.safetensors': new Uint8Array(1000) },
  members: { 'w2s-quick-00000000': { 'config.json': utf8('{}') }, constructor: { 'run.json': utf8('[]') } },
  report: utf8('{"title":"x"}'),
  stages: { [key]: { blobs: { x: utf8('42') }, provenance: { stage: JSON.parse(recipe), adapter: 'a' } } },
  checkpoints: { 'double-0': utf8('half') },
})

test('what was packed comes back, and the same run gives the same bytes', () => {
  const zip = packRun(archive())
  expect(isZip(zip)).toBe(true)
  expect(isZip(utf8('{}'))).toBe(false)
  expect(unpackRun(zip)).toEqual(archive())
  expect(packRun(archive())).toEqual(zip)
  const bare = { ...archive(), members: undefined, stages: {}, checkpoints: {}, report: undefined }
  expect(unpackRun(packRun(bare))).toEqual(bare)
})

test('names that could leave their place are not packed', () => {
  for (const name of ['../x', 'a/b', '', '.x', '__proto__', 'X'])
    expect(() => packRun({ ...archive(), files: { [name]: utf8('') } }), name).toThrow(/cannot be in an archive/)
  expect(() => packRun({ ...archive(), members: { '..': { x: utf8('') } } })).toThrow(/cannot be in an archive/)
})

const raw = (text: string) => ({
  'nanoalign.json': utf8(text),
  'nanoalign.json.sha256': utf8(`${bytesToHex(sha256(utf8(text)))}  nanoalign.json\n`),
})
const index = (changes: object) =>
  raw(JSON.stringify({ format: 'nanoalign-run', version: 1, id: 'a', files: {}, provenance: {}, ...changes }))
const listed = (length: number, sha256: string) => ({ files: { 'run/x': { length, sha256 } } })
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
test.each<[string, Zippable, RegExp]>([
  ['nothing', {}, /has no nanoalign.json/],
  ['traversal', { '../../etc/passwd': utf8('x') }, /a file is called "..\/..\/etc\/passwd"/],
  ['absolute', { '/etc/passwd': utf8('x') }, /which no archive of a run has/],
  ['folder', { run: {} }, /which no archive/],
  ['backslash', { 'run\\..\\x': utf8('x') }, /which no archive/],
  ['prototype', { 'run/__proto__': utf8('x') }, /which no archive/],
  ['escape sequence', { 'run/\u001b[2J': utf8('x') }, /"run\/\\u001b\[2J"/],
  ['altered index', { ...raw('{}'), 'nanoalign.json': utf8('{ }') }, /nanoalign.json is altered/],
  ['no JSON', raw('{'), /is not JSON/],
  ['null', raw('null'), /not an archive of a run/],
  ['version', index({ version: 2 }), /its version is 2/],
  ['id', index({ id: '../x' }), /its run is called "..\/x"/],
  ['reserved', index({ id: 7 }), /its run is called 7/],
  ['unlisted', { ...index({}), 'run/x': utf8('x') }, /"run\/x" is not listed/],
  ['missing', index(listed(0, EMPTY)), /"run\/x" is missing/],
  ['length', { ...index(listed(1, EMPTY)), 'run/x': utf8('') }, /has 0 bytes instead of 1/],
  ['altered', { ...index(listed(1, EMPTY)), 'run/x': utf8('x') }, /is altered/],
  [
    'no stage',
    { ...index({ files: { 'stages/k-0/x': { length: 0, sha256: EMPTY } } }), 'stages/k-0/x': utf8('') },
    /no stage/,
  ],
  [
    'recipe',
    index({ provenance: { [key]: { stage: { ...JSON.parse(recipe), inputs: 22 } } } }),
    /what its recipe says/,
  ],
])('refused: %s', (_, entries, message) => {
  expect(() => unpackRun(zipSync(entries))).toThrow(ArchiveError)
  expect(() => unpackRun(zipSync(entries))).toThrow(message)
})

/** Sets what the archive's directory says of the size of every file. */
function claimSize(zip: Uint8Array, size: number): Uint8Array {
  const view = new DataView(zip.buffer)
  for (let at = 0; at + 46 < zip.length; at++)
    if (view.getUint32(at) === 0x504b0102) view.setUint32(at + 24, size, true)
  return zip
}

test('a bomb is refused before memory is taken for it, whichever way its directory lies', () => {
  const zeros = new Uint8Array(2 ** 25)
  const three = (size: number) => {
    const file = zeros.subarray(0, 99)
    return claimSize(zipSync({ 'run/a': file, 'run/b': file, 'run/c': file }), size)
  }
  const bombs: [Uint8Array, RegExp][] = [
    [three(2 ** 29), /impossible size/],
    [three(0xfffffff0), /impossible size/],
    [claimSize(zipSync({ ...index({}), 'run/x': zeros }), 100), /./], // it says 100 bytes and would become 32 MiB
  ]
  const before = process.memoryUsage().arrayBuffers
  for (const [bomb, message] of bombs) {
    expect(() => unpackRun(bomb)).toThrow(message)
    expect(() => unpackRun(bomb)).toThrow(ArchiveError)
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 23)
})

test('one name twice is refused', () => {
  const twice = zipSync({ 'run/a': utf8('1'), 'run/b': utf8('2') })
  const text = Buffer.from(twice).toString('latin1').replaceAll('run/b', 'run/a')
  expect(() => unpackRun(new Uint8Array(Buffer.from(text, 'latin1')))).toThrow(/there twice/)
})

test('whatever is done to its bytes, an archive is the same or an ArchiveError', () => {
  const zip = packRun(archive())
  const random = new Random(1, 'zip')
  let refused = 0
  for (let round = 0; round < 1000; round++) {
    const bytes = zip.slice(0, random.uniform() < 0.2 ? Math.floor(random.uniform() * zip.length) : zip.length)
    for (let k = 0; k <= random.uniform() * 4 && bytes.length > 0; k++)
      bytes[Math.floor(random.uniform() * bytes.length)] = Math.floor(random.uniform() * 256)
    try {
      // dates and comments are not looked at
      expect(unpackRun(bytes)).toEqual(archive())
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      refused++
    }
  }
  expect(refused).toBeGreaterThan(500)
})
