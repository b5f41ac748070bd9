// Claims about all pairs of sizes.

import type { Interval } from '../../statistics/bootstrap.ts'
import { median } from '../../statistics/summary.ts'
import type { WeakToStrongResult } from '../result.ts'
import { agreementOf, methodSummary, overNaive, pairResults } from '../scores.ts'
import { familyNamed } from '../tasks/index.ts'
import { type Claim, pgrText, points, share, together } from './claim.ts'

export function gridClaims(result: WeakToStrongResult): Claim[] {
  const confidence = result.options.methods.find((method) => method.startsWith('confidence'))
  const { options } = result
  const { models } = result.seeds[0]
  const flopsOf = (family: string, size: string) => models[familyNamed(family).world]![size].flops
  const pairs = options.families.flatMap((family) =>
    pairResults(result, family)
      .filter((pair) => pair.weak !== pair.strong)
      .map((pair) => ({
        ...pair,
        family,
        summary: methodSummary(pair.tasks, family, 'naive'),
        wrong: agreementOf(pair.tasks, family, 'naive').wrong,
        confidence: confidence && overNaive(pair.tasks, family, confidence),
      })),
  )
  const title = (pair: (typeof pairs)[number]) => `${pair.family} ${pair.weak}→${pair.strong}`
  const shown = pairs.filter((pair) => pair.summary.pgr)
  const positive = shown.filter((pair) => pair.summary.gain.low > 0)
  const rows: Claim[] = [
    {
      claim: 'Positive PGR for practically every pair of sizes',
      paper: '§4.2, Fig. 3: above 20 % throughout on NLP tasks',
      here: `${positive.length} of ${shown.length} pairs with a gap beyond noise, median PGR ${shown.length ? median(shown.map((pair) => pair.summary.pgr!.value)).toFixed(2) : '–'}`,
      verdict: positive.length === shown.length ? 'replicates' : positive.length > 0 ? 'partly' : 'does not replicate',
    },
  ]
  // slopes: the largest student against the smallest, of the same supervisor
  const ends = options.families.flatMap((family) => {
    const flops = (size: string) => flopsOf(family, size)
    const [smallest] = [...options.grid!.weak].sort((a, b) => flops(a) - flops(b))
    const own = pairs.filter((pair) => pair.family === family && pair.weak === smallest)
    own.sort((a, b) => flops(a.strong) - flops(b.strong))
    return own.length > 1 ? [[own[0], own[own.length - 1]]] : []
  })
  const compare = (
    claim: string,
    paper: string,
    of: (pair: (typeof pairs)[number]) => Interval | undefined,
    sign: 1 | -1,
    text: (interval: Interval | undefined) => string,
  ) => {
    if (ends.length === 0) return
    const verdicts = ends.map(([small, large]): Claim['verdict'] => {
      const [a, b] = [of(small), of(large)]
      if (!a || !b) return 'inconclusive'
      const apart = sign > 0 ? b.low > a.high : b.high < a.low
      const reversed = sign > 0 ? b.high < a.low : b.low > a.high
      return apart ? 'replicates' : reversed ? 'does not replicate' : 'inconclusive'
    })
    const here = ends.map(
      ([small, large]) => `${title(small)}: ${text(of(small))}, ${title(large)}: ${text(of(large))}`,
    )
    rows.push({ claim, paper, here: here.join('; '), verdict: together(verdicts) })
  }
  compare('PGR rises with the student’s size', '§4.2, Fig. 3: rises on NLP tasks', (p) => p.summary.pgr, 1, pgrText)
  compare(
    'Larger students repeat fewer of the supervisor’s errors (inverse scaling of agreement)',
    'Fig. 8',
    (p) => p.wrong,
    -1,
    (interval) => `repeats ${share(interval!)}`,
  )
  if (confidence) {
    const adjacent = pairs.filter(
      (pair) => Math.log10(flopsOf(pair.family, pair.strong) / flopsOf(pair.family, pair.weak)) < 0.7,
    )
    const hurt = adjacent.filter((pair) => pair.confidence && pair.confidence.high < 0)
    const helped = adjacent.filter((pair) => pair.confidence && pair.confidence.low > 0)
    if (adjacent.length > 0)
      rows.push({
        claim: 'For neighbouring sizes the confidence loss is slightly worse than naive finetuning',
        paper: '§4.3, Fig. 5: slightly worse at small gaps',
        here: adjacent.map((pair) => `${title(pair)}: ${points(pair.confidence as Interval)}`).join('; '),
        verdict:
          hurt.length === adjacent.length
            ? 'replicates'
            : hurt.length > 0
              ? 'partly'
              : helped.length > 0
                ? 'does not replicate'
                : 'inconclusive',
      })
  }
  return rows
}
