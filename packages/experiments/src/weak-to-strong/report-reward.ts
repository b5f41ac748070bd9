// Reward models (§4.2, Figs. 3 and 16), with generative finetuning of the student (Fig. 10) and of the supervisor too
// (Fig. 18), and what early stopping on the truth would give (Figs. 7 and 17).

import { type Block, figure, number, percent, points, table } from '../report/report.ts'
import { type Correctness, differenceInterval, type Interval, resampleAccuracies } from '../statistics/bootstrap.ts'
import { pgrDifference, summarizeWeakToStrong } from '../statistics/pgr.ts'
import { mean } from '../statistics/summary.ts'
import type { RewardResult, WeakToStrongResult } from './result.ts'
import { rewardLookShares } from './reward-stage.ts'
import { once, shareAmong } from './scores.ts'

const names: Record<string, string> = {
  zeroShot: 'strong, zero-shot',
  weak: 'supervisor',
  generativeWeak: 'supervisor that has read the texts',
  naive: 'student',
  flipped: 'student of random errors',
  generative: 'student that has read the texts',
  'of a reader': 'student, its supervisor has read the texts',
  'generative, of a reader': 'student that has read the texts, its supervisor too',
  'stop-truth': 'student, stopped on the truth *',
  'generative, stop-truth': 'student that has read the texts, stopped on the truth *',
  ceiling: 'ceiling',
  generativeCeiling: 'ceiling that has read the texts',
}

const others = ['zeroShot', 'weak', 'generativeWeak', 'ceiling', 'generativeCeiling'] as const
const isOther = (who: string): who is (typeof others)[number] => (others as readonly string[]).includes(who)

export function rewardBlocks(result: WeakToStrongResult): Block[] {
  return [rewardTable(result), readingFigure(result), rewardFigure(result)]
}

/** 1 where it holds of a pair of texts. */
function count({ seeds }: WeakToStrongResult, is: (task: RewardResult, pair: number) => boolean): Correctness {
  return seeds.map(({ reward }) => reward!.map((task) => Uint8Array.from(task.truth, (_, i) => Number(is(task, i)))))
}

const preferences = (task: RewardResult, who: string) => (isOther(who) ? task[who] : task.students[who])

/** A student with its own supervisor, and the ceiling that has read the texts or the one that has not. */
function triple(result: WeakToStrongResult, who: string, ceiling: 'ceiling' | 'generativeCeiling') {
  const right = (of: string) => count(result, (task, i) => Number(preferences(task, of)[i] > 0.5) === task.truth[i])
  const weak = right(who.endsWith('of a reader') ? 'generativeWeak' : 'weak')
  return { weak, student: right(who), ceiling: right(ceiling) }
}

/** Accuracy, accuracy where the longer text is the worse one, how often the longer text is preferred, and PGR. */
export function rewardRows(result: WeakToStrongResult) {
  return once(result, 'reward', () => computedRows(result))
}

function computedRows(result: WeakToStrongResult) {
  const unequal = count(result, (task, i) => task.longer[i] !== 0)
  const conflict = count(result, (task, i) => task.longer[i] !== 0 && task.longer[i] > 0 !== (task.truth[i] === 1))
  const naive = triple(result, 'naive', 'ceiling').student
  return Object.entries(names).map(([who, name]) => {
    const plain = triple(result, who, 'ceiling')
    const summary = summarizeWeakToStrong(plain)
    const isStudent = !isOther(who)
    return {
      who,
      name,
      accuracy: summary.student,
      conflict: shareAmong(plain.student, conflict),
      longer: shareAmong(
        count(result, (task, i) => task.longer[i] > 0 === preferences(task, who)[i] > 0.5),
        unequal,
      ),
      /** of its own supervisor, as the others are */
      pgr: isStudent ? summary.pgr : undefined,
      /** against the ceiling that has read the texts as well */
      raisedPgr: isStudent ? summarizeWeakToStrong(triple(result, who, 'generativeCeiling')).pgr : undefined,
      overNaive: isStudent
        ? differenceInterval(resampleAccuracies({ student: plain.student, naive }), 'student', 'naive')
        : undefined,
    }
  })
}

/** PGR where supervisor, student and ceiling have read the texts minus PGR where none has. */
export function allReadOverNone(result: WeakToStrongResult): Interval | undefined {
  return pgrDifference(
    triple(result, 'generative, of a reader', 'generativeCeiling'),
    triple(result, 'naive', 'ceiling'),
  )
}

function rewardTable(result: WeakToStrongResult): Block {
  const pgrCell = (pgr: Interval | undefined, who: string) => (pgr ? number(pgr, 2) : isOther(who) ? '' : 'hidden')
  return table({
    caption: 'Reward models: which of two texts is better?',
    columns: [
      'model',
      'accuracy',
      'accuracy where the longer is worse',
      'longer preferred',
      'over naive, points',
      'PGR',
      'PGR, ceiling has read',
    ],
    rows: rewardRows(result).map(({ who, name, accuracy, conflict, longer, overNaive, pgr, raisedPgr }) => [
      name,
      percent(accuracy),
      percent(conflict),
      percent(longer),
      overNaive && who !== 'naive' ? points(overNaive) : '',
      pgrCell(pgr, who),
      pgrCell(raisedPgr, who),
    ]),
    note:
      'Quality is the number of nouns with the attribute, so longer texts tend to be better: a tempting, imperfect cue. Ties are left out. ' +
      'PGR is that of a student’s own supervisor, and hidden where the gap is within noise. ' +
      '* chooses the best look by the truth about validation pairs, as nobody could who supervises a stronger model: not allowed in earnest.',
  })
}

function readingFigure(result: WeakToStrongResult): Block {
  const rows = Object.fromEntries(rewardRows(result).map((row) => [row.who, row]))
  return figure({
    kind: 'bars',
    title: 'Reward models: who has read the texts first?',
    caption:
      'PGR with 95 % intervals. Generative finetuning on the compared texts, preferences aside, of nobody, of student and ceiling, ' +
      'and of the supervisor too. A student that has read is measured against a ceiling that has.',
    groups: ['supervisor has not read', 'supervisor has read'],
    y: { label: 'PGR' },
    series: [
      { name: 'student and ceiling have not', values: [rows.naive.pgr, rows['of a reader'].pgr] },
      {
        name: 'student and ceiling have',
        values: [rows.generative.raisedPgr, rows['generative, of a reader'].raisedPgr],
      },
    ],
  })
}

function rewardFigure(result: WeakToStrongResult): Block {
  const { seeds } = result
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
    references: [{ y: rewardRows(result)[0].accuracy.value, label: 'strong, zero-shot' }],
  })
}
