// How much work a run is.

import { LABEL_SHARES } from './analyses/labels.ts'
import { errorStructures } from './error-structures.ts'
import { stepsBetween } from './methods/bootstrap.ts'
import { methodNamed } from './methods/index.ts'
import { ANALYSED_TASKS, gridMethods, pairsOf, tasksOf, type WeakToStrongOptions } from './options.ts'
import { SNAPSHOTS } from './pretrain-stage.ts'
import { familyNamed, taskCount } from './tasks/index.ts'
import { ladder } from './worlds/index.ts'

/** How many stages of each name a run asks for, those found in the store included; for an estimate of the time left. */
export function weakToStrongStageCounts(options: WeakToStrongOptions): Record<string, number> {
  const { weak, strong, seeds, families, methods, analyses = [], probe } = options
  const pairs = pairsOf(options)
  const perSeed: Record<string, number> = {}
  const add = (name: string, count: number) => {
    if (count > 0) perSeed[name] = (perSeed[name] ?? 0) + count
  }
  const sizes = new Set(pairs.flatMap((pair) => [pair.weak, pair.strong]))
  const worldsOf = (names: string[]) => new Set(names.map((family) => familyNamed(family).world))
  const worlds = worldsOf(families)
  const between = ladder().slice(ladder().indexOf(weak) + 1, ladder().indexOf(strong))
  const allTasks = tasksOf(options).length
  if (probe) add('w2s-activations', allTasks * 2 * pairs.length)
  else {
    add('w2s-finetune', allTasks * 2 * pairs.length + 1)
    for (const text of methods) {
      const { method, parameter } = methodNamed(text)
      const steps = method.name === 'bootstrap' ? stepsBetween(between, parameter) : []
      for (const size of steps) sizes.add(size)
      const onPairs = gridMethods(options).includes(text) ? pairs.length : 1
      const trainings: Record<string, number> = {
        bootstrap: steps.length + 1,
        'stop-weak': 1,
        'stop-truth': 1,
      }
      add('w2s-finetune', allTasks * (trainings[method.name] ?? onPairs))
      if (method.name === 'generative') add('w2s-generative', allTasks)
      if (method.name !== 'ensemble') continue
      add('w2s-finetune', allTasks * (parameter - 1))
      add('w2s-pretrain', worlds.size * (parameter - 1))
    }
  }
  add('w2s-pretrain', worlds.size * sizes.size)
  add('w2s-zero-shot', allTasks * new Set(pairs.map((pair) => pair.strong)).size)
  for (const family of families) {
    const tasks = Math.min(options.tasks, taskCount(family))
    const few = Math.min(ANALYSED_TASKS, tasks)
    const { world } = familyNamed(family)
    const ranked = world !== 'text'
    if (analyses.includes('errors')) add('w2s-finetune', tasks * (errorStructures.length + 1 - (ranked ? 0 : 2)))
    if (analyses.includes('saliency')) {
      add('w2s-finetune', tasks)
      add('w2s-activations', tasks)
    }
    if (analyses.includes('prompting') && world === 'episodes') add('w2s-zero-shot', 3 * tasks)
    if (analyses.includes('simulation')) add('w2s-activations', tasks)
    if (analyses.includes('pretraining')) add('w2s-finetune', few * 2 * SNAPSHOTS.length)
    if (analyses.includes('labels')) add('w2s-finetune', few * 2 * LABEL_SHARES.length)
    if (analyses.includes('difficulty') && ranked) add('w2s-finetune', few * 3)
  }
  if (analyses.includes('pretraining')) {
    add('w2s-pretrain-path', worlds.size)
    add('w2s-snapshot', worlds.size * SNAPSHOTS.length)
  }
  if (analyses.includes('reward')) {
    if (!worlds.has('attributes')) add('w2s-pretrain', 2)
    add('w2s-reward', 11 * options.tasks)
    add('w2s-reward-zero-shot', options.tasks)
    add('w2s-generative', 2 * options.tasks)
  }
  return Object.fromEntries(Object.entries(perSeed).map(([name, count]) => [name, count * seeds.length]))
}
