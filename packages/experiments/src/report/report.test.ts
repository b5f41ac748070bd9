import { expect, test } from 'vitest'
import { figure, number, percent, points, table, text, verdict } from './report.ts'

test('constructors make plain data that survives JSON', () => {
  const blocks = [
    text('One.\n\nTwo.', 'Heading'),
    table({ caption: 'T', columns: ['a', 'b'], rows: [['x', percent({ value: 0.5, low: 0.4, high: 0.6 })]] }),
    figure({
      kind: 'bars',
      title: 'F',
      groups: ['g'],
      y: { label: 'y' },
      series: [{ name: 's', values: [{ value: 1 }] }],
    }),
    verdict({ claim: 'C', outcome: 'supported', evidence: 'E' }),
  ]
  expect(blocks.map((block) => block.kind)).toEqual(['text', 'table', 'figure', 'verdict'])
  expect(JSON.parse(JSON.stringify(blocks))).toEqual(blocks)
})

test('cells take a number or a number with an interval, and drop anything else', () => {
  const wide = { value: 0.1, low: 0, high: 0.2, extra: 'x' }
  expect(points(wide)).toEqual({ value: 0.1, low: 0, high: 0.2, format: 'points' })
  expect(percent(0.25, 0)).toEqual({ value: 0.25, format: 'percent', digits: 0 })
  expect(number(3)).toEqual({ value: 3, format: 'number' })
})

test('ill-formed tables and figures are refused', () => {
  expect(() => table({ caption: 'T', columns: ['a', 'b'], rows: [['x']] })).toThrow(
    /"T": row 0 has 1 cells but .* 2 columns/,
  )
  const axes = { x: { label: 'x' }, y: { label: 'y' } }
  expect(() => figure({ kind: 'lines', title: 'F', ...axes, series: [] })).toThrow(/no series/)
  const twice = [
    { name: 's', points: [] },
    { name: 's', points: [] },
  ]
  expect(() => figure({ kind: 'lines', title: 'F', ...axes, series: twice })).toThrow(/same name/)
  const series = [{ name: 's', values: [undefined] }]
  expect(() => figure({ kind: 'bars', title: 'F', groups: ['a', 'b'], y: axes.y, series })).toThrow(
    /s has 1 values but .* 2 groups/,
  )
})
