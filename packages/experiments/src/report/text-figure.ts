// Figures for the terminal, as sketches: sparklines for lines, bars for bars, and for a scatter plot the numbers
// themselves, or sparklines too where there are many.

import { figureTable } from './figure-table.ts'
import { formatValue } from './format.ts'
import type { Axis, BarsFigure, Figure, Point, PointsFigure } from './report.ts'
import { cellText, tableLines } from './text-table.ts'
import { clean, wrap } from './text-wrap.ts'

const levels = '▁▂▃▄▅▆▇█'
const sparkWidth = 32
const barWidth = 24
const tableRows = 16

/** The figure without its title. */
export function figureLines(figure: Figure, width: number): string[] {
  const points = figure.kind === 'points' ? figure.series.reduce((sum, series) => sum + series.points.length, 0) : 0
  if (figure.kind === 'points' && points <= tableRows) return tableLines(figureTable(figure), width)
  const { label, scale, rows } = figure.kind === 'bars' ? bars(figure) : sparklines(figure)
  const names = rows.map(([name]) => clean(name))
  const nameWidth = Math.min(Math.max(...names.map((name) => name.length)), Math.floor(width * 0.4))
  return [
    ...wrap(
      `${label}, from ${scale.map((end) => formatValue({ value: end, format: figure.y.format ?? 'number' })).join(' to ')}`,
      width,
    ),
    ...rows.map(([, drawing], r) => `  ${names[r].slice(0, nameWidth).padEnd(nameWidth)}  ${drawing}`.slice(0, width)),
  ]
}

interface Sketch {
  label: string
  /** The values at the bottom and the top of the drawings. */
  scale: [number, number]
  /** Name and drawing. */
  rows: [string, string][]
}

function sparklines({ x, y, series }: PointsFigure): Sketch {
  const scale = range(
    y,
    series.flatMap(({ points }) => points.map((point) => point.y)),
  )
  const rows = series.map(({ name, points }): [string, string] => [name, sparkline(points, y, scale)])
  return { label: `${y.label} by ${x.label}`, scale, rows }
}

/** `▁▃▅█  51.2% → 97.9%`: the points in order of x, averaged down to a few dozen characters. */
function sparkline(points: Point[], { format = 'number' }: Axis, scale: [number, number]): string {
  const sorted = points.filter((point) => Number.isFinite(point.y)).sort((a, b) => a.x - b.x)
  if (sorted.length === 0) return '–'
  const columns = Math.min(sorted.length, sparkWidth)
  const drawing = Array.from({ length: columns }, (_, c) => {
    const from = Math.floor((c * sorted.length) / columns)
    const chunk = sorted.slice(from, Math.floor(((c + 1) * sorted.length) / columns))
    const average = chunk.reduce((sum, point) => sum + point.y, 0) / chunk.length
    return levels[Math.round(share(average, scale) * (levels.length - 1))]
  })
  const ends = [sorted[0], sorted[sorted.length - 1]].map((point) => formatValue({ value: point.y, format }))
  return `${drawing.join('')}  ${ends.join(' → ')}`
}

function bars({ groups, y, series }: BarsFigure): Sketch {
  const values = series.flatMap((one) => one.values.flatMap((bar) => (bar ? [bar.value] : [])))
  const scale = range(y, [0, ...values])
  const rows = groups.flatMap((group, g) =>
    series.map(({ name, values }): [string, string] => {
      const label = series.length > 1 ? `${group}, ${name}` : group
      const bar = values[g]
      if (!bar || !Number.isFinite(bar.value)) return [label, '–']
      const drawing = '█'.repeat(Math.round(share(bar.value, scale) * barWidth)).padEnd(barWidth)
      return [label, `${drawing}  ${cellText({ ...bar, format: y.format ?? 'number' })}`]
    }),
  )
  return { label: y.label, scale, rows }
}

function range({ domain }: Axis, values: number[]): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value))
  if (finite.length === 0) return domain ?? [0, 1]
  return domain ?? [Math.min(...finite), Math.max(...finite)]
}

/** Where a value lies on the scale, from 0 (bottom) to 1 (top). */
function share(value: number, [low, high]: [number, number]): number {
  return high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5
}
