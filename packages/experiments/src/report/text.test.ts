import { expect, test } from 'vitest'
import { figure, number, percent, type Report, table, text, verdict } from './report.ts'
import { reportText } from './text.ts'
import { clean, wrap } from './text-wrap.ts'

const provenance = {
  adapter: 'swiftshader',
  command: 'nanoalign w2s',
  date: '2026-01-02',
  versions: { nanoalign: '0.1.0' },
}
const render = (blocks: Report['blocks'], width?: number) =>
  reportText({ title: 'A title', blocks, provenance }, { width })
const interval = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 })

test('a small report, to the letter', () => {
  const blocks = [
    text('Words.', 'Heading'),
    verdict({ claim: 'Students win', outcome: 'supported', evidence: '+9.1 points.' }),
    table({
      caption: 'Accuracies',
      columns: ['Pair', 'Weak', 'PGR'],
      rows: [
        ['b → f', percent(interval(0.77)), number(0.44)],
        ['c → d', percent(0.864), 'hidden'],
      ],
      note: 'A note.',
    }),
  ]
  expect(render(blocks, 50)).toBe(`A title
═══════

Heading
───────
Words.

[✓] Students win: supported
    +9.1 points.

Accuracies
Pair                 Weak     PGR
─────────────────────────────────
b → f  77.0% [75.0, 79.0]    0.44
c → d               86.4%  hidden
─────────────────────────────────
A note.

──────────────────────────────────────────────────
Command   nanoalign w2s
Adapter   swiftshader
Date      2026-01-02
Versions  nanoalign 0.1.0
`)
})

test('figures are sketched', () => {
  const lines = figure({
    kind: 'lines',
    title: 'Loss',
    x: { label: 'step' },
    y: { label: 'nats' },
    series: [
      { name: 'small', points: [0, 1, 2, 3].map((x) => ({ x, y: 4 - x })) },
      { name: 'empty', points: [] },
    ],
  })
  const out = render([lines])
  expect(out).toContain('nats by step, from 1 to 4')
  expect(out).toContain('  small  █▆▃▁  4 → 1')
  expect(out).toContain('  empty  –')
  const bars = figure({
    kind: 'bars',
    title: 'Accuracy',
    groups: ['attr', 'vote'],
    y: { label: 'accuracy', format: 'percent', domain: [0, 1] },
    series: [{ name: 'weak', values: [interval(0.5), undefined] }],
  })
  expect(render([bars])).toContain(`  attr  ${'█'.repeat(12)}${' '.repeat(12)}  50.0% [48.0, 52.0]\n  vote  –`)
})

const prose = 'many words that go on and on, '.repeat(12)
const wide = table({
  caption: prose,
  columns: ['Name', ...Array.from({ length: 5 }, (_, c) => `Column ${c}`), 'Remarks'],
  rows: [['b', ...Array.from({ length: 5 }, () => percent(interval(0.5))), prose]],
  note: prose,
})

test.each([24, 40, 60, 80, 100, 120])('no line is wider than %d', (width) => {
  const scatter = figure({
    kind: 'points',
    title: prose,
    x: { label: prose },
    y: { label: prose },
    series: [{ name: prose, points: [{ x: 1, y: 2, low: 1, high: 3, label: 'p' }] }],
  })
  const blocks = [
    text(`${prose}${'unbroken'.repeat(30)}`, prose),
    wide,
    scatter,
    verdict({ claim: prose, outcome: 'inconclusive', evidence: prose }),
  ]
  for (const line of render(blocks, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width)
})

test('of a width that cannot be, it is still the whole text', () => {
  expect(render([text('some words')], 0).replace(/\s/g, '')).toContain('somewords')
})

test('intervals move to a line of their own together, and are never torn apart', () => {
  const out = render([wide], 90)
  expect(out.match(/\[48\.0, 52\.0\]/g)).toHaveLength(5)
  expect(out).not.toMatch(/50\.0% \[/)
})

test('control characters cannot reach the terminal', () => {
  const out = render([text('red \u001b[31m and \u0007 bell\r and \u009b')])
  expect(out).not.toMatch(/[^\P{Cc}\n]/u)
  expect(clean('a\tb\nc')).toBe('a b c')
})

test('wrapping', () => {
  expect(wrap('aaa bb c', 6)).toEqual(['aaa bb', 'c'])
  expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh'])
  expect(wrap('', 5)).toEqual([''])
})
