import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attentionCase } from './cases/attention.ts'
import { generationCase } from './cases/generation.ts'
import { matmulCase } from './cases/matmul.ts'
import { halvesCase } from './cases/matmul-halves.ts'
import { adamwCase, layerNormCase, softmaxLossCase } from './cases/rows.ts'
import { openTraining, trainingShape } from './cases/training.ts'
import { wallClock } from './clock.ts'
import { benchmarkReport } from './report.ts'
import { benchmarkSchema } from './result.ts'
import type { Case } from './subject.ts'
import { countBuffers, measureCase, openCeilings, runSuite } from './suite.ts'

let gpu: Gpu
beforeAll(async () => {
  gpu = await openNodeDevice()
})
afterAll(() => gpu?.close())

const tiny = { samples: 3, sampleMs: 1 }

test('a row has times, a share of its ceiling, and passed its check', async () => {
  const ceilings = await openCeilings(gpu, wallClock, tiny)
  expect(Object.keys(ceilings).sort()).toEqual(['copy', 'multiply-add'])
  const shape = { form: 'nt', M: 40, N: 24, K: 36 } as const
  const row = await measureCase(gpu, wallClock, matmulCase(shape), ceilings['multiply-add'], tiny)
  expect(row.check.error).toBeLessThanOrEqual(1)
  expect(row.wallMs?.count).toBe(3)
  expect(row.wallMs?.median).toBeGreaterThan(0)
  expect(row.ofCeiling?.median).toBeGreaterThan(0)
  expect(row.buffersCreated).toBe(0)
  const result = {
    format: 'nanoalign-benchmark/1' as const,
    date: '2026-11-23T12:00:00.000Z',
    command: 'nanoalign bench',
    quick: true,
    adapter: gpu.adapter,
    versions: {},
    machine: {},
    ceilings: Object.values(ceilings).map(({ ceiling }) => ceiling),
    rows: [row],
  }
  expect(benchmarkSchema.safeParse(JSON.parse(JSON.stringify(result))).error).toBeUndefined()
  const { blocks } = benchmarkReport(result)
  expect(blocks.map(({ kind }) => kind)).toEqual(['text', 'table', 'table', 'figure'])
  for (const { subject } of Object.values(ceilings)) subject.destroy()
})

describe('what is timed is right', () => {
  const cases: Case[] = [
    ...(['nn', 'nt', 'tn'] as const).map((form) => matmulCase({ form, M: 33, N: 20, K: 17 })),
    halvesCase({ form: 'nn', M: 20, N: 36, K: 24 }),
    attentionCase({ heads: 2, T: 70, hs: 16 }, 'forward'),
    attentionCase({ heads: 2, T: 128, hs: 16 }, 'step'),
    softmaxLossCase(5, 37),
    layerNormCase(9, 20, 'forward'),
    layerNormCase(9, 20, 'backward'),
    adamwCase(2048),
    generationCase({ ...trainingShape(32, 1, 16, 3) }),
  ]
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (_, one) => {
    for (const { open } of [one, ...(one.rivals ?? [])]) {
      const subject = await open(gpu)
      const { error } = await subject.check()
      expect(error).toBeLessThanOrEqual(1)
      subject.destroy()
    }
  })
})

test('a kernel that computes something else is found out', async () => {
  const wrong = { ...matmulCase({ form: 'nn', M: 16, N: 16, K: 16 }) }
  const right = wrong.open
  wrong.open = async (gpu) => ({ ...(await right(gpu)), check: async () => ({ error: 3, compared: 'all' }) })
  const ceilings = await openCeilings(gpu, wallClock, tiny)
  const row = await measureCase(gpu, wallClock, wrong, ceilings['multiply-add'], tiny)
  expect(row.check.error).toBe(3)
  expect(row.wallMs).toBeUndefined()
  for (const { subject } of Object.values(ceilings)) subject.destroy()
})

test('training steps create no buffers after the first, and the gradient is the loss’s', async () => {
  const training = await openTraining(gpu, trainingShape(32, 1, 16, 2))
  expect((await training.check()).error).toBeLessThanOrEqual(1)
  training.run(1)
  const created = countBuffers(gpu)
  training.run(5)
  await gpu.device.queue.onSubmittedWorkDone()
  expect(created()).toBe(0)
  const losses = await training.losses(6)
  expect(losses.every((loss) => loss > 0 && loss < 6)).toBe(true)
  training.destroy()
})

test('an aborted suite stops before its next case', async () => {
  const controller = new AbortController()
  const seen: string[] = []
  const running = runSuite(
    gpu,
    wallClock,
    {
      quick: true,
      only: ['adamw'],
      signal: controller.signal,
      onCase(label) {
        seen.push(label)
        controller.abort(new Error('enough'))
      },
    },
    () => {},
  )
  await running.catch(() => {})
  expect(seen.length).toBe(1)
})
