// How the series of a figure look, and the legend that says so.

import * as Plot from '@observablehq/plot'
import type { Figure } from './report.ts'

/**
 * Series colours on a light and on a dark page (variables `--figure-1` … `--figure-8`): after Okabe & Ito's
 * colour-blind-safe set, darkened or lightened until each has a contrast of at least 3 : 1 with the page.
 */
export const figurePalette = {
  light: ['#0072b2', '#d55e00', '#00835f', '#a8518a', '#8a6d00', '#5b6470', '#4b3fa6', '#8c2f39'],
  dark: ['#56b4e9', '#f08a4b', '#2fc89b', '#d990be', '#e6c04a', '#aab4c0', '#a79cf5', '#f0828c'],
} as const

// colour alone never tells series apart: points also differ in shape, and lines without points in their dashes
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const
const dashes = ['none', '7 4', '2 3', '9 3 2 3', '12 4', '5 2', '1 4'] as const

export const seriesColor = (series: number): string => {
  const index = series % figurePalette.light.length
  return `var(--figure-${index + 1}, ${figurePalette.light[index]})`
}
export const seriesSymbol = (series: number): Plot.SymbolType => symbols[series % symbols.length]
export const seriesDashes = (series: number): string => dashes[series % dashes.length]

/** Lines with more points than this are drawn without them. */
const pointsOnLine = 30
export const isDense = ({ points }: { points: unknown[] }): boolean => points.length > pointsOnLine

const lineHeight = 20
const swatch = 26 // px from the left of an entry to its text
const characterWidth = 6.6 // px, of 12 px system-ui: an upper estimate, so that entries never overlap

/** Height in px of the head of a figure that is `width` px wide: its legend and the label of its y axis. */
export function headHeight(figure: Figure, width: number): number {
  return layout(figure, width).height
}

/**
 * The head as SVG nodes, for the top left corner of the figure. A single line or bar needs no legend, as what it
 * shows is in the title and on the axis; a single point does.
 */
export function headNodes(figure: Figure, width: number, document: Plot.PlotOptions['document']) {
  const { entries, height } = layout(figure, width)
  const pixels = (size: number) => ({ type: 'linear', domain: [0, size], range: [0, size], axis: null }) as const
  const text = (label: string, x: number, y: number, opacity = 1) =>
    Plot.text([label], { x: [x], y: [y], text: (d) => d, textAnchor: 'start', fontSize: 12, fillOpacity: opacity })
  const marks = entries.flatMap(({ name, x, y }, series): Plot.Markish[] => {
    const stroke = seriesColor(series)
    const line = { x1: [x], x2: [x + 20], y1: [y], y2: [y], stroke, strokeWidth: 2 }
    const label = text(name, x + swatch, y)
    const dot = (symbol: Plot.SymbolType, r: number) =>
      Plot.dot([name], { x: [x + 10], y: [y], fill: stroke, symbol, r })
    if (figure.kind === 'bars') return [dot('square', 6), label]
    if (figure.kind === 'points') return [dot(seriesSymbol(series), 4.5), label]
    const dense = isDense(figure.series[series])
    if (dense) return [Plot.link([name], { ...line, strokeDasharray: seriesDashes(series) }), label]
    return [Plot.link([name], line), dot(seriesSymbol(series), 4.5), label]
  })
  marks.push(text(figure.y.label, 0, height - lineHeight / 2, 0.75))
  const plot = Plot.plot({ document, width, height, margin: 0, x: pixels(width), y: pixels(height), marks })
  return [...plot.childNodes].filter((node) => node.nodeName.toLowerCase() === 'g')
}

/** Legend entries from left to right, in as many lines as they need, and one more line for the label of the y axis. */
function layout(figure: Figure, width: number) {
  if (figure.series.length === 1 && figure.kind !== 'points') return { entries: [], height: lineHeight }
  let x = 0
  let line = 0
  const entries = figure.series.map(({ name }) => {
    const needed = swatch + name.length * characterWidth
    if (x > 0 && x + needed > width) {
      x = 0
      line++
    }
    const entry = { name, x, y: line * lineHeight + lineHeight / 2 }
    x += needed + 14
    return entry
  })
  return { entries, height: (line + 2) * lineHeight + 4 }
}
