import type { Method } from './method.ts'

export const stopWeak: Method = {
  name: 'stop-weak',
  about: 'the naive student when it agreed best with the weak supervisor on validation items',
  student: async (bench) => (await bench.train({ stopOn: bench.weak })).value,
}

export const stopTruth: Method = {
  name: 'stop-truth',
  about:
    'the naive student when it was best on the validation items’ true labels (an upper bound: not allowed in earnest)',
  student: { withTruth: async (bench) => (await bench.stoppedOnTruth()).value },
}
