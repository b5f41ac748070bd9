import type { Method } from './method.ts'

/** Burns et al. 2023, §5.2.2 and Fig. 10, where it comes before reward models. PGR stays relative to the plain ceiling. */
export const generative: Method = {
  name: 'generative',
  about: 'the student first reads the items’ texts as a language model, without labels',
  student: async (bench) => (await bench.train({ readFirst: true })).value,
}
