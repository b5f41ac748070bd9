import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { gainAndMisfit } from './misfit.ts'

const N = 300
const random = new Random(1, 'misfit test')
const column = () => Float64Array.from({ length: N }, () => random.normal())
const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i])
const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, i) => total + value * b[i], 0)

/** The orthogonal projection on the span of columns (Gram–Schmidt): the least-squares fit of a linear student. */
function fitted(columns: Float64Array[], target: Float64Array): Float64Array {
  const basis: Float64Array[] = []
  for (const c of columns) {
    let rest = Float64Array.from(c)
    for (const b of basis) rest = rest.map((value, i) => value - (dot(c, b) / dot(b, b)) * b[i])
    basis.push(rest)
  }
  return basis.reduce(
    (fit, b) => fit.map((value, i) => value + (dot(target, b) / dot(b, b)) * b[i]),
    new Float64Array(N),
  )
}

test('for linear students with the truth in their span gain is misfit exactly', () => {
  const student = [column(), column(), column(), column()]
  const truth = sum(
    student[0],
    student[3].map((value) => 2 * value),
  )
  const weak = sum(truth, column()) // wrong in directions that the student's features partly lack
  const { gain, misfit } = gainAndMisfit(weak, fitted(student, weak), truth)
  expect(misfit).toBeGreaterThan(0.5)
  expect(gain).toBeCloseTo(misfit, 10)
})

test('a supervisor within the student’s span is imitated: no misfit, no gain', () => {
  const student = [column(), column(), column()]
  const truth = sum(student[0], student[1])
  const weak = fitted([student[0]], truth)
  const { gain, misfit } = gainAndMisfit(weak, fitted(student, weak), truth)
  expect(misfit).toBeCloseTo(0, 12)
  expect(gain).toBeCloseTo(0, 12)
})

test('where the truth is outside the span the gain may fall short of the misfit', () => {
  const student = [column(), column()]
  const truth = column()
  const weak = sum(
    truth,
    column().map((value) => value / 10),
  )
  const { gain, misfit } = gainAndMisfit(weak, fitted(student, weak), truth)
  expect(gain).toBeLessThan(misfit)
})
