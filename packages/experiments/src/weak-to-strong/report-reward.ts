// Reward models (§4.2, Figs. 3 and 16), with generative finetuning (Fig. 10), and what early stopping on the truth would
// give (Figs. 7 and 17).

import { type Block, figure, number, percent, points, table } from '../report/report.ts'
import { type Correctness, differenceInterval, resampleAccuracies } from '../statistics/bootstrap.ts'
import { summarizeWeakToStrong } from '../statistics/pgr.ts'
import { mean } from '../statistics/summary.ts'
import type { RewardResult, WeakToStrongResult } from './result.ts'
import { rewardLookShares } from './reward-stage.ts'
import { shareAmong } from './scores.ts'

const names: Record<string, string> = {
  weak: 'supervisor',
  naive: 'student',
  flipped: 'student of random errors',
  generative: 'student that has read the texts',
  'stop-truth': 'student, stopped on the truth *',
  'generative, stop-truth': 'student that has read the texts, stopped on the truth *',
  ceiling: 'ceiling',
  generativeCeiling: 'ceiling that has read the texts',
}

export function rewardBlocks(result: WeakToStrongResult): Block[] {
  return [rewardTable(result), rewardFigure(result)]
}

/** Accuracy, accuracy where the longer text is the worse one, and how often the longer text is preferred. */
export function rewardRows({ seeds }: WeakToStrongResult) {
  const bits = (is: (task: RewardResult, pair: number) => boolean): Correctness =>
    seeds.map(({ reward }) => reward!.map((task) => Uint8Array.from(task.truth, (_, pair) => Number(is(task, pair)))))
  const unequal = bits((task, i) => task.longer[i] !== 0)
  const conflict = bits((task, i) => task.longer[i] !== 0 && task.longer[i] > 0 !== (task.truth[i] === 1))
  const of = (who: string) => (task: RewardResult) =>
    who === 'weak' || who === 'ceiling' || who === 'generativeCeiling' ? task[who] : task.students[who]
  const right = (who: string) => bits((task, i) => Number(of(who)(task)[i] > 0.5) === task.truth[i])
  const isStudent = (who: string) => who in seeds[0].reward![0].students
  const raised = (who: string) =>
    summarizeWeakToStrong({ weak: right('weak'), student: right(who), ceiling: right('generativeCeiling') })
  const overNaive = (who: string) =>
    differenceInterval(resampleAccuracies({ student: right(who), naive: right('naive') }), 'student', 'naive')
  return Object.entries(names).map(([who, name]) => {
    const summary = summarizeWeakToStrong({ weak: right('weak'), student: right(who), ceiling: right('ceiling') })
    return {
      who,
      name,
      accuracy: summary.student,
      conflict: shareAmong(right(who), conflict),
      longer: shareAmong(
        bits((task, i) => task.longer[i] > 0 === of(who)(task)[i] > 0.5),
        unequal,
      ),
      pgr: isStudent(who) ? summary.pgr : undefined,
      /** against the ceiling that has read the texts as well */
      raisedPgr: isStudent(who) ? raised(who).pgr : undefined,
      overNaive: isStudent(who) ? overNaive(who) : undefined,
    }
  })
}

function rewardTable(result: WeakToStrongResult): Block {
  return table({
    caption: 'Reward models: which of two texts is better?',
    columns: [
      'model',
      'accuracy',
      'accuracy where the longer is worse',
      'longer preferred',
      'over naive, points',
      'PGR',
    ],
    rows: rewardRows(result).map(({ who, name, accuracy, conflict, longer, overNaive, pgr }) => [
      name,
      percent(accuracy),
      percent(conflict),
      percent(longer),
      overNaive && who !== 'naive' ? points(overNaive) : '',
      pgr ? number(pgr, 2) : '',
    ]),
    note:
      'Quality is the number of nouns with the attribute, so longer texts tend to be better: a tempting, imperfect cue. Ties are left out. ' +
      '* chooses the best look by the truth about validation pairs, as nobody could who supervises a stronger model: not allowed in earnest.',
  })
}

function rewardFigure({ seeds }: WeakToStrongResult): Block {
  const shares = rewardLookShares()
  const curves = (who: string) =>
    shares.map((x, look) => {
      const all = seeds.map(({ reward }) => mean(reward!.map((task) => task.curves[who][look])))
      return { x, y: mean(all), low: Math.min(...all), high: Math.max(...all) }
    })
  return figure({
    kind: 'lines',
    title: 'Reward models during finetuning',
    caption:
      'Accuracy against the truth, mean over tasks; the band spans the seeds. A student that falls again is imitating its supervisor’s errors.',
    x: { label: 'share of the finetuning', format: 'percent' },
    y: { label: 'test accuracy', format: 'percent' },
    series: Object.keys(seeds[0].reward![0].curves).map((who) => ({ name: names[who], points: curves(who) })),
    references: [{ y: 0.5, label: 'chance' }],
  })
}
