import { agreement } from '../accuracy.ts'
import type { Method, Predictions } from './method.ts'

export const stopWeak: Method = {
  name: 'stop-weak',
  about: 'the naive student when it agreed best with the weak supervisor on validation items',
  async student(bench) {
    const { looks } = (await bench.trainLooking()).value
    const weak = await bench.weakOnVal()
    return best(looks, (look) => agreement(look.onVal, weak))
  },
}

export const stopTruth: Method = {
  name: 'stop-truth',
  about:
    'the naive student when it was best on the validation items’ true labels (an upper bound: not allowed in earnest)',
  student: {
    async withTruth(bench) {
      const { looks } = (await bench.trainLooking()).value
      return best(looks, (look) => agreement(look.onVal, bench.truthOnVal))
    },
  },
}

/** The look with the highest score; the later one of equals. The first, before any training, does not count. */
function best<Look extends Predictions>(looks: Look[], score: (look: Look) => number): Predictions {
  const trained = looks.slice(1)
  const top = Math.max(...trained.map(score))
  const { onTest } = trained.findLast((look) => score(look) === top)!
  return { onTest }
}
