import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { anotherAdapter, run, temporaryFolder } from '../testing.ts'

const folder = temporaryFolder()
const out = path.join(folder, 'runs')
const inRuns = (...args: string[]) => run([...args, '--out', out])

let id: string
let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  first = await inRuns('card', '--preset', 'smoke', '--gate', 'low')
  id = readdirSync(out).find((name) => name.startsWith('card-smoke-'))!
}, 120_000)

test('a card is trained, written in three forms, and refused by a gate that is too strict for it', () => {
  expect(first.stderr).toContain('adapter:')
  expect(first.stderr).toContain('a model is trained first')
  expect(first.stdout).toContain('Preparedness scorecard')
  expect(first.stdout).toContain(`nanoalign card show ${id}`)
  expect(first.stderr).toMatch(/gate low: refused; after mitigation .*fabrication is critical/)
  expect(first.code).toBe(1)
  const file = (name: string) => readFileSync(path.join(out, id, name), 'utf8')
  expect(file('card/index.html')).toContain('<details class="examples">')
  expect(file('card/card.md')).toContain('# System card')
  const card = JSON.parse(file('card/scorecard.json'))
  expect(card).toMatchObject({ format: 'nanoalign-scorecard', version: 1, overall: { after: 'critical' } })
  for (const { models } of card.evaluations)
    for (const { name, measured } of models.after)
      if (measured) expect(measured, name).toMatchObject({ n: expect.any(Number), low: expect.any(Number) })
  const records = file('card/transcripts.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(records.filter(({ evaluation }) => evaluation === 'fairness').length).toBe(2 * 12)
})

test('a gate that it passes ends well, from what is in the store', async () => {
  const { code, stderr } = await inRuns('card', '--preset', 'smoke', '--gate', 'critical')
  expect(stderr).toContain('gate critical: passed')
  expect(code).toBe(0)
})

test('show lists failures, opens them, and opens one item', async () => {
  const list = await inRuns('card', 'show', id)
  expect(list.stdout).toMatch(/hallucination +\d+ of 24 answers failed/)
  const some = await inRuns('card', 'show', id, '--evaluation', 'hallucination')
  expect(some.stdout).toMatch(/hallucination, after, seed 1: 24 of 24/)
  expect(some.stdout).toContain('right:')
  const one = await inRuns('card', 'show', id, '--evaluation', 'hallucination', '--item', '3', '--json')
  expect(JSON.parse(one.stdout)).toMatchObject([{ item: 3, set: 'frequent', verdict: 'hallucinated' }])
})

test('a run of deliberate has a card of what applies, and is a baseline of none but its own world', async () => {
  await inRuns('deliberate', '--preset', 'smoke', '--arms', 'none,sft')
  const source = readdirSync(out).find((name) => name.startsWith('deliberate-smoke-'))!
  const asked = ['card', source, '--preset', 'smoke', '--baseline', source, '--out', out]
  const { code, stdout } = await run(asked, { openDevice: anotherAdapter })
  expect(code).toBe(0)
  // the models were trained on one, and answered on the other
  expect(stdout).toMatch(/Made on 2 classes of adapters .*another GPU, software/s)
  expect(stdout).toContain('not applicable')
  const other = readdirSync(out).find((name) => name.startsWith('card-smoke-') && name !== id)!
  const { stdout: compared } = await inRuns('card', 'diff', id, other)
  expect(compared).toContain('Numbers after mitigation')
  const scorecard = path.join(out, other, 'card', 'scorecard.json')
  expect((await inRuns('card', 'diff', id, scorecard)).stdout).toContain(scorecard)
  expect((await inRuns('card', 'show', other, '--evaluation', 'fairness')).stderr).toContain('does not apply')
  expect((await inRuns('card', 'show', source)).stderr).toContain(`make its card first: nanoalign card ${source}`)
}, 120_000)

test('a run of reason has a card of its thoughts, from the answers that it kept', async () => {
  await inRuns('reason', '--preset', 'smoke')
  const source = readdirSync(out).find((name) => name.startsWith('reason-smoke-'))!
  const { code, stdout, stderr } = await inRuns('card', source, '--gate', 'low')
  expect(stdout).toContain('models that were trained to reason')
  expect(stderr).not.toContain('adapter:')
  const card = JSON.parse(readFileSync(path.join(out, source, 'card', 'scorecard.json'), 'utf8'))
  const measured = card.evaluations.filter(({ models }: { models: object }) => Object.keys(models).length > 0)
  expect(measured.map(({ name }: { name: string }) => name)).toEqual(['thought-monitor', 'preference'])
  expect([0, 1]).toContain(code)
}, 120_000)

test.each([
  ['an unknown level', ['card', '--gate', 'medum'], 'Did you mean "medium"'],
  ['an unknown preset', ['card', '--preset', 'quik'], 'Did you mean "quick"'],
  ['no such run', ['card', 'nothing'], 'there is no run "nothing"'],
  ['an unknown evaluation', ['card', 'show', 'card-smoke', '--evaluation', 'fairnes'], 'Did you mean "fairness"'],
  ['an item beyond', ['card', 'show', 'card-smoke', '--evaluation', 'fairness', '--item', '99'], 'items 0 to 11'],
  ['a file that is no card', ['card', 'diff', 'card-smoke', path.join(folder, 'x.json')], 'is no scorecard.json'],
])('%s ends in a clear line and code 2', async (_, args, message) => {
  writeFileSync(path.join(folder, 'x.json'), '{}')
  const given = args.map((each) => (each === 'card-smoke' ? id : each))
  const { code, stderr } = await inRuns(...given)
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  expect(stderr.trim().split('\n').length).toBeLessThan(4)
})
