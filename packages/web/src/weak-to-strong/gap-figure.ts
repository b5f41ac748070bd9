// The performance gap recovered, drawn: the figure this page is about.

import { type Report, summarize, type WeakToStrongResult } from '@nanoalign/experiments'

/** In words, for a legend. */
export const methodName = (method: string) => (method === 'naive' ? 'plain finetuning' : `${method} loss`)

/** The report with a figure of PGR before its first figure, where at least one PGR is shown at all. */
export function withGapFigure(report: Report, result: WeakToStrongResult): Report {
  const { families, methods } = result.options
  const summaries = summarize(result)
  const series = methods.map((method) => ({
    name: methodName(method),
    values: families.map((family) => summaries.find((s) => s.family === family && s.method === method)?.summary.pgr),
  }))
  if (!series.some(({ values }) => values.some(Boolean))) return report
  const figure: Report['blocks'][number] = {
    kind: 'figure',
    figure: {
      kind: 'bars',
      title: 'Performance gap recovered (PGR)',
      caption:
        'How far the student gets from its teacher’s accuracy (0) to that of the same model trained on the truth (1), with 95 % intervals.',
      groups: families,
      y: { label: 'PGR', domain: [Math.min(0, ...lows(series)), Math.max(1.05, ...highs(series))] },
      series,
      references: [{ y: 1, label: 'ceiling' }],
    },
  }
  const at = report.blocks.findIndex((block) => block.kind === 'figure')
  return { ...report, blocks: [...report.blocks.slice(0, at), figure, ...report.blocks.slice(at)] }
}

type Series = { values: ({ low: number; high: number } | undefined)[] }[]
const lows = (series: Series) => series.flatMap(({ values }) => values.flatMap((v) => (v ? [v.low] : [])))
const highs = (series: Series) => series.flatMap(({ values }) => values.flatMap((v) => (v ? [v.high] : [])))
