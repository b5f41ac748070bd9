// Claims about the main pair: naive students, the methods, and agreement.

import type { WeakToStrongResult } from '../result.ts'
import { agreementOf, fatesOf, gainOver, methodSummary, overNaive, type TasksBySeed } from '../scores.ts'
import { bySign, type Claim, perFamily, pgrText, points, share } from './claim.ts'

export function methodClaims(result: WeakToStrongResult): Claim[] {
  const { methods } = result.options
  const has = (name: string) => methods.includes(name)
  const better = (method: string) => (family: string, tasks: TasksBySeed) => {
    const gain = overNaive(tasks, family, method)
    return {
      here: `${points(gain)} over naive, ${pgrText(methodSummary(tasks, family, method).pgr)}`,
      verdict: bySign(gain),
    }
  }
  const confidences = methods.filter((each) => each.startsWith('confidence'))
  return [
    ...perFamily(
      result,
      'A strong student finetuned on a weak model’s labels is better than the weak model',
      '§4.2, Fig. 3: PGR above 20 % on NLP tasks, often above 50 % for the largest students',
      (family, tasks) => {
        const { gain, pgr } = methodSummary(tasks, family, 'naive')
        return { here: `${points(gain)}, ${pgrText(pgr)}`, verdict: bySign(gain) }
      },
    ),
    ...perFamily(
      result,
      'It does not become as good as with true labels: naive finetuning leaves a gap',
      '§4.2, Fig. 3: PGR well below 100 %',
      (family, tasks) => {
        const rest = gainOver(
          tasks,
          family,
          (task) => task.ceiling,
          (task) => task.students.naive,
        )
        return { here: `ceiling ${points(rest)} above the student`, verdict: bySign(rest) }
      },
    ),
    ...confidences.flatMap((method) =>
      perFamily(
        result,
        `The auxiliary confidence loss (${method}) improves on naive finetuning at the largest gap`,
        '§4.3, Figs. 5, 6: median PGR 25 → 80 %',
        better(method),
      ),
    ),
    ...(has('bootstrap')
      ? perFamily(
          result,
          'Bootstrapping through intermediate sizes improves NLP tasks a little',
          'Fig. 4: small gains on NLP, large ones on chess, none on reward models',
          better('bootstrap'),
        )
      : []),
    ...(has('stop-truth')
      ? perFamily(
          result,
          'Stopping early on true labels would help: students over-fit to weak labels within the finetuning',
          'Fig. 13: 15 points of PGR against the end of training',
          better('stop-truth'),
        )
      : []),
    ...(has('stop-weak')
      ? perFamily(
          result,
          'Stopping early on weak labels gives a part of that',
          'Fig. 13: 5 of these 15 points of PGR (truth is worth 10 more)',
          better('stop-weak'),
        )
      : []),
    ...['filter', 'product', 'reverse-kl'].filter(has).flatMap((method) =>
      perFamily(
        result,
        `Another way to be robust to label noise (${method}) does not help`,
        'App. B: several such ideas did not work well in preliminary tests',
        (family, tasks) => {
          const gain = overNaive(tasks, family, method)
          const verdict = gain.low > 0 ? 'does not replicate' : gain.high < 0.01 ? 'replicates' : 'inconclusive'
          return { here: `${points(gain)} over naive`, verdict }
        },
      ),
    ),
    ...perFamily(
      result,
      'Students agree with their supervisors less than imitation would give: less where the supervisor is wrong',
      'Fig. 8: agreement far below 100 %, lower on the supervisor’s errors',
      (family, tasks) => {
        const { right, wrong } = agreementOf(tasks, family, 'naive')
        const verdict =
          wrong.high < right.low ? 'replicates' : wrong.low > right.high ? 'does not replicate' : 'inconclusive'
        return { here: `${share(right)} where it is right, ${share(wrong)} where it is wrong`, verdict }
      },
    ),
    ...perFamily(
      result,
      'Students correct more of the supervisor’s errors than they add of their own',
      'Fig. 8 and §4.2, taken together',
      (family, tasks) => {
        const { corrected, new: own, inherited } = fatesOf(tasks, family, 'naive')
        return {
          here: `of all test items ${share(corrected)} corrected, ${share(own)} new, ${share(inherited)} inherited`,
          verdict: bySign(methodSummary(tasks, family, 'naive').gain),
        }
      },
    ),
    ...(confidences.length > 0
      ? perFamily(
          result,
          'The confidence loss lowers agreement with the supervisor’s errors',
          'Fig. 8: lower, mostly on the supervisor’s errors',
          (family, tasks) => {
            const [naive, own] = ['naive', confidences[0]].map((method) => agreementOf(tasks, family, method).wrong)
            const verdict =
              own.high < naive.low ? 'replicates' : own.low > naive.high ? 'does not replicate' : 'inconclusive'
            return { here: `errors repeated: naive ${share(naive)}, ${confidences[0]} ${share(own)}`, verdict }
          },
        )
      : []),
  ]
}
