import type { Method } from './method.ts'

export const reverseKl: Method = {
  name: 'reverse-kl',
  about: 'KL(student ‖ weak): punishes confidence where the weak label doubts, little where it is sure',
  student: async (bench) => (await bench.train({ loss: 'reverse-kl' })).value,
}
