// Claims about pretraining, numbers of labels, difficulty, prompts, linearity, and gain and misfit.

import { mean } from '../../statistics/summary.ts'
import { saliency } from '../report-analyses.ts'
import { misfitPoints, promptAccuracies } from '../report-details.ts'
import { difficultyRows, easyOverRandom, labelSummaries, pathSummaries } from '../report-training.ts'
import type { WeakToStrongResult } from '../result.ts'
import { gainOver, having } from '../scores.ts'
import { above, bySign, type Claim, notBelow, perFamily, pgrText, points, share } from './claim.ts'

export function saliencyClaims(result: WeakToStrongResult): Claim[] {
  return perFamily(
    result,
    'Finetuning on weak labels makes the task more linear: a probe on the truth is better after it than before',
    'Fig. 11: lp(gt) 72 %, ft(weak) then lp(gt) 78 %, ft(gt) 82 %',
    (family, tasks) => {
      const of = Object.fromEntries(saliency(result, family).map(({ name, ...rest }) => [name, rest]))
      const gain = gainOver(
        tasks,
        family,
        (task) => task.probes!['ft(weak) then lp(gt)'],
        (task) => task.probes!['lp(gt)'],
      )
      return {
        here: `lp(gt) ${share(of['lp(gt)'])}, ft(weak) then lp(gt) ${share(of['ft(weak) then lp(gt)'])}, ft(gt) ${share(of['ft(gt)'])}: ${points(gain)}`,
        verdict: bySign(gain),
      }
    },
  )
}

export function pretrainingClaims(result: WeakToStrongResult): Claim[] {
  return [
    ...perFamily(
      result,
      'Without pretraining there is nothing to elicit: an untrained student is worse than its supervisor',
      '§3, §6.1: the strong model must already know the task (no experiment)',
      (family) => {
        const [untrained] = pathSummaries(result, family)
        return {
          here: `student ${share(untrained.summary.student)}, supervisor ${share(untrained.summary.weak)}`,
          verdict: bySign(untrained.summary.gain, -1),
        }
      },
    ),
    ...perFamily(
      result,
      'Students of one supervisor become better along their pretraining',
      '§4.2, Fig. 3, with model size in the place of pretraining',
      (family, tasks) => {
        const path = pathSummaries(result, family)
        const half = path.findIndex(({ share: done }) => done === 0.35)
        const later = gainOver(
          having(tasks, 'pretraining'),
          family,
          (task) => task.pretraining![path.length - 1].student,
          (task) => task.pretraining![half].student,
        )
        const told = [path[half], path[path.length - 1]].map(
          ({ share: done, summary }) =>
            `${(100 * done).toFixed(0)} % of it ${share(summary.student)} ${pgrText(summary.pgr)}`,
        )
        return { here: `${told.join(', ')}: ${points(later)}`, verdict: bySign(later) }
      },
    ),
  ]
}

export function labelClaims(result: WeakToStrongResult): Claim[] {
  return perFamily(
    result,
    'More weak labels recover more',
    'not in the paper; Wu and Sahai 2024 predict a sharp transition',
    (family) => {
      const all = labelSummaries(result, family)
      const [fewest, most] = [all[0], all[all.length - 1]]
      return {
        here: all
          .map(({ labels, summary }) => `${labels}: ${share(summary.student)} ${pgrText(summary.pgr)}`)
          .join(', '),
        verdict: above(most.summary.student, fewest.summary.student),
      }
    },
  )
}

export function difficultyClaims(result: WeakToStrongResult): Claim[] {
  return perFamily(
    result,
    'Finetuned on the truth about easy items alone, the strong model does hard ones nearly as well as finetuned on half of all',
    'App. C, Figs. 20, 21: easy-to-hard generalization is strong in chess',
    (family) => {
      const rows = difficultyRows(result, family)
      if (rows.length === 0) return undefined
      const hard = (name: string) => rows.find((row) => row.name === name)!.byThird[2]!
      const [easy, all] = [hard('truth, easy half'), hard('truth, half at random')]
      const difference = easyOverRandom(result, family)!
      return {
        here: `hard items: ${share(easy)} after easy ones, ${share(all)} after as many at random, supervisor ${share(hard('weak supervisor'))}: ${points(difference)}`,
        verdict: notBelow(difference, 0.03),
      }
    },
  )
}

export function promptClaims(result: WeakToStrongResult): Claim[] {
  const shots = (labels: string) =>
    Object.keys(result.seeds[0].tasks.find((t) => t.prompts)!.prompts!).find((n) => n.includes(labels))!
  return [
    ...perFamily(
      result,
      'Prompting with true labels is competitive with finetuning on them, for large models',
      '§5.2.1, Fig. 9',
      (family, tasks) => {
        const all = promptAccuracies(result, family)
        if (all.length === 0) return undefined
        const name = shots('true')
        const more = gainOver(
          having(tasks, 'prompts'),
          family,
          (task) => task.prompts![name],
          (task) => task.ceiling,
        )
        return { here: `${name}, against ft(gt): ${points(more)}`, verdict: notBelow(more, 0.02) }
      },
    ),
    ...perFamily(
      result,
      'Prompting with weak labels can be better than naive finetuning on them',
      '§5.2.1, Fig. 9: for the largest students',
      (family, tasks) => {
        const all = promptAccuracies(result, family)
        if (all.length === 0) return undefined
        const name = shots('weak')
        const more = gainOver(
          having(tasks, 'prompts'),
          family,
          (task) => task.prompts![name],
          (task) => task.students.naive,
        )
        const told = all.map(({ name: who, accuracy }) => `${who} ${share(accuracy)}`)
        return { here: `${told.join(', ')}: ${points(more)}`, verdict: bySign(more) }
      },
    ),
  ]
}

export function misfitClaims(result: WeakToStrongResult): Claim[] {
  return perFamily(
    result,
    'Gain equals misfit, or is larger',
    'not in the paper; Charikar et al. 2024, proven for convex classes that hold the truth',
    (family) => {
      const all = misfitPoints(result, family)
      const [gain, misfit] = [mean(all.map((point) => point.gain)), mean(all.map((point) => point.misfit))]
      const enough = all.filter((point) => point.gain >= 0.75 * point.misfit).length
      return {
        here: `mean gain ${gain.toFixed(3).replace('-', '−')}, mean misfit ${misfit.toFixed(3)}; gain is at least three quarters of misfit in ${enough} of ${all.length} students`,
        verdict:
          enough >= 0.75 * all.length ? 'replicates' : enough < 0.25 * all.length ? 'does not replicate' : 'partly',
      }
    },
  )
}
