import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { run, temporaryFolder } from '../testing.ts'

const out = path.join(temporaryFolder(), 'runs')
const w2s = (...args: string[]) => run(['w2s', ...args, '--out', out])

let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  first = await w2s('--task', 'board', '--preset', 'smoke', '--seeds', '1')
}, 120_000)

test('a game leaves a report, metrics, and answers from which its numbers can be computed', async () => {
  expect(first.code, first.stderr).toBe(0)
  expect(first.stdout).toContain('Weak-to-strong generalization: board')
  const id = readdirSync(out).find((name) => name.startsWith('w2s-game-smoke-'))!
  const files = readdirSync(path.join(out, id))
  expect(files).toEqual(expect.arrayContaining(['report.html', 'result.json', 'metrics.jsonl']))
  const { seeds } = JSON.parse(readFileSync(path.join(out, id, 'result.json'), 'utf8'))
  const { test: puzzles, sizes } = seeds[0]
  const right = sizes.A.weak.filter((answer: string, i: number) => answer === puzzles.truth[i]).length
  const share = ((100 * right) / puzzles.truth.length).toFixed(1)
  expect(first.stdout).toMatch(new RegExp(`weak supervisor \\(A\\) +${share}%`))
  const shown = await run(['runs', 'show', id, '--out', out])
  expect(shown.stdout).toContain('Weak-to-strong generalization: board')
})

test('sizes by name, a grid, the naive method beside another, and JSON', async () => {
  const { code, stdout, stderr } = await w2s(
    ...['--task', 'board', '--preset', 'smoke', '--seeds', '1', '--json'],
    ...['--weak', 'A,B', '--strong', 'C,B', '--method', 'confidence'],
  )
  expect(code, stderr).toBe(0)
  const { result } = JSON.parse(stdout)
  expect(result.options).toMatchObject({ weak: 'A', strong: 'C', grid: { weak: ['A', 'B'], strong: ['B', 'C'] } })
  expect(result.options.methods).toEqual(['naive', 'confidence'])
  expect(result.seeds[0].pairs).toHaveLength(3)
}, 60_000)

test.each([
  ['no such task', ['--task', 'borad'], 'Did you mean "board"'],
  ['no such size', ['--task', 'chess', '--weak', 'x'], '--weak "x" is not one of a, b'],
  ['no such preset', ['--task', 'board', '--preset', 'quik'], 'Did you mean "quick"'],
  ['no such method', ['--task', 'board', '--methods', 'naive,bootsrap'], 'Did you mean "bootstrap"'],
  ['probes', ['--task', 'board', '--probe'], '--probe is not for games'],
  ['families', ['--task', 'attr', '--families', 'vote'], 'exclude each other'],
  ['a student no larger', ['--task', 'board', '--weak', 'D', '--strong', 'C'], 'must be larger than its supervisor'],
])('%s', async (_, args, message) => {
  const { code, stderr } = await w2s(...args)
  expect(code).not.toBe(0)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/ at .*\.ts:/)
})
