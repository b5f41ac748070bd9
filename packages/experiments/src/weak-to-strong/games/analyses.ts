// What is measured besides the students: a control of the confidence loss, easy to hard, and models without pretraining.

import type { Artifact } from '../../stages/stage.ts'
import { type GamePair, gamePairs } from './options.ts'
import type { EasyToHardResult } from './result.ts'
import type { GameAnswers } from './stages.ts'
import type { GameSeed, Tuning } from './study.ts'
import { inWords, testPuzzles } from './words.ts'
import type { GameSplit } from './worlds.ts'

/** Whether the confidence loss at α = 0 gives the naive student, whose answers at every look are given. */
export async function alphaZero({ finetune, weak }: GameSeed, pair: GamePair, naive: Uint16Array[]): Promise<boolean> {
  const labels = { weak: await weak(pair.weak), soft: false }
  const inputs: Tuning = { split: 'B', labels, confidence: 0 }
  const { looks } = (await finetune('control: confidence loss at α = 0,', pair.strong, inputs)).value
  return looks.every((look, i) => look.every((token, j) => token === naive[i][j]))
}

export async function easyToHard(context: GameSeed): Promise<EasyToHardResult> {
  const { game, options, world, finetune } = context
  const both = (model: Artifact<GameAnswers>): [string[], string[]] => [
    inWords(game, model.value.answers['test-easy']!),
    inWords(game, model.value.answers['test-hard']!),
  ]
  const sizes: EasyToHardResult['sizes'] = {}
  const on: GameSplit[] = ['test-easy', 'test-hard']
  for (const size of new Set(gamePairs(options).map((pair) => pair.strong)))
    sizes[size] = {
      'zero-shot': both(await context.zeroShot(size)),
      easy: both(await finetune('trained on easy puzzles,', size, { split: 'E', on })),
      hard: both(await finetune('trained on hard puzzles,', size, { split: 'H', on })),
    }
  const { puzzles } = world.value
  return { easy: testPuzzles(game, puzzles['test-easy']), hard: testPuzzles(game, puzzles['test-hard']), sizes }
}

export async function scratch({ game, options, base, finetune, ...context }: GameSeed) {
  const { strong } = options
  const inputs: Tuning = { base: await base(strong, 0), split: 'B' }
  const labels = { weak: await context.weak(options.weak), soft: false }
  const student = await finetune('from scratch: student', strong, { ...inputs, labels })
  const ceiling = await finetune('from scratch: ceiling', strong, inputs)
  return {
    student: inWords(game, student.value.answers.test!),
    ceiling: inWords(game, ceiling.value.answers.test!),
  }
}
