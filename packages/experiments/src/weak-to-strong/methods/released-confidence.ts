import type { Method } from './method.ts'

/** Faithful to the released code, including its warm-up, which reaches a tenth of α and then jumps. */
export const releasedConfidence: Method = {
  name: 'logconf',
  about: 'the confidence loss as released: a threshold that follows the weak labels, another warm-up',
  parameter: { usual: 0.5, least: 0.01, most: 1, about: 'largest share of the student’s own predictions' },
  student: async (bench, alpha) => (await bench.train({ loss: { releasedConfidence: alpha } })).value,
}
