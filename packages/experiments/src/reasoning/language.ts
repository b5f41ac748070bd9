// How problems and solutions are written: a fixed-length prompt, then lines of `#step state`, then `= answer <eos>`.

import { Random } from '@nanoalign/kernels'
import type { Problem, ReasoningFamily } from './families/family.ts'

/** Writes the state after every `grain` steps; 0 = answers at once. */
export type Grain = 0 | 1 | 2 | 4

export interface ReasoningLanguage {
  family: ReasoningFamily
  size: number
  special: Record<'pad' | 'begin' | 'blank' | 'question' | 'equals' | 'end' | 'right' | 'wrong', number>
  promptLength: number
  /** prompt and the longest solution */
  length: number
  word(id: number): string
  line(step: number): number
  prompt(problem: Problem): Uint32Array
  /** the solution in the given grain, with the end token */
  solution(problem: Problem, grain: Grain): Uint32Array
  /** whether what follows the first `=` is the right answer and the end */
  isRight(problem: Problem, completion: Uint32Array): boolean
  /** line numbers at the places where the finest solution has them, for as many lines, then `=` */
  scaffold(problem: Problem, lines: number): Map<number, number>
}

export function reasoningLanguage(family: ReasoningFamily): ReasoningLanguage {
  const special = ['<pad>', '<bos>', '.', '?', '=', '<eos>', 'right', 'wrong']
  const words = [...special, ...Array.from({ length: family.maxSize }, (_, i) => `#${i + 1}`), ...family.words]
  const ids = new Map(words.map((word, id) => [word, id]))
  const id = (word: string) => ids.get(word)!
  const largest = family.problem(new Random(0, 'reasoning/lengths'), family.maxSize)
  const promptLength = largest.question.length + 2
  const spelled = (states: string[][]) => states.reduce((sum, state) => sum + 1 + state.length, 0)
  const longest = spelled(largest.states) + 1 + largest.states[largest.states.length - 1].length + 1
  const answerOf = ({ states }: Problem) => [id('='), ...states[states.length - 1].map(id), id('<eos>')]
  return {
    family,
    size: words.length,
    special: {
      pad: id('<pad>'),
      begin: id('<bos>'),
      blank: id('.'),
      question: id('?'),
      equals: id('='),
      end: id('<eos>'),
      right: id('right'),
      wrong: id('wrong'),
    },
    promptLength,
    length: promptLength + longest,
    word: (each) => words[each],
    line: (step) => id(`#${step}`),
    prompt({ question }) {
      const blanks = Array<number>(promptLength - 2 - question.length).fill(id('.'))
      return Uint32Array.of(id('<bos>'), ...question.map(id), ...blanks, id('?'))
    },
    solution(problem, grain) {
      const { states } = problem
      const lines = states.flatMap((state, i) => {
        const step = i + 1
        const written = grain > 0 && (step % grain === 0 || step === states.length)
        return written ? [id(`#${step}`), ...state.map(id)] : []
      })
      return Uint32Array.of(...lines, ...answerOf(problem))
    },
    isRight(problem, completion) {
      const at = completion.indexOf(id('='))
      return at >= 0 && completion.subarray(at).join() === answerOf(problem).join()
    },
    scaffold({ states }, lines) {
      const places = new Map<number, number>()
      let at = 0
      states.slice(0, lines).forEach((state, i) => {
        places.set(at, id(`#${i + 1}`))
        at += 1 + state.length
      })
      places.set(at, id('='))
      return places
    },
  }
}

/** The lines of a completion that advance by exactly one step: how many there are, and how many of them are right. */
export function oneStepLines(language: ReasoningLanguage, problem: Problem, completion: Uint32Array) {
  const words = Array.from(completion, language.word)
  let previous = 0
  let [lines, finest, right] = [0, 0, 0]
  for (let at = 0; at < words.length && words[at].startsWith('#'); lines++) {
    const step = Number(words[at].slice(1))
    const length = problem.states[step - 1]?.length ?? 0
    const state = words.slice(at + 1, at + 1 + length)
    if (step === previous + 1) {
      finest++
      right += Number(state.join() === problem.states[step - 1]?.join())
    }
    previous = step
    at += 1 + length
    if (length === 0) break
  }
  return { lines, finest, right }
}
