import { expect, test } from 'vitest'
import { growthCases } from './cases/training.ts'
import { fitGrowth } from './growth-model.ts'
import type { Row } from './result.ts'

const rows = growthCases(false).map(
  ({ id, group, label, flops, tokens, axis, bound }): Row => ({
    ...{ id, group, label, flops, tokens, axis, bound },
    check: { error: 0, compared: 'nothing' },
  }),
)
test('finds the rates that times were made from', () => {
  const bytesOf = (row: Row) => {
    const [nEmbd, nLayer, T, B] = /d(\d+)-L(\d+)-T(\d+)-B(\d+)$/.exec(row.id)!.slice(1).map(Number)
    const parameters = nLayer * (12 * nEmbd ** 2 + 13 * nEmbd) + (96 + T) * nEmbd + 2 * nEmbd
    return 4 * (B * T * (100 * nLayer * nEmbd + 4 * 96) + 8 * parameters)
  }
  const layers = (row: Row) => Number(/L(\d+)/.exec(row.id)![1]) + 1
  const model = fitGrowth(rows, (row) => row.flops! / 2e7 + bytesOf(row) / 3e6 + 0.4 * layers(row))!
  expect(model.rate / 2e7).toBeCloseTo(1, 6)
  expect(model.bandwidth / 3e6).toBeCloseTo(1, 6)
  expect(model.fixed).toBeCloseTo(0.4, 6)
  expect(model.deviation).toBeLessThan(1e-9)
  const { multiply, move, fixed, total } = model.predict(rows[0])
  expect(multiply).toBeCloseTo(rows[0].flops! / 2e7, 6)
  expect(multiply + move + fixed).toBe(total)
})

test('a term for which there is no time is left out, not negative', () => {
  const model = fitGrowth(rows, (row) => row.flops! / 2e7)!
  expect(model.rate / 2e7).toBeCloseTo(1, 6)
  expect(model.predict(rows[3]).total).toBeCloseTo(rows[3].flops! / 2e7, 6)
  for (const part of Object.values(model.predict(rows[0]))) expect(part).toBeGreaterThanOrEqual(0)
})

test('too few rows are no model; a row without a shape is named', () => {
  expect(fitGrowth(rows.slice(0, 3), () => 1)).toBeUndefined()
  expect(() => fitGrowth([...rows, { ...rows[0], id: 'other' }], () => 1)).toThrow('the row other does not name')
})
