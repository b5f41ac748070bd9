// The numbers behind a figure as a table: for screen readers, for copying, and for the terminal.

import type { Axis, Cell, Figure, Table, Value } from './report.ts'
import { table } from './report.ts'

/** One row per x (or group), one column per series. */
export function figureTable(figure: Figure): Table {
  const columns = figure.series.map((series) => series.name)
  const caption = figure.title
  if (figure.kind === 'bars') {
    const rows = figure.groups.map((group, g): Cell[] => [
      group,
      ...figure.series.map(({ values }) => axisCell(values[g], figure.y)),
    ])
    return table({ caption, columns: ['', ...columns], rows })
  }
  if (figure.kind === 'points') {
    const rows = figure.series.flatMap(({ name, points }) =>
      points.map((point): Cell[] => [
        point.label ? `${name}, ${point.label}` : name,
        axisCell({ value: point.x }, figure.x),
        axisCell({ value: point.y, low: point.low, high: point.high }, figure.y),
      ]),
    )
    return table({ caption, columns: ['', figure.x.label, figure.y.label], rows })
  }
  const xs = [...new Set(figure.series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b)
  const rows = xs.map((x): Cell[] => [
    axisCell({ value: x }, figure.x),
    ...figure.series.map(({ points }) => {
      const point = points.find((candidate) => candidate.x === x)
      return axisCell(point && { value: point.y, low: point.low, high: point.high }, figure.y)
    }),
  ])
  return table({ caption, columns: [figure.x.label, ...columns], rows })
}

function axisCell(value: Omit<Value, 'format'> | undefined, axis: Axis): Cell {
  return value ? { ...value, format: axis.format ?? 'number' } : ''
}
