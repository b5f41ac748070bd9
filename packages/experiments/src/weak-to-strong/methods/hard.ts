import type { Method } from './method.ts'

export const hard: Method = {
  name: 'hard',
  about: 'cross-entropy with the weak labels rounded to 0 or 1',
  student: async (bench) => (await bench.train({ hard: true })).value,
}
