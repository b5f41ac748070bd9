import type { Method } from './method.ts'

export const filter: Method = {
  name: 'filter',
  about: 'only the items with the most confident weak labels, as many steps',
  parameter: { usual: 0.5, least: 0.1, most: 1, about: 'share of the items kept' },
  student: async (bench, share) => (await bench.train({ confident: share })).value,
}
