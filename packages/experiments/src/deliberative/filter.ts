// From generated samples to safety data: the format filter and the judge (Guan et al. 2024, §2.3.2), and how good they were.

import { Random } from '@nanoalign/kernels'
import type { JudgeKind, JudgeOptions } from './options.ts'

/** One sample of the base model that had the specification in its prompt. */
export interface Generated {
  /** number of the request */
  item: number
  /** the completion, end token included */
  tokens: Uint32Array
  wellFormed: boolean
  /** the model judge's score of the answer */
  score: number
  /** The world's own verdict. It reaches the data only through the oracle and the noisy judge. */
  answerRight: boolean
  thoughtRight: boolean
}

export interface FilterQuality {
  /** samples, well-formed samples, requests with at least one, requests kept */
  samples: number
  wellFormed: number
  requests: number
  kept: number
  /** share right among all well-formed samples, and among those kept */
  rightBefore: number
  rightAfter: number
  /** of the single judgements "good enough" against the truth */
  precision: number
  recall: number
}

export type FilterRule = JudgeKind | 'none'

/**
 * One run of a noisy judge overlooks each defect (wrong answer, wrong thought) with probability `missRate`; the score
 * is the least of `runs` runs, so a defect slips through with probability missRateᵏ.
 */
export function noisyScore(defects: number, { runs, missRate }: { runs: number; missRate: number }, random: Random) {
  let score = 1
  for (let run = 0; run < runs; run++)
    for (let defect = 0; defect < defects; defect++) if (random.uniform() >= missRate) score = 0
  return score
}

/** The best sample of each request that passes; ties go to the first. */
export function filterSamples(
  samples: readonly Generated[],
  rule: FilterRule,
  judge: Pick<JudgeOptions, 'runs' | 'missRate' | 'threshold'>,
  seed: number,
): { kept: Generated[]; quality: FilterQuality } {
  const random = new Random(seed, `deliberative/filter/${rule}/${judge.runs}`)
  const scoreOf = (sample: Generated): number => {
    if (rule === 'none') return 1
    if (rule === 'model') return sample.score
    if (rule === 'oracle') return Number(sample.answerRight && sample.thoughtRight)
    return noisyScore(Number(!sample.answerRight) + Number(!sample.thoughtRight), judge, random)
  }
  const wellFormed = samples.filter((sample) => sample.wellFormed)
  const scored = wellFormed.map((sample) => ({ sample, score: scoreOf(sample) }))
  const best = new Map<number, { sample: Generated; score: number }>()
  for (const each of scored) {
    const held = best.get(each.sample.item)
    if (!held || each.score > held.score) best.set(each.sample.item, each)
  }
  const threshold = rule === 'none' ? 0 : judge.threshold
  const kept = [...best.values()].filter(({ score }) => score >= threshold).map(({ sample }) => sample)
  const passed = scored.filter(({ score }) => score >= threshold)
  const passedRight = passed.filter(({ sample }) => right(sample)).length
  return {
    kept,
    quality: {
      samples: samples.length,
      wellFormed: wellFormed.length,
      requests: best.size,
      kept: kept.length,
      rightBefore: rightShare(wellFormed),
      rightAfter: rightShare(kept),
      precision: share(passedRight, passed.length),
      recall: share(passedRight, wellFormed.filter(right).length),
    },
  }
}

const right = ({ answerRight, thoughtRight }: Generated) => answerRight && thoughtRight
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

/** Share of samples whose thought and answer are right by the world's own verdict. */
export const rightShare = (samples: readonly Generated[]) => share(samples.filter(right).length, samples.length)
