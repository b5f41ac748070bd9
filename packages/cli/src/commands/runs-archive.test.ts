import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { adaptersKey, packRun, unpackRun } from '@nanoalign/experiments'
import { beforeAll, expect, test, vi } from 'vitest'
import { RunStore } from '../run-folder.ts'
import { ReferenceKeeper } from '../store/references.ts'
import { run, runFiles, temporaryFolder } from '../testing.ts'

const folder = temporaryFolder()
const at = (...names: string[]) => path.join(folder, ...names)
const TRAIN = [
  'train',
  '--layers',
  '1',
  '--heads',
  '2',
  '--width',
  '32',
  '--context',
  '16',
  '--batch',
  '2',
  '--steps',
  '20',
]
const one = ['--out', at('one')]
let id: string
beforeAll(async () => {
  await run([...TRAIN, ...one])
  id = readdirSync(at('one')).find((name) => name !== 'stages')!
})

test('a run goes to another folder as one file, and on from there without computing again', async () => {
  const exported = await run(['runs', 'export', 'train', at('run.zip'), '--stages', ...one])
  expect([exported.code, exported.stdout]).toEqual([
    0,
    expect.stringMatching(/run\.zip: train-tiny-\w+ and 1 stage, \d+ kB\n$/),
  ])
  const imported = await run(['runs', 'import', at('run.zip'), '--stages', '--out', at('two')])
  expect([imported.code, imported.stdout]).toEqual([
    0,
    expect.stringMatching(/^run train-tiny-\w+ \(done\), 1 stage\nreport: /),
  ])
  expect(runFiles(at('two'), id)).toEqual(runFiles(at('one'), id))
  expect((await run(['sample', '--run', id, '--tokens', '5', '--out', at('two')])).code).toBe(0)
  expect((await run(['runs', 'show', id, '--out', at('two')])).stdout).toContain('held-out loss')
  const again = await run([...TRAIN, '--out', at('two')])
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('step ')])
  const twice = await run(['runs', 'import', at('run.zip'), '--out', at('two')])
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('already; --replace puts')])
  expect((await run(['runs', 'import', at('run.zip'), '--replace', '--out', at('two')])).code).toBe(0)
})

test('a file whose name would be taken for a folder or be cut off is refused', async () => {
  for (const name of ['my:run.zip', 'run?.zip']) {
    const { code, stderr } = await run(['runs', 'export', id, at(name), ...one])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} is no name for a file on every system`)])
  }
})

test('without --stages the file has the result alone, and no page that could hold a script', async () => {
  await run(['runs', 'export', id, at('small.zip'), ...one])
  const archive = unpackRun(readFileSync(at('small.zip')))
  expect(Object.keys(archive.files)).toEqual([
    'config.json',
    'metrics.jsonl',
    'model.safetensors',
    'result.json',
    'run.json',
  ])
  expect([archive.stages, archive.checkpoints]).toEqual([{}, {}])
  expect(JSON.parse(new TextDecoder().decode(archive.report)).title).toBeTypeOf('string')
  expect((await run(['runs', 'import', at('small.zip'), '--out', at('three')])).stdout).toMatch(/\(done\)\nreport: /)
})

const edit = (name: string, change: (value: Record<string, never>) => object) => {
  const archive = unpackRun(readFileSync(at('small.zip')))
  const value = JSON.parse(new TextDecoder().decode(archive.files[name]))
  archive.files[name] = new TextEncoder().encode(JSON.stringify(change(value)))
  return packRun(archive)
}
const utf8 = (text: string) => new TextEncoder().encode(text)
test.each<[string, () => Uint8Array | string, RegExp]>([
  ['no zip', () => 'hello', /is no zip file, or damaged/],
  ['cut off', () => readFileSync(at('small.zip')).subarray(0, 4000), /is no zip file, or damaged/],
  ['another configuration', () => edit('config.json', (config) => ({ ...config, preset: 'big' })), /its id stands for/],
  ['an escape sequence', () => edit('run.json', (state) => ({ ...state, adapter: '\u001b[2J' })), /control characters/],
  [
    'a command to paste',
    () => edit('run.json', (state) => ({ ...state, command: 'nanoalign train; rm -rf ~' })),
    /command line/,
  ],
  [
    'a command in another',
    () => edit('run.json', (state) => ({ ...state, command: 'nanoalign $(x)' })),
    /command line/,
  ],
  ['no state', () => edit('run.json', () => []), /not that of a run/],
  [
    'a page',
    () => packRun({ ...unpackRun(readFileSync(at('small.zip'))), files: { 'report.html': utf8('<script>') } }),
    /report.html is no file/,
  ],
])('an import of %s is refused in one line, and leaves nothing', async (_, make, message) => {
  writeFileSync(at('bad.zip'), make())
  const { code, stderr } = await run(['runs', 'import', at('bad.zip'), '--out', at('bad')])
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(existsSync(at('bad'))).toBe(false)
})

test('a result that no report can be made of is named, whichever command meets it', async () => {
  writeFileSync(
    at('odd.zip'),
    edit('result.json', () => ({ metrics: 7 })),
  )
  const imported = await run(['runs', 'import', at('odd.zip'), '--out', at('odd')])
  expect([imported.code, imported.stderr]).toEqual([
    1,
    expect.stringContaining('result.json is not a result that this version can report on'),
  ])
  for (const command of ['show', 'report'])
    expect((await run(['runs', command, id, '--out', at('odd')])).stderr).toMatch(
      /^nanoalign: \S+result\.json is not a result/,
    )
})

test('nothing is written through a link in the place of the run', async () => {
  mkdirSync(at('linked'))
  mkdirSync(at('outside'))
  symlinkSync(at('outside'), at('linked', id))
  const { code, stderr } = await run(['runs', 'import', at('small.zip'), '--out', at('linked')])
  expect([code, stderr]).toEqual([1, expect.stringMatching(/is a symbolic link, which is not followed/)])
  expect(readdirSync(at('outside'))).toEqual([])
})

test('files that are not there, or no files', async () => {
  for (const [file, message] of [
    [at('none.zip'), 'does not exist'],
    [folder, 'is not a regular file'],
  ])
    expect(await run(['runs', 'import', file])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  const nowhere = await run(['runs', 'export', id, at('small.zip', 'x.zip'), ...one])
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringMatching(/a file is where a folder should be/)])
})

test('gc: the stages of a run that was deleted go, those of others stay', async () => {
  const out = ['--out', at('gc')]
  await run([...TRAIN, ...out])
  await run([...TRAIN, '--seed', '2', ...out])
  const age = () => {
    const past = Date.now() / 1000 - 7200
    for (const name of readdirSync(at('gc', 'stages'), { recursive: true }))
      utimesSync(at('gc', 'stages', String(name)), past, past)
  }
  age()
  const before = readdirSync(at('gc', 'stages', 'artifacts'))
  expect(before).toHaveLength(2)
  const allStay = async () =>
    expect((await run(['runs', 'gc', ...out])).stdout).toMatch(/: 2 stages, \d+ kB\n {2}left 2, \d+ kB\n$/)
  await allStay()
  // runs that begin while the store is being looked at are in no list that was made before
  const list = vi.spyOn(RunStore.prototype, 'list').mockResolvedValue([])
  await allStay()
  list.mockRestore()
  const state = at('gc', id, 'run.json')
  const intact = readFileSync(state)
  writeFileSync(state, '{"status": "do')
  await allStay()
  writeFileSync(state, intact)
  rmSync(at('gc', id), { recursive: true })
  expect((await run(['runs', 'gc', '--dry-run', ...out])).stdout).toMatch(
    /would remove 1 \(\d+ kB\): no run refers to it/,
  )
  expect(readdirSync(at('gc', 'stages', 'artifacts'))).toEqual(before)
  expect((await run(['runs', 'gc', '--json', ...out])).stdout).toMatch(/"why": "no run refers to it"/)
  const left = readdirSync(at('gc', 'stages', 'artifacts')).filter(
    (name) => readdirSync(at('gc', 'stages', 'artifacts', name)).length > 0,
  )
  expect(left).toHaveLength(1)
  expect(statSync(at('gc', 'stages', 'artifacts', left[0])).isDirectory()).toBe(true)
  const tight = await run(['runs', 'gc', '--max-size', '1kB', ...out])
  expect(tight.stdout).toMatch(/removed 1 \(\d+ kB\): its run is finished/)
  // what went is computed again
  expect((await run([...TRAIN, '--seed', '2', ...out])).code).toBe(0)
  expect(await run(['runs', 'gc', '--max-size', 'big', ...out])).toMatchObject({ code: 2 })
})

test('unfinished work takes along which adapters worked on it', async () => {
  const store = new RunStore({ out: at('one') }, {})
  const key = `half-${'0'.repeat(32)}`
  await new ReferenceKeeper(store.opened.storage, id, at('elsewhere')).open([key])
  for (const place of [key, adaptersKey(key)]) await store.stages.putCheckpoint(place, Uint8Array.of(1))
  await run(['runs', 'export', id, at('half.zip'), '--stages', ...one])
  const { stdout } = await run(['runs', 'import', at('half.zip'), '--stages', '--out', at('half')])
  expect(stdout).toContain(', 2 stages\n')
  expect(await new RunStore({ out: at('half') }, {}).stages.getCheckpoint(adaptersKey(key))).toEqual(Uint8Array.of(1))
})
