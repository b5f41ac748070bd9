// Safety data from generated samples, by the rule of the arm.

import type { PolicyWorld, Request } from '../policy-world/index.ts'
import { promptTokens } from '../policy-world/index.ts'
import type { Selection } from './arms.ts'
import { type FilterQuality, filterSamples, type Generated } from './filter.ts'
import { thoughtOf } from './model-judge.ts'
import type { JudgeOptions } from './options.ts'
import type { SafetyExample } from './safety-batch.ts'

export function selectExamples(
  world: PolicyWorld,
  requests: readonly Request[],
  samples: readonly Generated[],
  drafts: readonly Generated[],
  selection: Selection,
  judge: JudgeOptions,
  seed: number,
): { examples: SafetyExample[]; quality: FilterQuality } {
  const [rule, runs] = rules(judge)[selection]
  const { kept, quality } = filterSamples(samples, rule, { ...judge, runs }, seed)
  // critique and revise: a draft that the judge finds good enough stays, the others are replaced by the revision
  const good = new Map(
    drafts
      .filter(({ wellFormed, score }) => wellFormed && score >= judge.threshold)
      .map((draft) => [draft.item, draft]),
  )
  const chosen =
    selection === 'critique'
      ? [...good.values(), ...kept.filter(({ item }) => !good.has(item))].sort((a, b) => a.item - b.item)
      : kept
  const examples = chosen.map(({ item, tokens }): SafetyExample => {
    const thought = thoughtOf(tokens, world.vocabulary.special.thinkEnd)!
    return { prompt: promptTokens(world, requests[item]), thought, answer: tokens.slice(thought.length) }
  })
  return { examples, quality }
}

/** How each selection filters, and with how many runs of a noisy judge. */
const rules = (judge: JudgeOptions): Record<Selection, ['model' | 'oracle' | 'noisy' | 'none', number]> => ({
  judged: [judge.kind, judge.runs],
  unfiltered: ['none', 1],
  'single-judge': ['noisy', 1],
  'minimum-judge': ['noisy', judge.runs],
  critique: [judge.kind, judge.runs],
})
