import type { Method } from './method.ts'

export const confidence: Method = {
  name: 'confidence',
  about: 'weak labels mixed with the student’s own hardened predictions, half of each batch above the threshold (§4.3)',
  // the paper: 0.75 for its largest students, 0.5 for the others
  parameter: { usual: 0.5, least: 0.01, most: 1, about: 'largest share of the student’s own predictions' },
  student: async (bench, alpha) => (await bench.train({ loss: { confidence: alpha } })).value,
}
