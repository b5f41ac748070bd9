// How a student comes out of a weak supervisor's moves. A method sees weak answers, never the truth.

import type { Artifact } from '../../stages/stage.ts'
import type { GameAnswers } from './stages.ts'
import type { GameSplit } from './worlds.ts'

export interface GameMethod {
  name: string
  /** What it does, for the report; one sentence, without a full stop. */
  about: string
  /** The number after the colon, as in `confidence:0.75`: its usual value and its range. */
  parameter?: { usual: number; least: number; most: number; about: string }
  /** Trainings it needs besides those of naive finetuning; `between` sizes lie between supervisor and student. */
  trainings(between: number): number
  student(bench: GameBench, parameter: number): Promise<Student>
}

export interface Student {
  /** tokens of the answers to the test puzzles */
  test: Uint16Array
  /** of the validation puzzles, at every look */
  looks?: Uint16Array[]
}

export interface GameBench {
  /** The weak supervisor, and its answers to the validation puzzles. */
  weak: Artifact<GameAnswers>
  /** At most two sizes between the supervisor's and the student's, ascending. */
  between: readonly string[]
  /** Tokens per move. */
  moveLength: number
  /** Answers to the validation puzzles that are right: for methods that say that they look at the truth. */
  truthOnVal: Uint16Array
  train(recipe?: GameTraining): Promise<Artifact<GameAnswers>>
}

export interface GameTraining {
  /** default: the student's */
  size?: string
  /** whose answers; default: the weak supervisor's */
  labels?: Artifact<GameAnswers>
  /** probabilities instead of moves (games whose moves are one token) */
  soft?: boolean
  /** largest share of the student's own moves in the targets */
  confidence?: number
  /** factor of the learning rate; default 1 */
  rate?: number
  /** default: B */
  split?: GameSplit
  /** splits that it then answers besides test; default none */
  on?: GameSplit[]
  looking?: boolean
}

const student = ({ value }: Artifact<GameAnswers>): Student => ({ test: value.answers.test!, looks: value.looks })

export const gameMethods: readonly GameMethod[] = [
  {
    name: 'naive',
    about: 'cross-entropy with the weak supervisor’s greedy moves',
    trainings: () => 1,
    student: async (bench) => student(await bench.train()),
  },
  {
    name: 'soft',
    about: 'cross-entropy with the weak supervisor’s probabilities instead of its moves',
    trainings: () => 1,
    student: async (bench) => student(await bench.train({ soft: true })),
  },
  {
    name: 'confidence',
    about: 'weak moves mixed with the student’s own most likely ones (§4.3; with many classes there is no threshold)',
    // the paper: 0.75 for its largest students, 0.5 for the others
    parameter: { usual: 0.5, least: 0.01, most: 1, about: 'largest share of the student’s own moves' },
    trainings: () => 1,
    student: async (bench, confidence) => student(await bench.train({ confidence })),
  },
  {
    name: 'bootstrap',
    about: 'up to two sizes in between learn one from the other, each from fresh puzzles (Fig. 4)',
    trainings: (between) => Math.min(2, between) + 1,
    async student(bench) {
      const fresh = ['C', 'D'] as const
      let teacher = bench.weak
      for (const [i, size] of bench.between.entries())
        teacher = await bench.train({ size, labels: teacher, split: fresh[i], on: ['B', 'D'] })
      return student(await bench.train({ labels: teacher }))
    },
  },
  {
    name: 'slow',
    about: 'naive at a quarter of the learning rate: a control, a student that changes less',
    trainings: () => 1,
    student: async (bench) => student(await bench.train({ rate: 0.25 })),
  },
  {
    name: 'stop-weak',
    about: 'the naive student when it agreed best with the weak supervisor on validation puzzles',
    trainings: () => 1,
    async student(bench) {
      const { looks } = bench.weak.value
      return stopped(bench, looks[looks.length - 1])
    },
  },
  {
    name: 'stop-truth',
    about:
      'the naive student when it was best on the validation puzzles’ solutions (an upper bound: not allowed in earnest)',
    trainings: () => 1,
    student: (bench) => stopped(bench, bench.truthOnVal),
  },
]

/** The naive student at the look, after the start, whose validation answers match best; the later one of equals. */
async function stopped(bench: GameBench, wanted: Uint16Array): Promise<Student> {
  const { looks, testLooks } = (await bench.train({ looking: true })).value
  const matches = looks.map((look) => sameMoves(look, wanted, bench.moveLength))
  const most = Math.max(...matches.slice(1))
  return { test: testLooks![matches.lastIndexOf(most)] }
}

/** How many moves of R tokens are the same. */
export function sameMoves(a: Uint16Array, b: Uint16Array, R: number): number {
  let same = 0
  for (let i = 0; i < a.length; i += R) {
    let r = 0
    while (r < R && a[i + r] === b[i + r]) r++
    if (r === R) same++
  }
  return same
}

/** A method with the number that its name gives, such as `confidence:0.75`. @throws Error with what there is. */
export function gameMethodNamed(text: string): { method: GameMethod; parameter: number } {
  const [, name, number] = /^([a-z-]+)(?::([\d.]+))?$/.exec(text) ?? []
  const method = gameMethods.find((each) => each.name === name)
  const names = gameMethods.map((each) => (each.parameter ? `${each.name}[:number]` : each.name)).join(', ')
  if (!method) throw new Error(`method "${text}" is not one of ${names}`)
  if (number === undefined) return { method, parameter: method.parameter?.usual ?? Number.NaN }
  const { parameter } = method
  if (!parameter) throw new Error(`method "${text}": ${name} takes no number`)
  const value = Number(number)
  if (!(value >= parameter.least && value <= parameter.most))
    throw new Error(`method "${text}": the ${parameter.about} must be from ${parameter.least} to ${parameter.most}`)
  return { method, parameter: value }
}
