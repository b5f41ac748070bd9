import { expect, test } from 'vitest'
import { escapeXml, formatInterval, formatTick, formatValue, provenanceEntries } from './format.ts'
import { number, percent, points } from './report.ts'

test.each([
  [percent(0.8612), '86.1%'],
  [percent(1), '100.0%'],
  [percent(0.8612, 0), '86%'],
  [points(0.031), '+3.1'],
  [points(-0.031), '−3.1'],
  [points(0.0001), '0.0'],
  [points(-0.0001), '0.0'],
  [number(0.674), '0.67'],
  [number(-3.441), '−3.44'],
  [number(0.0123), '0.0123'],
  [number(0), '0'],
  [number(16), '16'],
  [number(27648), '27,648'],
  [number(1234.56), '1,235'],
  [number(4.75e9), '4.75×10⁹'],
  [number(1e9), '10⁹'],
  [number(3.1e-5), '3.1×10⁻⁵'],
  [number(1.5, 3), '1.500'],
  [number(Number.NaN), '–'],
  [number(-Infinity), '−∞'],
])('$value as $format is %s', (value, want) => {
  expect(formatValue(value)).toBe(want)
})

test('intervals have the decimals of their number and no unit', () => {
  expect(formatInterval(percent({ value: 0.86, low: 0.84, high: 0.881 }))).toBe('[84.0, 88.1]')
  expect(formatInterval(points({ value: 0.01, low: -0.002, high: 0.022 }))).toBe('[−0.2, +2.2]')
  expect(formatInterval(number({ value: 0.5, low: 0, high: 1 }))).toBe('[0.00, 1.00]')
  expect(formatInterval(number(0.5))).toBe('')
})

test('ticks are short', () => {
  expect([0, 0.25, 0.5, 1000, 1e5, 2e10, -0.5, 0.0005].map((tick) => formatTick(tick))).toEqual([
    '0',
    '0.25',
    '0.5',
    '1,000',
    '10⁵',
    '2×10¹⁰',
    '−0.5',
    '5×10⁻⁴',
  ])
  expect([0, 0.5, 0.875, -0.1].map((tick) => formatTick(tick, 'percent'))).toEqual(['0%', '50%', '87.5%', '−10%'])
})

test('markup in text is escaped', () => {
  expect(escapeXml(`<a href="x">'&amp;'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;')
})

test('provenance lists versions on one line and details after them', () => {
  const entries = provenanceEntries({
    adapter: 'a',
    command: 'c',
    date: 'd',
    versions: { x: '1', y: '2' },
    details: { Seeds: '3' },
  })
  expect(entries.map(([name]) => name)).toEqual(['Command', 'Adapter', 'Date', 'Versions', 'Seeds'])
  expect(entries[3][1]).toBe('x 1, y 2')
})
