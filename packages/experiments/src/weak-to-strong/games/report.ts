// What a run of a game found, as a Report: the pair, the methods, the curves, the controls.

import {
  type Block,
  figure,
  number,
  type Provenance,
  percent,
  points,
  type Report,
  table,
  text,
  verdict,
} from '../../report/report.ts'
import type { Interval } from '../../statistics/bootstrap.ts'
import { mean } from '../../statistics/summary.ts'
import { gameClaimBlocks } from './claims.ts'
import type { Difficulty } from './game.ts'
import { gameNamed } from './index.ts'
import { gameMethodNamed } from './methods.ts'
import type { GamePair } from './options.ts'
import { easyToHardBlocks, gameGridBlocks } from './report-grid.ts'
import { modelBlocks } from './report-models.ts'
import type { GameResult } from './result.ts'
import {
  type AnswersOf,
  accuracyDifference,
  accuracyOf,
  ceilingOf,
  gameSummary,
  studentOf,
  weakOf,
  zeroShotOf,
} from './scores.ts'

const seedCount = (n: number) => `${n} ${n === 1 ? 'seed' : 'seeds'}`

export function gameReport(result: GameResult, provenance: Provenance): Report {
  const { options, seeds } = result
  const game = gameNamed(options.game)
  return {
    title: `Weak-to-strong generalization: ${game.name}`,
    subtitle: `weak supervisor ${options.weak}, strong student ${options.strong}, ${seedCount(seeds.length)}; ${game.about}`,
    blocks: [
      text(
        'Two language models have read the same games. The small one is finetuned on the solutions of puzzles and then ' +
          'answers other puzzles; the large one is finetuned on those answers, mistakes included. Does it end up better ' +
          'than its teacher? The performance gap recovered (PGR) is the share of the way from the weak supervisor to the ' +
          'strong ceiling (the large model finetuned on the solutions of the same puzzles). Burns et al. 2023, ' +
          'arXiv 2312.09390, §4.1 and §4.2. Read it beside the zero-shot line: a large model that has read the games may ' +
          'give the best move without any finetuning, and a student below that line has lost something, whatever its PGR.',
      ),
      resultsTable(result),
      accuracyFigure(result),
      curveFigure(result),
      ...methodBlocks(result),
      ...gameGridBlocks(result),
      ...easyToHardBlocks(result),
      ...verdicts(result),
      ...gameClaimBlocks(result),
      ...modelBlocks(result),
      text(
        'Small models and games of self-play: a demonstration of the mechanism, no evidence about large models. An answer ' +
          'counts if it is the one best move, which exhaustive search has proved. Intervals are 95 %, from a paired bootstrap ' +
          `over seeds and test puzzles; with few seeds they are a little short. No puzzle shares ${game.identity} with a game ` +
          'of the corpus or with a puzzle of another split. Labels are the supervisor’s most likely moves, as in the paper.',
        'How to read this',
      ),
    ],
    provenance,
  }
}

/** Everything that is measured on the main pair. */
function mainRows({ options, seeds }: GameResult): { name: string; of: AnswersOf; method?: string }[] {
  const pair: GamePair = options
  const scratch = seeds[0].scratch !== undefined
  return [
    { name: `weak supervisor (${pair.weak})`, of: weakOf(pair) },
    ...options.methods.map((method) => ({
      name: `strong student, ${method} (${pair.strong})`,
      of: studentOf(pair, method),
      method,
    })),
    { name: `strong ceiling (${pair.strong})`, of: ceilingOf(pair) },
    { name: `weak, zero-shot (${pair.weak})`, of: zeroShotOf(pair.weak) },
    { name: `strong, zero-shot (${pair.strong})`, of: zeroShotOf(pair.strong) },
    ...(scratch
      ? [
          {
            name: `student without pretraining (${pair.strong})`,
            of: (seed: GameResult['seeds'][0]) => seed.scratch!.student,
          },
          {
            name: `ceiling without pretraining (${pair.strong})`,
            of: (seed: GameResult['seeds'][0]) => seed.scratch!.ceiling,
          },
        ]
      : []),
  ]
}

function resultsTable(result: GameResult): Block {
  const { options, seeds } = result
  const game = gameNamed(options.game)
  const both: Difficulty[] = new Set(seeds[0].test.difficulty).size > 1 ? ['easy', 'hard'] : []
  const summaries = options.methods.map((method) => gameSummary(result, options, method))
  const hidden = summaries.find((summary) => summary.pgrHidden)
  return table({
    caption: `Exact matches on ${options.counts.test} test puzzles per seed, and performance gap recovered`,
    columns: ['model', 'accuracy', 'PGR', ...both.map((each) => game.difficulties[each]!)],
    rows: mainRows(result).map(({ name, of, method }) => {
      const summary = method !== undefined ? gameSummary(result, options, method) : undefined
      const pgr = summary?.pgr ? number(summary.pgr, 2) : summary ? 'hidden' : ''
      return [name, percent(accuracyOf(result, of)), pgr, ...both.map((each) => percent(accuracyOf(result, of, each)))]
    }),
    note: hidden ? `PGR hidden: ${hidden.pgrHidden}.` : undefined,
  })
}

/** Of the methods those that the figures show: more lines than colours cannot be told apart. */
const SHOWN = ['naive', 'confidence', 'bootstrap', 'slow']

function accuracyFigure(result: GameResult): Block {
  const rows = mainRows(result).filter(({ name, method }) =>
    method === undefined ? !name.includes('without pretraining') : method === 'naive' || method === 'confidence',
  )
  return figure({
    kind: 'bars',
    title: 'Zero-shot, weak supervisor, student and ceiling',
    caption: 'Exact matches on the test puzzles with 95 % intervals. Students have only seen the supervisor’s moves.',
    groups: [result.options.game],
    y: { label: 'test accuracy', format: 'percent', domain: [0, 1] },
    series: rows.map(({ name, of }) => ({ name, values: [accuracyOf(result, of)] })),
  })
}

function curveFigure({ options, seeds }: GameResult): Block {
  const { weak, strong } = options
  const curves = seeds.map(({ sizes, pairs }) => ({
    [`weak supervisor (${weak})`]: sizes[weak].curves.weak,
    ...Object.fromEntries(
      Object.entries(pairs[0].curves).flatMap(([method, curve]) =>
        SHOWN.includes(method) ? [[`student, ${method}`, curve]] : [],
      ),
    ),
    [`ceiling (${strong})`]: sizes[strong].curves.ceiling,
  }))
  return figure({
    kind: 'lines',
    title: 'Accuracy during finetuning',
    caption:
      'Exact matches on the validation puzzles’ solutions; the band spans the seeds. A student that falls is imitating its supervisor’s errors.',
    x: { label: 'share of the finetuning' },
    y: { label: 'accuracy', format: 'percent' },
    series: Object.keys(curves[0]).map((name) => ({
      name,
      points: curves[0][name].map((_, look) => {
        const all = curves.map((curve) => curve[name][look])
        const x = look / (curves[0][name].length - 1)
        return { x, y: mean(all), low: Math.min(...all), high: Math.max(...all) }
      }),
    })),
  })
}

function methodBlocks(result: GameResult): Block[] {
  const { options } = result
  if (options.methods.length < 2) return []
  const naive = studentOf(options, 'naive')
  const pgrs = options.methods.map((method) => gameSummary(result, options, method).pgr)
  return [
    figure({
      kind: 'bars',
      title: 'Methods',
      caption: 'Performance gap recovered by each method, with 95 % intervals; no bar where the gap is within noise.',
      groups: options.methods,
      y: { label: 'PGR' },
      series: [{ name: options.game, values: pgrs }],
    }),
    table({
      caption: 'Methods: what each adds',
      columns: ['method', 'PGR', 'over naive', 'over zero-shot', 'what it does'],
      rows: options.methods.map((method, m) => {
        const of = studentOf(options, method)
        const pgr = pgrs[m]
        return [
          method,
          pgr ? number(pgr, 2) : 'hidden',
          method === 'naive' ? '' : points(accuracyDifference(result, of, naive)),
          points(accuracyDifference(result, of, zeroShotOf(options.strong))),
          gameMethodNamed(method).method.about,
        ]
      }),
      note: 'stop-truth looks at solutions, as nobody could who supervises a stronger model; it shows what early stopping could give at most.',
    }),
  ]
}

function verdicts(result: GameResult): Block[] {
  const { options, seeds } = result
  const pct = (share: number) => (share * 100).toFixed(1)
  const range = ({ value, low, high }: Interval) =>
    `${pct(value)} points (95 % interval ${pct(low)} to ${pct(high)}), over ${seedCount(seeds.length)}`
  const judge = ({ low, high }: Interval) =>
    low > 0 ? ('supported' as const) : high < 0 ? ('not supported' as const) : ('inconclusive' as const)
  const { gain } = gameSummary(result, options, 'naive')
  const elicited = accuracyDifference(result, studentOf(options, 'naive'), zeroShotOf(options.strong))
  return [
    verdict({
      claim: `A strong student is better than its weak supervisor (${options.game}).`,
      outcome: judge(gain),
      evidence: `student minus supervisor: ${range(gain)}`,
    }),
    verdict({
      claim: `It is better than the strong model was without any finetuning (${options.game}).`,
      outcome: judge(elicited),
      evidence: `student minus zero-shot: ${range(elicited)}`,
    }),
  ]
}
