// Safety data from generated samples, by the rule of the arm.

import type { PolicyWorld, Request } from '../policy-world/index.ts'
import { promptTokens } from '../policy-world/index.ts'
import type { Selection } from './arms.ts'
import { type FilterQuality, type FilterRule, filterSamples, type Generated, rightShare } from './filter.ts'
import { thoughtOf } from './model-judge.ts'
import type { JudgeOptions } from './options.ts'
import type { SafetyExample } from './safety-batch.ts'

/** Which generated sample an example of the safety data is. */
export interface Kept {
  from: 'samples' | 'drafts'
  index: number
}

export function selectExamples(
  world: PolicyWorld,
  requests: readonly Request[],
  samples: readonly Generated[],
  drafts: readonly Generated[],
  selection: Selection,
  judge: JudgeOptions,
  seed: number,
): { examples: SafetyExample[]; quality: FilterQuality; kept: Kept[] } {
  const [rule, runs] = rules(judge)[selection]
  const { kept, quality } = filterSamples(samples, rule, { ...judge, runs }, seed)
  // critique and revise: a draft that the judge finds good enough stays, the others are replaced by one revision, made
  // with the clauses in view and not judged again (Bai et al. 2022, “Constitutional AI”, §3.1)
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
  const source = (sample: Generated): Kept => {
    const drafted = drafts.indexOf(sample)
    return drafted < 0 ? { from: 'samples', index: samples.indexOf(sample) } : { from: 'drafts', index: drafted }
  }
  return {
    examples,
    quality: { ...quality, kept: chosen.length, rightAfter: rightShare(chosen) },
    kept: chosen.map(source),
  }
}

/** How each selection filters, and with how many runs of a noisy judge. */
const rules = (judge: JudgeOptions): Record<Selection, [FilterRule, number]> => ({
  judged: [judge.kind, judge.runs],
  unfiltered: ['none', 1],
  'single-judge': ['noisy', 1],
  'minimum-judge': ['noisy', judge.runs],
  critique: ['none', 1],
})
