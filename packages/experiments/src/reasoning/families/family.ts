import type { Random } from '@nanoalign/kernels'

/** A problem that is solved by changing a state step by step. */
export interface Problem {
  /** words of the question: the start and what is to be done */
  question: string[]
  /** the state after each step; the last one is the answer */
  states: string[][]
}

/** A kind of problem of any size (number of steps). All problems of one size have states of the same lengths. */
export interface ReasoningFamily {
  name: string
  about: string
  /** every word of questions and states */
  words: string[]
  /** the largest size: pretraining has 1 to this */
  maxSize: number
  /** sizes of RL; the larger ones are held out from it */
  rlSizes: number[]
  /** how many different answers problems of the largest size have */
  answers: number
  problem(random: Random, size: number): Problem
}
