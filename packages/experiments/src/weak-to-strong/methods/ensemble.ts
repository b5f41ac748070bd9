import type { Method } from './method.ts'

/** The supervisors have read different corpora of one world. PGR stays relative to the first alone. */
export const ensemble: Method = {
  name: 'ensemble',
  about: 'the mean beliefs of several weak supervisors',
  parameter: { usual: 3, least: 2, most: 9, whole: true, about: 'number of supervisors' },
  student: async (bench, count) => (await bench.train({ labels: await bench.supervisors(count) })).value,
}
