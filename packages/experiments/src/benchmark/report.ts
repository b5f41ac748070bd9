// A benchmark as a Report: tables, a roofline, bars, and what changed since an earlier run.

import {
  type Block,
  type Cell,
  figure,
  number,
  type Point,
  percent,
  type Report,
  type Series,
  table,
  text,
} from '../report/report.ts'
import type { Comparison } from './compare.ts'
import { fitGrowth } from './growth-model.ts'
import type { PeerBenchmark, PeerRow } from './peers.ts'
import type { Benchmark, Ceiling, Row } from './result.ts'
import { GROUPS, type Group } from './subject.ts'
import { spread } from './summary.ts'

const TITLES: Record<Group, string> = {
  matmul: 'Matrix multiplication',
  attention: 'Causal attention',
  'softmax-loss': 'Softmax and cross-entropy, loss and gradient',
  'layer-norm': 'Layer norm',
  adamw: 'AdamW',
  training: 'Training steps',
  generation: 'Generation with the key-value cache',
  growth: 'How cost grows',
}

export function benchmarkReport(result: Benchmark, comparison?: Comparison): Report {
  const { adapter, rows, ceilings } = result
  const core = rows.some((row) => row.cpuMs)
  const blocks: Block[] = [
    text(explanation(core)),
    ceilingTable(ceilings),
    ...(comparison ? comparisonBlocks(comparison) : []),
    ...GROUPS.flatMap((group) =>
      groupBlocks(
        group,
        rows.filter((row) => row.group === group),
        core,
      ),
    ),
    ...roofline(rows, ceilings, core),
  ]
  return {
    title: 'nanoalign benchmark',
    subtitle: `${adapter.name}, robustness ${adapter.robustness ? 'on' : 'off'}`,
    blocks,
    provenance: {
      adapter: `${adapter.name}, ${adapter.driver}`,
      command: result.command,
      date: result.date,
      versions: result.versions,
      details: { ...result.machine, Features: adapter.features.join(', ') },
    },
  }
}

function explanation(core: boolean): string {
  const common =
    'Every row was checked against an f64 reference before it was timed. Times are medians per run with quartiles; ± is half ' +
    'their distance. % of ceiling compares with a multiply-add kernel (or, for kernels that mostly move data, a copy kernel) ' +
    'on this adapter, timed at the start and again in turn with each row; the higher counts.'
  if (!core) return common
  return (
    `${common}\n\nA CPU does the work of this adapter. "Per core" counts the CPU time of the driver's threads, which other ` +
    'processes disturb little; % of ceiling uses it too. Wall-clock times are what this run took, disturbances included. ' +
    'A native CPU library is faster than any WebGPU code here: the software adapter is there so that everything runs anywhere.'
  )
}

const effort = ({ wallMs, cpuMs }: Pick<Row, 'wallMs' | 'cpuMs'>) => (cpuMs ?? wallMs!).median

function ceilingTable(ceilings: Ceiling[]): Block {
  return table({
    caption: 'Ceilings of this adapter',
    columns: ['', 'best form', 'wall clock', ...(ceilings[0]?.cpuMs ? ['per core'] : [])],
    rows: ceilings.map((c) => [
      c.kind === 'copy' ? 'copy, GB/s' : 'multiply-add, GFLOP/s',
      c.name,
      number(c.amount / c.wallMs.median / 1e6, 1),
      ...(c.cpuMs ? [number(c.amount / c.cpuMs.median / 1e6, 1)] : []),
    ]),
  })
}

function groupBlocks(group: Group, rows: Row[], core: boolean): Block[] {
  if (rows.length === 0) return []
  const unit = rows[0].bound === 'copy' ? 'GB/s' : 'GFLOP/s'
  const tokens = rows.some((row) => row.tokens)
  const rivals = rows.find((row) => row.versus)?.versus?.map(({ name }) => name) ?? []
  const memory = group === 'attention' || group === 'softmax-loss'
  const columns = [
    '',
    'ms',
    '±',
    unit,
    ...(core ? [`${unit} per core`] : []),
    '% of ceiling',
    ...(tokens ? ['tokens/s', ...(core ? ['tokens per core-second', 'ms of JavaScript'] : [])] : []),
    ...rivals.map((name) => `× ${name}`),
    ...(memory ? ['MiB', ...rivals.map((name) => `MiB, ${name}`)] : []),
  ]
  const cells = rows.map((row): Cell[] => {
    if (!row.wallMs)
      return [row.label, `wrong: ${row.check.error.toFixed(1)}× the tolerance`, ...columns.slice(2).map(() => '')]
    const amount = (rows[0].bound === 'copy' ? row.bytes : row.flops) ?? Number.NaN
    const mebibytes = (bytes: number | undefined) => (bytes === undefined ? '' : number(bytes / 2 ** 20, 1))
    return [
      row.label,
      number(row.wallMs.median, row.wallMs.median < 10 ? 2 : 1),
      percent(spread(row.cpuMs ?? row.wallMs), 0),
      number(amount / row.wallMs.median / 1e6, 1),
      ...(core ? [number(amount / effort(row) / 1e6, 1)] : []),
      row.ofCeiling ? percent(row.ofCeiling.median) : '',
      ...(tokens
        ? [
            number(((row.tokens ?? Number.NaN) / row.wallMs.median) * 1e3, 0),
            ...(core
              ? [
                  number(((row.tokens ?? Number.NaN) / effort(row)) * 1e3, 0),
                  number(row.hostMs?.median ?? Number.NaN, 2),
                ]
              : []),
          ]
        : []),
      ...rivals.map((_, r) => (row.versus ? number(row.versus[r].speedup.median, 2) : '')),
      ...(memory ? [mebibytes(row.memory), ...rivals.map((_, r) => mebibytes(row.versus?.[r].memory))] : []),
    ]
  })
  const blocks: Block[] = [table({ caption: TITLES[group], columns, rows: cells })]
  const shares = rows.filter((row) => row.ofCeiling)
  if (shares.length > 1)
    blocks.push(
      figure({
        kind: 'bars',
        title: `${TITLES[group]}: share of the ceiling`,
        caption: 'How near each case comes to what its roof allows on this device: multiply-adds, or moving its data.',
        groups: shares.map((row) => row.label),
        y: { label: '% of ceiling', format: 'percent' },
        series: [
          {
            name: 'share',
            values: shares.map(({ ofCeiling }) => ({
              value: ofCeiling!.median,
              low: ofCeiling!.low,
              high: ofCeiling!.high,
            })),
          },
        ],
      }),
    )
  for (const row of rows) if (row.profile && group === 'training') blocks.push(profileTable(row))
  if (group === 'growth') blocks.push(...growthBlocks(rows))
  return blocks
}

function profileTable({ label, profile }: Row): Block {
  const { kernels, share } = profile!
  const total = kernels.reduce((sum, { ms }) => sum + ms, 0)
  const top = kernels.slice(0, 12)
  const rest = kernels.slice(12)
  const line = (name: string, ms: number, dispatches: number): Cell[] => [
    name,
    number(ms, 2),
    percent(ms / total),
    number(dispatches, 0),
  ]
  const sum = (of: 'ms' | 'dispatches') => rest.reduce((total, kernel) => total + kernel[of], 0)
  return table({
    caption: `Kernels of a step: ${label}`,
    columns: ['', 'ms', 'share', 'dispatches'],
    rows: [
      ...top.map(({ kernel, ms, dispatches }) => line(kernel, ms, dispatches)),
      ...(rest.length > 0 ? [line(`${rest.length} others`, sum('ms'), sum('dispatches'))] : []),
    ],
    note: `All kernels together are ${(share.median * 100).toFixed(0)} % of the wall-clock time of a step; each was timed alone by the adapter.`,
  })
}

const AXES: Record<string, string> = {
  parameters: 'parameters (1024 tokens per step)',
  T: 'T (2048 tokens per step, width 64)',
  batch: 'rows per batch (T 64, width 64)',
}

/** Tokens per second over one thing at a time, with a model of where the time goes beside it. */
function growthBlocks(all: Row[]): Block[] {
  const rows = all.filter((row) => row.wallMs)
  const unit = rows.every((row) => row.cpuMs) ? 'core-second' : 'second'
  const model = fitGrowth(rows, effort)
  const rate = (row: Row, ms: number) => ((row.tokens ?? Number.NaN) / ms) * 1e3
  const figures = Object.entries(AXES).flatMap(([axis, label]) => {
    const own = rows.filter((row) => row.axis?.name === axis)
    if (own.length < 2) return []
    const points = (ms: (row: Row) => number) => own.map((row) => ({ x: row.axis!.x, y: rate(row, ms(row)) }))
    return figure({
      kind: 'lines',
      title: `Tokens per ${unit} of training, over ${axis}`,
      caption: 'How fast training is as this grows while the rest stays; both axes are logarithmic.',
      x: { label, scale: 'log' },
      y: { label: `tokens per ${unit}`, scale: 'log' },
      series: [
        { name: 'measured', points: points(effort) },
        ...(model ? [{ name: 'model', points: points((row) => model.predict(row).total) }] : []),
      ],
    })
  })
  if (!model) return figures
  const lines = rows.map((row): Cell[] => {
    const { multiply, move, fixed, total } = model.predict(row)
    const shares = [multiply, move, fixed].map((ms) => percent(ms / total, 0))
    return [row.label, number(effort(row), 1), number(total, 1), ...shares]
  })
  const unitMs = unit === 'second' ? 'ms' : 'core-ms'
  return [
    ...figures,
    table({
      caption: 'A model of a step',
      columns: ['', `${unitMs}, measured`, `${unitMs}, model`, 'multiply-adds', 'moving data', 'fixed'],
      rows: lines,
      note:
        `Three terms fitted to these rows: flops at ${(model.rate / 1e6).toFixed(1)} GFLOP/s, what the kernels read and write at ` +
        `${(model.bandwidth / 1e6).toFixed(1)} GB/s, and ${(model.fixed * 1e3).toFixed(0)} µs per layer; half of the rows are within ` +
        `${(model.deviation * 100).toFixed(0)} %.`,
    }),
  ]
}

// y: GFLOP/s (per core on a software adapter); x: flops per byte that has to be moved; the roof is the two ceilings.
function roofline(rows: Row[], ceilings: Ceiling[], core: boolean): Block[] {
  const points = rows.flatMap((row) =>
    row.wallMs && row.flops && row.bytes
      ? [{ group: row.group, x: row.flops / row.bytes, y: row.flops / effort(row) / 1e6 }]
      : [],
  )
  if (points.length === 0) return []
  const peak = (kind: Ceiling['kind']) => {
    const one = ceilings.find((c) => c.kind === kind)!
    return one.amount / effort(one) / 1e6
  }
  const [flops, bytes] = [peak('multiply-add'), peak('copy')]
  const xs = [...points.map((p) => p.x), flops / bytes]
  const [low, high] = [Math.log(Math.min(...xs)), Math.log(Math.max(...xs))]
  const roof = Array.from({ length: 60 }, (_, i): Point => {
    const x = Math.exp(low + ((high - low) * i) / 59)
    return { x, y: Math.min(flops, bytes * x) }
  })
  const series: Series[] = GROUPS.flatMap((group) => {
    const own = points.filter((p) => p.group === group).map(({ x, y }) => ({ x, y }))
    return own.length === 0 ? [] : [{ name: TITLES[group], points: own }]
  })
  return [
    figure({
      kind: 'points',
      title: 'Roofline',
      caption:
        'Under the slope a kernel is limited by moving data, under the flat part by multiply-adds. On a CPU small kernels may lie above the slope: their data stay in the cache.',
      x: { label: 'floating-point operations per byte', scale: 'log' },
      y: { label: `GFLOP/s${core ? ' per core' : ''}`, scale: 'log' },
      series: [...series, { name: 'roof', points: roof }],
    }),
  ]
}

function comparisonBlocks({ warnings, changes, onlyBefore, onlyAfter }: Comparison): Block[] {
  const notes = [
    ...warnings.map((warning) => `Caution: ${warning}.`),
    ...(onlyBefore.length > 0 ? [`Only before: ${onlyBefore.join('; ')}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only now: ${onlyAfter.join('; ')}.`] : []),
  ]
  const count = (verdict: string) => changes.filter((change) => change.verdict === verdict).length
  return [
    text(
      [`${count('faster')} faster, ${count('slower')} slower, ${count('same')} the same within noise.`, ...notes].join(
        '\n\n',
      ),
      'Compared with the earlier run',
    ),
    table({
      caption: 'Changes',
      columns: ['', 'verdict', '× as fast', 'noise'],
      rows: [...changes]
        .sort((a, b) => b.speedup - a.speedup)
        .map(({ label, verdict, speedup, noise }) => [label, verdict, number(speedup, 2), percent(noise, 0)]),
    }),
  ]
}

/** The peers beside nanoalign. */
export function peersReport(result: PeerBenchmark): Report {
  const { adapter } = result
  const of = (task: PeerRow['task']) => result.rows.filter((row) => row.task === task)
  const cells = (row: PeerRow): Cell[] => [
    row.label,
    row.peer,
    row.problem ?? row.note ?? '',
    row.ours ? number(row.ours.median, 1) : '',
    row.theirs ? number(row.theirs.median, 1) : '',
    row.speedup ? number({ value: row.speedup.median, low: row.speedup.low, high: row.speedup.high }, 2) : '',
  ]
  const unit = result.clock === 'cpu' ? 'core-ms' : 'ms'
  const columns = ['', 'peer', 'note', `${unit}, nanoalign`, `${unit}, peer`, 'times faster']
  return {
    title: 'nanoalign and its peers',
    subtitle: `${adapter.name}, robustness ${adapter.robustness ? 'on' : 'off'}`,
    blocks: [
      text(
        'The same work on the same adapter in the same run: every sample of nanoalign is paired with one of the peer, in turn; ' +
          'the ratio is the median of the paired ratios with quartiles. Results are checked against each other before timing.',
      ),
      ...(of('matmul').length > 0
        ? [table({ caption: 'Matrix multiplication', columns, rows: of('matmul').map(cells) })]
        : []),
      ...(of('training').length > 0
        ? [
            table({
              caption:
                'The identical training step of a GPT (same architecture, batch, f32, Adam; losses of 5 steps equal)',
              columns,
              rows: of('training').map(cells),
            }),
          ]
        : []),
    ],
    provenance: {
      adapter: `${adapter.name}, ${adapter.driver}`,
      command: result.command,
      date: result.date,
      versions: result.versions,
      details: result.machine,
    },
  }
}
