// Claims about which errors a supervisor makes (appendix E).

import { errorSummaries } from '../report-analyses.ts'
import { simulationSummaries } from '../report-details.ts'
import type { WeakToStrongResult } from '../result.ts'
import { gainOver, having } from '../scores.ts'
import { above, bySign, type Claim, perFamily, pgrText, points, share } from './claim.ts'

const summariesOf = (result: WeakToStrongResult, family: string) =>
  Object.fromEntries(errorSummaries(result, family).map(({ name, summary }) => [name, summary]))

export function errorClaims(result: WeakToStrongResult): Claim[] {
  const told = (of: ReturnType<typeof summariesOf>, names: string[]) =>
    names
      .filter((name) => of[name])
      .map((name) => `${name} ${pgrText(of[name].pgr)}`)
      .join(', ')
  return [
    ...perFamily(
      result,
      'At equal accuracy random errors are easier to overcome than a weak model’s own',
      'App. E.2, Figs. 25, 26: students keep improving on random errors',
      (family) => {
        const of = summariesOf(result, family)
        return { here: told(of, ['random', 'weak']), verdict: above(of.random.student, of.weak.student) }
      },
    ),
    ...perFamily(
      result,
      'How well a student does depends strongly on which items its supervisor gets wrong, at equal accuracy',
      'App. E.2, Fig. 25: huge variance',
      (family) => {
        const of = summariesOf(result, family)
        const names = ['random', 'rare', 'frequent', 'unsure', 'adversarial']
        const sorted = names.flatMap((name) => (of[name] ? [of[name].student] : []))
        sorted.sort((a, b) => a.value - b.value)
        return { here: told(of, names), verdict: above(sorted[sorted.length - 1], sorted[0]) }
      },
    ),
    ...perFamily(
      result,
      'Where imitation is trivial (the weak label is in the prompt) nothing is recovered',
      'App. E.3, Fig. 27: PGR 0.002 ± 0.003',
      (family, tasks) => {
        const of = summariesOf(result, family)
        const { gain } = of.hinted
        const less = gainOver(
          tasks,
          family,
          (task) => task.errors!.hinted,
          (task) => task.students.naive,
        )
        const partly = less.high < 0 ? 'partly' : 'does not replicate'
        const verdict = gain.low > 0 ? partly : gain.high < 0.02 ? 'replicates' : 'inconclusive'
        return { here: told(of, ['hinted', 'weak']), verdict }
      },
    ),
  ]
}

export function simulationClaims(result: WeakToStrongResult): Claim[] {
  return [
    ...perFamily(
      result,
      'A supervisor that the student can simulate exactly is not improved upon',
      'App. E.1, Fig. 24: no gain, agreement far above accuracy',
      (family) => {
        const all = simulationSummaries(result, family)
        const gains = all.map(({ simulated }) => simulated.gain)
        const none = gains.every(({ high }) => high < 0.02)
        const some = gains.every(({ low }) => low > 0.02)
        return {
          here: all.map(({ features, simulated }) => `${features} features ${points(simulated.gain)}`).join(', '),
          verdict: none ? 'replicates' : some ? 'does not replicate' : 'inconclusive',
        }
      },
    ),
    ...perFamily(
      result,
      'As many errors at random are overcome by the same linear student',
      'App. E.1, Fig. 24: large recovery',
      (family, tasks) => {
        const [first] = simulationSummaries(result, family)
        const over = gainOver(
          having(tasks, 'simulation'),
          family,
          (task) => task.simulation![0].ofRandom,
          (task) => task.simulation![0].student,
        )
        return {
          here: `${share(first.random.student)} with random errors, ${share(first.simulated.student)} with simulatable ones: ${points(over)}`,
          verdict: bySign(over),
        }
      },
    ),
  ]
}
