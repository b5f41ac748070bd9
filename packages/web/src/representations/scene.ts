// What a cloud shows at a look: positions between two looks, classes by the chosen colouring, lines.

import type { Colouring } from './config.ts'
import type { ModelStates, States } from './messages.ts'

/** (items, 3); `look` may lie between two looks, while the slider moves. */
export function positionsAt({ positions }: ModelStates, look: number): Float32Array {
  const from = positions[Math.floor(look)]
  const share = look - Math.floor(look)
  if (share === 0) return from
  const to = positions[Math.ceil(look)]
  return from.map((value, i) => value + share * (to[i] - value))
}

/** (items): class in bit 0, truth in bit 1, chosen in bit 2. */
export function flagsAt(
  { truth, teacher, strong }: States,
  colouring: Colouring,
  look: number,
  chosen: number | undefined,
): Uint32Array {
  const student = strong.answers[Math.round(look)]
  return Uint32Array.from(truth, (label, i) => {
    const shown = colouring === 'truth' ? label : Number((colouring === 'teacher' ? teacher[i] : student[i]) > 0.5)
    return shown | (label << 1) | (i === chosen ? 4 : 0)
  })
}

const AXIS = 0.9

/** The three axes, and the way of the chosen point through the training. */
export function linesOf({ positions }: ModelStates, chosen: number | undefined): Float32Array {
  const axes = [0, 1, 2].flatMap((axis) => {
    const end = [0, 0, 0]
    end[axis] = AXIS
    return [...end.map((v) => -v), 0.18, ...end, 0.18]
  })
  if (chosen === undefined) return Float32Array.from(axes)
  const at = (look: number) => [...positions[look].subarray(3 * chosen, 3 * chosen + 3)]
  const way = positions.slice(1).flatMap((_, i) => [...at(i), 0.75, ...at(i + 1), 0.75])
  return Float32Array.from([...axes, ...way])
}

/** How many of the student's answers agree with the truth and with its teacher, and how many of the teacher's are right. */
export function agreement({ truth, teacher, strong }: States, look: number) {
  const student = strong.answers[look]
  const share = (agrees: (i: number) => boolean) => truth.filter((_, i) => agrees(i)).length / truth.length
  const says = (p: number) => Number(p > 0.5)
  return {
    withTruth: share((i) => says(student[i]) === truth[i]),
    withTeacher: share((i) => says(student[i]) === says(teacher[i])),
    teacherRight: share((i) => says(teacher[i]) === truth[i]),
  }
}
