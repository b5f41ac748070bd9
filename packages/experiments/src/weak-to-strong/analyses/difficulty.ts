// Easy-to-hard generalization (appendix C, Fig. 20): the strong model finetuned on the truth about easy items alone, hard
// ones alone, or as many at random, and how right each is on test items of every difficulty.

import { plainly } from '../bench.ts'
import type { ItemChoice } from '../items.ts'
import { short, type TaskResult } from '../result.ts'
import type { Place } from '../seed.ts'

/** Nothing where the world does not know how hard its items are. */
export async function easyToHard({ at, strongBase, family, k, label }: Place): Promise<TaskResult['difficulty']> {
  const { runner, stages, worlds } = at.context
  const { difficulty } = worlds.task(at.seed, family, k, 'test')
  if (!difficulty) return undefined
  const { items } = worlds.task(at.seed, family, k, 'B')
  const choices: Record<string, ItemChoice> = {
    easy: { easiest: 0.5 },
    random: { random: Math.round(0.5 * items) },
    hard: { hardest: 0.5 },
  }
  const train = async ([name, choice]: [string, ItemChoice]): Promise<[string, number[]]> => {
    const { value } = await runner.stage(
      stages.finetune,
      {
        base: strongBase,
        worldSeed: at.seed,
        family,
        k,
        ...plainly,
        split: 'B',
        labels: 'ground-truth',
        items: choice,
      },
      { label: label(`truth about ${name} items`) },
    )
    return [name, short(value.onTest)]
  }
  const trained = Object.fromEntries(await Promise.all(Object.entries(choices).map(train)))
  return { ofItems: [...difficulty], trained }
}
