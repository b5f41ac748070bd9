// The paper's claims beside what a run measured: rows of docs/claims.md and of the report. A row appears when the run
// has what it needs; its verdict follows from intervals, by the rules written here.

import { type Block, table } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { median } from '../statistics/summary.ts'
import { errorSummaries, rewardRows, saliency } from './report-analyses.ts'
import type { WeakToStrongResult } from './result.ts'
import { agreementOf, gainOver, methodSummary, overNaive, pairResults, type TasksBySeed } from './scores.ts'

export interface Claim {
  claim: string
  /** Where in Burns et al. 2023, and the number there. */
  paper: string
  here: string
  verdict: 'replicates' | 'partly' | 'does not replicate' | 'inconclusive' | 'not testable here'
}

const points = ({ value, low, high }: Interval) =>
  `${signed(value)} points [${signed(low).replace('+', '')}, ${signed(high).replace('+', '')}]`
const signed = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`.replace('-', '−')
const share = ({ value, low, high }: Interval) =>
  `${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
const pgrText = (pgr: Interval | undefined) =>
  pgr
    ? `PGR ${pgr.value.toFixed(2)} [${pgr.low.toFixed(2)}, ${pgr.high.toFixed(2)}]`.replaceAll('-', '−')
    : 'PGR hidden'

/** A claim that something is positive (sign 1) or negative (−1). */
function bySign({ low, high }: Interval, sign: 1 | -1 = 1): Claim['verdict'] {
  if (sign * (sign > 0 ? low : high) > 0) return 'replicates'
  return sign * (sign > 0 ? high : low) < 0 ? 'does not replicate' : 'inconclusive'
}

/** One verdict on a claim about several families. */
function together(verdicts: Claim['verdict'][]): Claim['verdict'] {
  if (new Set(verdicts).size === 1) return verdicts[0]
  return verdicts.includes('replicates') || verdicts.includes('partly') ? 'partly' : 'inconclusive'
}

/** The rows that a run can fill. Families are judged one by one; a claim that holds in some of them holds partly. */
export function weakToStrongClaims(result: WeakToStrongResult): Claim[] {
  const { options, seeds } = result
  const { families, weak, strong, methods } = options
  const name = `${weak}→${strong}`
  const mains = families.map((family) => ({ family, tasks: pairResults(result, family)[0].tasks }))
  const rows: Claim[] = []
  const perFamily = (
    claim: string,
    paper: string,
    judge: (family: string, tasks: TasksBySeed) => { here: string; verdict: Claim['verdict'] },
    pair = name,
  ) => {
    const judged = mains.map(({ family, tasks }) => ({ family, ...judge(family, tasks) }))
    rows.push({
      claim,
      paper,
      here: judged.map(({ family, here }) => `${family} ${pair}: ${here}`).join('; '),
      verdict: together(judged.map(({ verdict }) => verdict)),
    })
  }
  const judgeMethod = (method: string) => (family: string, tasks: TasksBySeed) => {
    const gain = overNaive(tasks, family, method)
    const { pgr } = methodSummary(tasks, family, method)
    return { here: `${points(gain)} over naive, ${pgrText(pgr)}`, verdict: bySign(gain) }
  }

  perFamily(
    'A strong student finetuned on a weak model’s labels is better than the weak model',
    '§4.2, Fig. 3: PGR above 20 % on NLP tasks, often above 50 % for the largest students',
    (family, tasks) => {
      const { gain, pgr } = methodSummary(tasks, family, 'naive')
      return { here: `${points(gain)}, ${pgrText(pgr)}`, verdict: bySign(gain) }
    },
  )
  perFamily(
    'It does not become as good as with true labels: naive finetuning leaves a gap',
    '§4.2, Fig. 3: PGR well below 100 %',
    (family, tasks) => {
      const rest = gainOver(
        tasks,
        family,
        (task) => task.ceiling,
        (task) => task.students.naive,
      )
      return { here: `ceiling ${points(rest)} above the student`, verdict: bySign(rest) }
    },
  )
  for (const method of methods.filter((each) => each.startsWith('confidence')))
    perFamily(
      `The auxiliary confidence loss (${method}) improves on naive finetuning at the largest gap`,
      '§4.3, Figs. 5, 6: median PGR 25 → 80 %',
      judgeMethod(method),
    )
  if (methods.includes('bootstrap'))
    perFamily(
      'Bootstrapping through intermediate sizes improves NLP tasks a little',
      'Fig. 4: small gains on NLP, large ones on chess, none on reward models',
      judgeMethod('bootstrap'),
    )
  if (methods.includes('stop-truth'))
    perFamily(
      'Stopping early on true labels would help: students over-fit to weak labels within the finetuning',
      'Fig. 13: 15 points of PGR against the end of training',
      judgeMethod('stop-truth'),
    )
  if (methods.includes('stop-weak'))
    perFamily(
      'Stopping early on weak labels gives a part of that',
      'Fig. 13: 5 of these 15 points of PGR (truth is worth 10 more)',
      judgeMethod('stop-weak'),
    )
  perFamily(
    'Students agree with their supervisors less than imitation would give: less where the supervisor is wrong',
    'Fig. 8: agreement far below 100 %, lower on the supervisor’s errors',
    (family, tasks) => {
      const { right, wrong } = agreementOf(tasks, family, 'naive')
      const verdict =
        wrong.high < right.low ? 'replicates' : wrong.low > right.high ? 'does not replicate' : 'inconclusive'
      return { here: `${share(right)} where it is right, ${share(wrong)} where it is wrong`, verdict }
    },
  )
  const confidence = methods.find((method) => method.startsWith('confidence'))
  if (confidence)
    perFamily(
      'The confidence loss lowers agreement with the supervisor’s errors',
      'Fig. 8: lower, mostly on the supervisor’s errors',
      (family, tasks) => {
        const [naive, own] = ['naive', confidence].map((method) => agreementOf(tasks, family, method).wrong)
        const verdict =
          own.high < naive.low ? 'replicates' : own.low > naive.high ? 'does not replicate' : 'inconclusive'
        return { here: `errors repeated: naive ${share(naive)}, ${confidence} ${share(own)}`, verdict }
      },
    )
  if (seeds[0].sizes) rows.push(...gridClaims(result, confidence))
  if (seeds[0].tasks[0].errors) rows.push(...errorClaims(result))
  if (seeds[0].tasks[0].probes)
    perFamily(
      'Finetuning on weak labels makes the task more linear: a probe on the truth is better after it than before',
      'Fig. 11: lp(gt) 72 %, ft(weak) then lp(gt) 78 %, ft(gt) 82 %',
      (family, tasks) => {
        const of = Object.fromEntries(saliency(result, family).map(({ name, ...rest }) => [name, rest]))
        const gain = gainOver(
          tasks,
          family,
          (task) => task.probes!['ft(weak) then lp(gt)'],
          (task) => task.probes!['lp(gt)'],
        )
        return {
          here: `lp(gt) ${share(of['lp(gt)'])}, ft(weak) then lp(gt) ${share(of['ft(weak) then lp(gt)'])}, ft(gt) ${share(of['ft(gt)'])}: ${points(gain)}`,
          verdict: bySign(gain),
        }
      },
    )
  if (seeds[0].reward) rows.push(...rewardClaims(result))
  return rows
}

function gridClaims(result: WeakToStrongResult, confidence: string | undefined): Claim[] {
  const { options, seeds } = result
  const flops = (size: string) => seeds[0].sizes![size].flops
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
    const adjacent = pairs.filter((pair) => Math.log10(flops(pair.strong) / flops(pair.weak)) < 0.7)
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

function errorClaims(result: WeakToStrongResult): Claim[] {
  const { families, weak, strong } = result.options
  const all = families.map((family) => ({
    family,
    tasks: pairResults(result, family)[0].tasks,
    of: Object.fromEntries(errorSummaries(result, family).map(({ name, summary }) => [name, summary])),
  }))
  const row = (
    claim: string,
    paper: string,
    judge: (of: (typeof all)[number]['of'], tasks: TasksBySeed, family: string) => Claim['verdict'],
    names: string[],
  ): Claim => ({
    claim,
    paper,
    here: all
      .map(
        ({ family, of }) =>
          `${family} ${weak}→${strong}: ${names.map((name) => `${name} ${pgrText(of[name].pgr)}`).join(', ')}`,
      )
      .join('; '),
    verdict: together(all.map(({ of, tasks, family }) => judge(of, tasks, family))),
  })
  const above = (a: Interval, b: Interval): Claim['verdict'] =>
    a.low > b.high ? 'replicates' : a.high < b.low ? 'does not replicate' : 'inconclusive'
  return [
    row(
      'At equal accuracy random errors are easier to overcome than a weak model’s own',
      'App. E.2, Figs. 25, 26: students keep improving on random errors',
      (of) => above(of.random.student, of.weak.student),
      ['random', 'weak'],
    ),
    row(
      'How well a student does depends strongly on which items its supervisor gets wrong, at equal accuracy',
      'App. E.2, Fig. 25: huge variance',
      (of) => {
        const sorted = ['random', 'rare', 'frequent', 'unsure', 'adversarial'].map((name) => of[name].student)
        sorted.sort((a, b) => a.value - b.value)
        return above(sorted[sorted.length - 1], sorted[0])
      },
      ['random', 'rare', 'frequent', 'unsure', 'adversarial'],
    ),
    row(
      'Where imitation is trivial (the weak label is in the prompt) nothing is recovered',
      'App. E.3, Fig. 27: PGR 0.002 ± 0.003',
      (of, tasks, family) => {
        const { gain } = of.hinted
        const less = gainOver(
          tasks,
          family,
          (task) => task.errors!.hinted,
          (task) => task.students.naive,
        )
        if (gain.low <= 0) return gain.high < 0.02 ? 'replicates' : 'inconclusive'
        return less.high < 0 ? 'partly' : 'does not replicate'
      },
      ['hinted', 'weak'],
    ),
  ]
}

function rewardClaims(result: WeakToStrongResult): Claim[] {
  const { weak, strong } = result.options
  const of = Object.fromEntries(rewardRows(result).map((row) => [row.who, row]))
  const { naive, flipped } = of
  const slope: Claim['verdict'] = !naive.pgr
    ? 'inconclusive'
    : naive.pgr.high < 0.3
      ? 'replicates'
      : naive.pgr.low > 0.2
        ? 'does not replicate'
        : 'inconclusive'
  return [
    {
      claim: 'Reward models recover little of the gap',
      paper: '§4.2, Fig. 3: PGR about 10 %, almost never above 20 %',
      here: `rm ${weak}→${strong}: supervisor ${share(of.weak.accuracy)}, student ${share(naive.accuracy)}, ceiling ${share(of.ceiling.accuracy)}, ${pgrText(naive.pgr)}; with random errors ${pgrText(flipped.pgr)}`,
      verdict: slope,
    },
    {
      claim: 'A cue that is easy to imitate (length) is taken over from the supervisor',
      paper: 'App. E.2: errors that follow prompt length are imitated fastest',
      here: `accuracy where the longer text is worse: supervisor ${share(of.weak.conflict)}, student ${share(naive.conflict)}, with random errors ${share(flipped.conflict)}, ceiling ${share(of.ceiling.conflict)}`,
      verdict:
        naive.conflict.high < flipped.conflict.low
          ? 'replicates'
          : naive.conflict.low > flipped.conflict.high
            ? 'does not replicate'
            : 'inconclusive',
    },
  ]
}

/** What this world cannot test, with the reason. */
export const untestableClaims: readonly Claim[] = [
  {
    claim: 'Generative finetuning on the task’s texts raises reward-model PGR',
    paper: 'Fig. 10: +10 to +20 points',
    here: 'the language model predicts words but never nouns, and the compared texts are nouns: there is nothing to finetune on',
    verdict: 'not testable here',
  },
  {
    claim: 'Prompting a large model zero-shot is competitive with weak supervision',
    paper: 'Fig. 9',
    here: 'the readout is new by construction: no token of the corpus stands for a label',
    verdict: 'not testable here',
  },
]

/** The block of a report; nothing where the run was too small to judge (fewer than three seeds, or probes). */
export function claimBlocks(result: WeakToStrongResult): Block[] {
  if (result.seeds.length < 3 || result.options.methods.length < 3 || result.options.probe) return []
  return [
    table({
      caption: 'Claims of the paper, and what this run says',
      columns: ['claim', 'in the paper', 'here', 'verdict'],
      rows: weakToStrongClaims(result).map(({ claim, paper, here, verdict }) => [claim, paper, here, verdict]),
      note: 'A verdict follows from 95 % intervals: it is inconclusive where they do not decide, and partial where families differ.',
    }),
  ]
}

/** Rows of docs/claims.md: each claim with the command that measured it. */
export function claimsMarkdown(claims: readonly Claim[], command: string): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const rows = claims.map(
    ({ claim, paper, here, verdict }) =>
      `| ${[claim, paper, here, verdict].map(cell).join(' | ')} | ${verdict === 'not testable here' ? '–' : `\`${command}\``} |`,
  )
  return ['| claim | in the paper | here | verdict | command |', '|---|---|---|---|---|', ...rows, ''].join('\n')
}
