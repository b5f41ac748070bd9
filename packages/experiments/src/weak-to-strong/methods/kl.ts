import type { Method } from './method.ts'

/** KL(weak ‖ student) is cross-entropy less the labels' entropy, which no parameter moves: the naive student, bit for bit. */
export const kl: Method = {
  name: 'kl',
  about: 'KL(weak ‖ student): the gradient of cross-entropy, hence the naive student',
  student: async (bench) => (await bench.train({ loss: 'cross-entropy' })).value,
}
