// The task that is being learned now, as far as its models have been looked at: what the live figure of the gap shows.

import type { Curve } from '../study/live-curves.ts'

/** A finetuned model of the main pair, by the label of its stage; the controls and analyses are none. */
export interface Finetuning {
  seed: number
  family: string
  k: number
  who: 'teacher' | 'ceiling' | 'student'
  /** of a student */
  method: string
}

export function finetuningOf(label: string): Finetuning | undefined {
  const found = /^seed (\d+): (\w+)_(\d+) (weak supervisor|strong ceiling|student \((\S+)\))$/.exec(label)
  if (!found) return undefined
  const [, seed, family, k, who, method = ''] = found
  const names = { 'weak supervisor': 'teacher', 'strong ceiling': 'ceiling' } as const
  return { seed: Number(seed), family, k: Number(k), who: names[who as keyof typeof names] ?? 'student', method }
}

export interface Placed {
  /** on the first test items, when it was last looked at */
  accuracy: number
  /** share of its finetuning */
  share: number
}

export interface TaskAtHand extends Pick<Finetuning, 'seed' | 'family' | 'k'> {
  teacher?: Placed
  ceiling?: Placed
  /** by method */
  students: Record<string, Placed>
}

/** Of the newest finetuning's task; undefined before the first. `curves` are accuracies by label. */
export function taskAtHand(curves: readonly Curve[]): TaskAtHand | undefined {
  const all = curves.flatMap(({ label, points }) => {
    const finetuning = finetuningOf(label)
    const { x, y } = points[points.length - 1]
    return finetuning ? [{ ...finetuning, placed: { accuracy: y, share: x } }] : []
  })
  if (all.length === 0) return undefined
  const { seed, family, k } = all[all.length - 1]
  const task: TaskAtHand = { seed, family, k, students: {} }
  for (const each of all) {
    if (each.seed !== seed || each.family !== family || each.k !== k) continue
    if (each.who === 'student') task.students[each.method] = each.placed
    else task[each.who] = each.placed
  }
  return task
}

/**
 * PGR of a student as far as it has learned: (student − teacher) / (ceiling − teacher). Undefined until teacher and ceiling
 * are finished and the student has begun, and where the ceiling is not above the teacher.
 */
export function gapRecovered({ teacher, ceiling, students }: TaskAtHand, method: string): number | undefined {
  const student = students[method]
  if (!student?.share || teacher?.share !== 1 || ceiling?.share !== 1) return undefined
  const gap = ceiling.accuracy - teacher.accuracy
  return gap > 0 ? (student.accuracy - teacher.accuracy) / gap : undefined
}
