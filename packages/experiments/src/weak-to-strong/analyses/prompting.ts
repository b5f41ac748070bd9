// Prompts instead of finetuning (§5.2.1, Fig. 9), for models whose corpus had in-context episodes.

import type { PromptInputs } from '../prompt-stage.ts'
import type { TaskResult } from '../result.ts'
import type { Place } from '../seed.ts'
import { familyNamed } from '../tasks/index.ts'

export const SHOTS = 5

/** Nothing in worlds without episodes. The examples are items of half B, as in finetuning. */
export async function prompts({ at, strongBase, family, k, weak, label }: Place): Promise<TaskResult['prompts']> {
  const { runner, stages, worlds } = at.context
  if (!worlds.open(familyNamed(family).world, at.seed).prompts) return undefined
  const asked: Record<string, PromptInputs['prompt']> = {
    'no examples': { shots: 0, labels: 'ground-truth' },
    [`${SHOTS}-shot, weak labels`]: { shots: SHOTS, labels: weak },
    [`${SHOTS}-shot, true labels`]: { shots: SHOTS, labels: 'ground-truth' },
  }
  const answers = Object.entries(asked).map(async ([name, prompt]): Promise<[string, number[]]> => {
    const inputs = { base: strongBase, worldSeed: at.seed, family, k, prompt }
    return [name, [...(await runner.stage(stages.prompt, inputs, { label: label(name) })).value]]
  })
  return Object.fromEntries(await Promise.all(answers))
}
