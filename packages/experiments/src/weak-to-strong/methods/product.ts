import type { Method } from './method.ts'

export const product: Method = {
  name: 'product',
  about: 'targets proportional to the weak label times the student’s own belief (released code)',
  student: async (bench) => (await bench.train({ loss: 'product' })).value,
}
