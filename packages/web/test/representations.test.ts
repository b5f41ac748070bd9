// What the page of hidden states shows: the study's own models, seen along their principal components.

import {
  ArtifactStore,
  createRunner,
  weakToStrong,
  weakToStrongSizes,
  weakToStrongStages,
} from '@nanoalign/experiments'
import { type Gpu, Random } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromStatesQuery, LOOKS, toStatesQuery } from '../src/representations/config.ts'
import { statesStage } from '../src/representations/finetuned-states.ts'
import { principalComponents } from '../src/representations/pca.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice({ adapter: 'swiftshader' })
})
afterAll(() => gpu.close())

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0)

test.each([
  [3, 40],
  [8, 500],
  [70, 300], // more than one element per lane
  [256, 65],
])('principal components of %d columns are eigenvectors of the covariance, most variance first', async (C, R) => {
  const random = new Random(1, `pca ${C}`)
  const scales = Array.from({ length: C }, (_, c) => 3 / (c + 1))
  const mixed = Array.from({ length: C }, () => Array.from({ length: C }, () => random.normal()))
  const rows = Array.from({ length: R }, () => {
    const z = scales.map((scale) => scale * random.normal())
    return mixed.map((row, c) => dot(row, z) + c)
  })
  const { projected, axes, shares } = await principalComponents(gpu, Float32Array.from(rows.flat()), C)
  const mean = rows[0].map((_, c) => rows.reduce((sum, row) => sum + row[c], 0) / R)
  const centred = rows.map((row) => row.map((value, c) => value - mean[c]))
  const times = (v: ArrayLike<number>) => {
    const along = centred.map((row) => dot(row, v))
    return mean.map((_, c) => centred.reduce((sum, row, r) => sum + row[c] * along[r], 0) / R)
  }
  const all = centred.reduce((sum, row) => sum + dot(row, row), 0) / R
  const axis = (k: number) => axes.subarray(k * C, (k + 1) * C)
  for (let k = 0; k < 3; k++) {
    const image = times(axis(k))
    const variance = dot(image, axis(k))
    expect(shares[k]).toBeCloseTo(variance / all, 4)
    const rest = image.map((value, c) => value - variance * axis(k)[c])
    expect(Math.hypot(...rest) / (shares[0] * all), `residual of component ${k}`).toBeLessThan(2e-2)
    for (let j = 0; j <= k; j++) expect(dot(axis(j), axis(k))).toBeCloseTo(Number(j === k), 4)
    centred.slice(0, 20).forEach((row, r) => {
      expect(projected[r * 3 + k] / Math.sqrt(all)).toBeCloseTo(dot(row, axis(k)) / Math.sqrt(all), 4)
    })
  }
  expect([...shares].sort((a, b) => b - a)).toEqual(shares)
  // no other direction has more variance than the first
  for (let i = 0; i < 20; i++) {
    const v = mean.map(() => random.normal())
    expect(dot(times(v), v) / dot(v, v) / all).toBeLessThanOrEqual(shares[0] + 1e-4)
  }
})

test('data that are no rows are refused', async () => {
  await expect(principalComponents(gpu, new Float32Array(10), 3)).rejects.toThrow('no whole number of rows')
  await expect(principalComponents(gpu, new Float32Array(600), 300)).rejects.toThrow('from K = 3 to 256')
})

test('teacher and student are those of the study, to every digit that a result keeps', async () => {
  const runner = () => createRunner({ store: new ArtifactStore(createStorage()), provenance: {} })
  const options = { weak: 'a', strong: 'b', seeds: [3], families: ['attr'], tasks: 1, methods: ['naive'] }
  const [study] = (await weakToStrong({ gpu, runner: runner() }, options)).seeds[0].tasks
  const own = runner()
  const { pretrain } = weakToStrongStages(gpu)
  const stage = statesStage(gpu)
  const base = (size: string) => own.stage(pretrain, { worldSeed: 3, sizeName: size, size: weakToStrongSizes[size] })
  const task = { worldSeed: 3, family: 'attr', k: 0 }
  const teacher = await own.stage(stage, { base: await base('a'), ...task, split: 'A', labels: 'ground-truth' })
  const student = await own.stage(stage, { base: await base('b'), ...task, split: 'B', labels: teacher })
  expect(student.value.onTest).toHaveLength(LOOKS)
  const digits = (probabilities: ArrayLike<number>) => Array.from(probabilities, (p) => Number(p.toPrecision(5)))
  expect(digits(teacher.value.onTest[LOOKS - 1])).toEqual(digits(study.weak))
  expect(digits(student.value.onTest[LOOKS - 1])).toEqual(digits(study.students.naive))
  expect(student.value.features.map((look) => look.length)).toEqual(Array(LOOKS).fill(study.truth.length * 16))
  const copy = stage.decode(await stage.encode(student.value))
  expect(copy).toEqual(student.value)
})

test('addresses', () => {
  const config = { weak: 'a', strong: 'b', seed: 7, family: 'vote', k: 3 }
  const view = { look: 4, colouring: 'student' as const }
  expect(fromStatesQuery(new URLSearchParams(toStatesQuery(config)))).toEqual({ config })
  expect(fromStatesQuery(new URLSearchParams(toStatesQuery(config, view)))).toEqual({ config, view })
  expect(() => fromStatesQuery(new URLSearchParams('weak=z'))).toThrow('one of a, b')
  expect(() => fromStatesQuery(new URLSearchParams('k=8'))).toThrow('0 to 7')
  expect(() => fromStatesQuery(new URLSearchParams('look=13'))).toThrow('0 to 12')
})
