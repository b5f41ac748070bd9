import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { defaultWorld, parsePolicyWorld } from '@nanoalign/experiments'
import { readModel } from '@nanoalign/model'
import { beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { run, temporaryFolder } from '../testing.ts'

const folder = temporaryFolder()
const out = path.join(folder, 'runs')
const file = (name: string, content: string) => {
  writeFileSync(path.join(folder, name), content)
  return path.join(folder, name)
}

const small = {
  ...defaultWorld,
  name: 'two rules',
  categories: {
    fire: {
      topics: ['torch', 'flare', 'match', 'lighter'],
      clauses: [{ when: ['pro'], verdict: 'comply' }],
      otherwise: 'refuse',
    },
    calm: { topics: ['tea', 'naps', 'yoga', 'silence'], clauses: [], otherwise: 'comply', benign: true },
  },
}

let id: string
let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  const world = file('small.yaml', `# my own\n${stringify(small)}`)
  first = await run(['deliberate', '--preset', 'smoke', '--arms', 'none,sft', '--world', world, '--out', out])
  id = readdirSync(out).find((name) => name.startsWith('deliberate-smoke-'))!
}, 120_000)

test('a run on a specification of one’s own leaves report, result and transcripts', () => {
  expect(first.stderr).toContain('adapter:')
  expect(first.code).toBe(0)
  expect(first.stdout).toContain('Arms')
  expect(first.stdout).toContain(`nanoalign deliberate show ${id} --item 0`)
  const lines = readFileSync(path.join(out, id, 'transcripts.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const record = JSON.parse(lines[0])
  expect(record).toMatchObject({
    seed: 1,
    set: 'id',
    item: 0,
    arms: { none: expect.any(String), sft: expect.any(String) },
  })
  expect(['comply', 'refuse']).toContain(record.truth)
  expect(lines.some((line) => /torch|flare|match/.test(JSON.parse(line).request))).toBe(true)
})

test('the same command again, when everything is found, writes the same files', async () => {
  const files = () =>
    ['result.json', 'metrics.json', 'transcripts.jsonl'].map((name) => readFileSync(path.join(out, id, name), 'utf8'))
  const before = files()
  expect(Object.keys(JSON.parse(before[0]).seeds[0].arms.none.answers)[0]).toBe('id')
  const world = path.join(folder, 'small.yaml')
  await run(['deliberate', '--preset', 'smoke', '--arms', 'none,sft', '--world', world, '--out', out])
  expect(files()).toEqual(before)
})

test('show prints a request with its clauses and every arm; wrong items and sets are told', async () => {
  const show = (...more: string[]) => run(['deliberate', 'show', 'deliberate', ...more, '--out', out])
  const { code, stdout } = await show('--item', '3')
  expect(code).toBe(0)
  for (const part of ['id, item 3', 'policy:', '→ ', 'no safety training', 'deliberative SFT', 'judge:', 'verdict:'])
    expect(stdout).toContain(part)
  expect(JSON.parse((await show('--json')).stdout)).toMatchObject({ set: 'id', item: 0 })
  expect((await show('--item', '99')).stderr).toContain('items 0 to 7')
  expect((await show('--set', 'wraper')).stderr).toContain('Did you mean "wrapper"')
  expect((await show('--seed', '5')).stderr).toContain('not one of the run')
})

test('what training saw is left, too: samples with their scores and who was trained on them', () => {
  const [line] = readFileSync(path.join(out, id, 'safety-data.jsonl'), 'utf8').split('\n')
  expect(JSON.parse(line)).toMatchObject({ seed: 1, item: 0, score: expect.any(Number), keptBy: expect.any(Array) })
})

test('models writes every arm, in halves, with where they come from', async () => {
  const to = path.join(folder, 'models')
  const { code, stdout } = await run(['deliberate', 'models', 'deliberate', '--to', to, '--out', out])
  expect([code, stdout]).toEqual([0, expect.stringContaining('2 models')])
  const { arms, seed, command } = JSON.parse(readFileSync(path.join(to, 'arms.json'), 'utf8'))
  expect({ seed, command }).toEqual({ seed: 1, command: expect.stringContaining('--preset smoke') })
  for (const { file, bytes } of Object.values(arms as Record<string, { file: string; bytes: number }>)) {
    const written = readFileSync(path.join(to, file))
    expect(written.length).toBe(bytes)
    expect(readModel(written).config.nEmbd).toBe(16)
  }
  expect((await run(['deliberate', 'models', 'deliberate', '--out', out])).stderr).toContain('--to')
})

test('the default world is printed as YAML that is accepted again', async () => {
  const { stdout } = await run(['deliberate', 'world'])
  expect(parsePolicyWorld(parse(stdout))).toEqual(defaultWorld)
})

test.each([
  ['an unknown arm', ['--arms', 'none,sfft'], 'Did you mean "sft"'],
  ['an unknown preset', ['--preset', 'quik'], 'Did you mean "quick"'],
  ['an unknown judge', ['--judge', 'orakle'], 'Did you mean "oracle"'],
  ['bad seeds', ['--seeds', 'x'], '--seeds x is neither'],
  ['no such world', ['--world', '/nowhere.yaml'], 'there is no such file'],
  ['a world that is no YAML', ['--world', file('bad.yaml', 'a: [')], 'bad.yaml'],
  [
    'a world with a wrong clause',
    ['--world', file('wrong.yaml', stringify({ ...small, name: 3 }))],
    'policy world: name',
  ],
])('%s ends in a clear line and code 2', async (_, args, message) => {
  const { code, stderr } = await run(['deliberate', ...args, '--out', out])
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(stderr.trim().split('\n').length).toBeLessThan(4)
})
