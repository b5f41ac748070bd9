// The methods side by side (the paper's Figs. 2 and 5), on the main pair.

import { type Block, figure, number, points, table } from '../report/report.ts'
import { methodNamed } from './methods/index.ts'
import type { FamilySummary } from './report.ts'

/** Nothing where there are only two methods, which the first table has already. */
export function methodBlocks(summaries: FamilySummary[], families: string[]): Block[] {
  const names = [...new Set(summaries.map((s) => s.method))]
  if (names.length < 3) return []
  const of = (family: string, method: string) => summaries.find((s) => s.family === family && s.method === method)!
  return [
    figure({
      kind: 'bars',
      title: 'Methods',
      caption:
        'Performance gap recovered by each method; no bar where the gap is within noise. The same supervisor labels for all.',
      groups: names,
      y: { label: 'PGR' },
      series: families.map((family) => ({ name: family, values: names.map((name) => of(family, name).summary.pgr) })),
    }),
    table({
      caption: 'Methods: what each adds to naive finetuning',
      columns: ['method', 'over naive, points', 'PGR', 'what it does'],
      rows: families.flatMap((family) =>
        names.map((name) => {
          const { summary, overNaive } = of(family, name)
          const { method } = methodNamed(name)
          return [
            families.length > 1 ? `${family}: ${name}` : name,
            overNaive ? points(overNaive) : '',
            summary.pgr ? number(summary.pgr, 2) : 'hidden',
            method.about,
          ]
        }),
      ),
      note: 'stop-truth looks at true labels, as nobody could who supervises a stronger model; it shows what early stopping could give at most.',
    }),
  ]
}
