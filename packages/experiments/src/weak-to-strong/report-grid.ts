// All pairs of sizes: accuracy and PGR over pretraining compute (the paper's Fig. 3), agreement with the supervisor
// (Fig. 8), and accuracy during finetuning (Fig. 7).

import { type Axis, type Block, figure, number, type Point, percent, points, table } from '../report/report.ts'
import type { WeakToStrongResult } from './result.ts'
import { agreementOf, curvePoints, methodSummary, overNaive, pairResults } from './scores.ts'
import { familyNamed } from './tasks/index.ts'

export function gridBlocks(result: WeakToStrongResult): Block[] {
  if (!result.seeds[0].pairs) return []
  return result.options.families.flatMap((family) => familyBlocks(result, family))
}

/** The axis of strong models' pretraining compute, the same for every figure of a grid, whatever a figure leaves out. */
export function computeAxis(flops: readonly number[], label = 'strong pretraining compute (FLOPs)'): Axis {
  const [least, most] = [Math.min(...flops), Math.max(...flops)]
  return { label, scale: 'log', domain: least === most ? [least / 2, 2 * most] : [least, most] }
}

/** So many lines can be told apart in one figure. */
const MOST_CURVES = 8

function familyBlocks(result: WeakToStrongResult, family: string): Block[] {
  const { options, seeds } = result
  const sizes = seeds[0].models[familyNamed(family).world]!
  const confidence = options.methods.find((method) => method.startsWith('confidence'))
  const pairs = pairResults(result, family)
    .map((pair) => ({
      ...pair,
      name: `${pair.weak} → ${pair.strong}`,
      flops: sizes[pair.strong].flops,
      summary: methodSummary(pair.tasks, family, 'naive'),
      agreement: agreementOf(pair.tasks, family, 'naive'),
    }))
    .sort((a, b) => sizes[a.weak].flops - sizes[b.weak].flops || a.flops - b.flops)
  const weakSizes = [...new Set(pairs.map((pair) => pair.weak))]
  const byWeak = (point: (pair: (typeof pairs)[number]) => Omit<Point, 'x'> | undefined) =>
    weakSizes.map((weak) => ({
      name: `supervisor ${weak}`,
      points: pairs
        .filter((pair) => pair.weak === weak)
        .flatMap((pair) => {
          const y = point(pair)
          return y ? [{ x: pair.flops, ...y }] : []
        }),
    }))
  const at = ({ value, low, high }: { value: number; low: number; high: number }) => ({ y: value, low, high })
  const x = computeAxis(pairs.map(({ flops }) => flops))
  const ceilings = new Map(pairs.map((pair) => [pair.flops, pair.summary.ceiling]))
  const zeroShots = new Map(pairs.map((pair) => [pair.flops, pair.summary.zeroShot!]))
  const withPgr = byWeak(({ summary }) => summary.pgr && at(summary.pgr)).filter((series) => series.points.length > 0)
  const blocks: Block[] = [
    figure({
      kind: 'lines',
      title: `Students over the strong model’s pretraining compute (${family})`,
      caption:
        'Test accuracy of naive students, one line per supervisor size, of the ceilings, and of the strong models asked directly; 95 % intervals.',
      x,
      y: { label: 'test accuracy', format: 'percent' },
      series: [
        ...byWeak(({ summary }) => at(summary.student)),
        { name: 'strong ceiling', points: [...ceilings].map(([flops, ceiling]) => ({ x: flops, ...at(ceiling) })) },
        { name: 'strong, zero-shot', points: [...zeroShots].map(([flops, asked]) => ({ x: flops, ...at(asked) })) },
      ],
    }),
  ]
  if (withPgr.length > 0)
    blocks.push(
      figure({
        kind: 'lines',
        title: `PGR over the strong model’s pretraining compute (${family})`,
        caption: 'Naive students; pairs whose gap is within noise are left out.',
        x,
        y: { label: 'PGR' },
        series: withPgr,
        references: [{ y: 0, label: 'no better than the supervisor' }],
      }),
    )
  blocks.push(
    ...(['all', 'right', 'wrong'] as const).map((where) =>
      figure({
        kind: 'lines',
        title: `Agreement with the supervisor${{ all: '', right: ' where it is right', wrong: ' where it is wrong' }[where]} (${family})`,
        caption: 'How often the naive student answers as its supervisor does, with 95 % intervals.',
        x,
        y: { label: 'agreement', format: 'percent' },
        series: byWeak(({ agreement }) => at(agreement[where])),
      }),
    ),
    table({
      caption: `All pairs (${family})`,
      columns: [
        'pair',
        'supervisor',
        'student',
        'ceiling',
        'zero-shot',
        'PGR',
        ...(confidence ? [`${confidence} − naive`] : []),
      ],
      rows: pairs.map(({ name, summary, tasks }) => [
        name,
        percent(summary.weak),
        percent(summary.student),
        percent(summary.ceiling),
        percent(summary.zeroShot!),
        summary.pgr ? number(summary.pgr, 2) : 'hidden',
        ...(confidence ? [points(overNaive(tasks, family, confidence))] : []),
      ]),
      note: 'PGR is hidden where the gap between ceiling and supervisor is within noise.',
    }),
    table({
      caption: `Agreement of naive students with their supervisors (${family})`,
      columns: ['pair', 'all items', 'supervisor right', 'supervisor wrong'],
      rows: pairs.map(({ name, agreement }) => [
        name,
        percent(agreement.all),
        percent(agreement.right),
        percent(agreement.wrong),
      ]),
    }),
  )
  const curves = pairs.length > MOST_CURVES ? pairs.filter(({ weak }) => weak === options.weak) : pairs
  if (!options.probe)
    blocks.push(
      figure({
        kind: 'lines',
        title: `Naive students during finetuning, ${curves === pairs ? 'all pairs' : `supervisor ${options.weak}`} (${family})`,
        caption: 'Test accuracy against the truth, mean over tasks; the band spans the seeds.',
        x: { label: 'share of the finetuning', format: 'percent' },
        y: { label: 'test accuracy', format: 'percent' },
        series: curves.map(({ name, tasks }) => ({
          name,
          points: curvePoints(tasks, 'naive'),
        })),
      }),
    )
  return blocks
}
