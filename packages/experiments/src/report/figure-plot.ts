// Draws a figure as one self-contained SVG with Observable Plot. Colours are CSS variables with fallbacks and text is
// `currentColor`, so the same SVG follows the page's light or dark theme and still works as a file of its own.

import * as Plot from '@observablehq/plot'
import { headHeight, headNodes, isDense, seriesColor, seriesDashes, seriesSymbol } from './figure-legend.ts'
import { scaleOptions } from './figure-scale.ts'
import { escapeXml, formatValue } from './format.ts'
import type { BarsFigure, Figure, PointsFigure, Reference } from './report.ts'
import { wrap } from './text-wrap.ts'

/** Any DOM document: the browser's, or one of a DOM library where there is no browser. */
export type FigureDocument = NonNullable<Plot.PlotOptions['document']>

export interface FigureOptions {
  document: FigureDocument
  /** Width in CSS pixels at which the text has its natural size: about 680 for a page, 360 for a phone. */
  width?: number
}

const fontSize = 12
const marginLeft = 48
const marginRight = 12
const characterWidth = 6.6 // px, of 12 px text, rather too wide than too narrow

/** The figure as an SVG string, `role="img"`, named by its title and series. */
export function figureSvg(figure: Figure, { document, width = 680 }: FigureOptions): string {
  const references = Math.max(0, ...(figure.references ?? []).map(({ label }) => label.length * characterWidth + 4))
  const shared = {
    document,
    width,
    marginTop: headHeight(figure, width) + 14,
    marginRight: marginRight + references,
    marginLeft,
    style: { fontSize: `${fontSize}px`, overflow: 'visible' },
  }
  const svg = figure.kind === 'bars' ? plotBars(figure, shared) : plotPoints(figure, shared)
  svg.append(...headNodes(figure, width, document))
  svg.querySelector('style')?.remove() // rules for the whole page, with a white background
  svg.removeAttribute('class')
  // Plot labels the groups of its marks (“rule”, “dot”), which says nothing, and groups within an image may have no label
  for (const group of svg.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label')
  // not set through the DOM: not every DOM library escapes attributes as XML wants, and a page needs no xmlns
  const attributes = `xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeXml(describe(figure))}"`
  const rounded = (svg.outerHTML as string).replace(/<[^>]+>/g, (tag) =>
    tag.replace(/\d+\.\d{3,}/g, (coordinate) => String(Number(Number(coordinate).toFixed(2)))),
  )
  return rounded.replace('<svg ', `<svg ${attributes} `)
}

function describe(figure: Figure): string {
  const kind = { lines: 'Line chart', points: 'Scatter plot', bars: 'Bar chart' }[figure.kind]
  const x = figure.kind === 'bars' ? figure.groups.join(', ') : figure.x.label
  const names = figure.series.map((series) => series.name)
  return `${kind}: ${figure.title}. ${figure.y.label} by ${x}. Series: ${names.join(', ')}.`
}

type Shared = Plot.PlotOptions & { width: number; marginTop: number; marginRight: number }

function plotPoints(figure: PointsFigure, shared: Shared) {
  const all = figure.series.flatMap(({ points }) => points)
  const xs = all.map((point) => point.x)
  const ys = all.flatMap(({ y, low = y, high = y }) => [y, low, high])
  const marks = figure.series.flatMap((series, s): Plot.Markish[] => {
    const fill = seriesColor(s)
    const data = series.points.filter((point) => Number.isFinite(point.y)).sort((a, b) => a.x - b.x)
    const interval = data.filter((point) => point.low !== undefined && point.high !== undefined)
    const ends = { x: 'x', y1: 'low', y2: 'high' }
    const dots = Plot.dot(data, { x: 'x', y: 'y', fill, symbol: seriesSymbol(s), r: 4 })
    const whiskers = Plot.ruleX(interval, { ...ends, stroke: fill, strokeOpacity: 0.7, strokeWidth: 1.5 })
    if (figure.kind === 'points') {
      // labels stand to the right of their points, except near the right edge
      const edge = Math.min(...xs) + 0.8 * (Math.max(...xs) - Math.min(...xs))
      const label = { x: 'x', y: 'y', text: 'label', fill: 'currentColor', stroke: 'var(--page, white)' }
      const right = Plot.text(data, { ...label, filter: ({ x }) => x <= edge, dx: 8, textAnchor: 'start' })
      const left = Plot.text(data, { ...label, filter: ({ x }) => x > edge, dx: -8, textAnchor: 'end' })
      return [whiskers, right, left, dots]
    }
    const dense = isDense(series)
    const strokeDasharray = dense ? seriesDashes(s) : undefined
    // a band needs two points
    const band = interval.length > 1 ? Plot.areaY(interval, { ...ends, fill, fillOpacity: 0.15 }) : whiskers
    const line = Plot.line(data, { x: 'x', y: 'y', stroke: fill, strokeWidth: 2, strokeDasharray })
    return dense ? [band, line] : [band, line, dots]
  })
  const y = scaleOptions(figure.y, ys, 6)
  return Plot.plot({
    ...shared,
    height: shared.marginTop + Math.round(190 + shared.width * 0.15),
    marginBottom: 44,
    x: {
      ...scaleOptions(figure.x, xs, (shared.width - marginLeft - shared.marginRight) / 80),
      label: figure.x.label,
      labelOffset: 40,
    },
    y: { ...y, label: null, tickSize: 0 },
    marks: [
      Plot.gridY({ ticks: y.ticks, strokeOpacity: 0.12 }),
      ...referenceMarks(figure.references),
      ...(figure.diagonal ? [diagonal(xs, ys)] : []),
      ...marks,
    ],
  })
}

/** y = x, as far as both axes go. */
function diagonal(xs: number[], ys: number[]): Plot.Markish {
  const from = Math.max(Math.min(...xs), Math.min(...ys))
  const to = Math.min(Math.max(...xs), Math.max(...ys))
  const ends = { x1: [from], y1: [from], x2: [to], y2: [to] }
  return Plot.link([0], { ...ends, strokeDasharray: '4 3', strokeOpacity: 0.6 })
}

function plotBars(figure: BarsFigure, shared: Shared) {
  const bars = figure.series.flatMap(({ name, values }, s) =>
    values.flatMap((bar, g) =>
      bar && Number.isFinite(bar.value) ? [{ ...bar, group: figure.groups[g], name, fill: seriesColor(s) }] : [],
    ),
  )
  const intervals = bars.filter((bar) => bar.low !== undefined && bar.high !== undefined)
  const ys = [0, ...bars.flatMap(({ value, low = value, high = value }) => [value, low, high])]
  const y = scaleOptions(figure.y, ys, 6)
  const [bottom, top] = figure.y.domain ?? [-Infinity, Infinity]
  const baseline = Math.min(Math.max(0, bottom), top) // bars start at 0, or at the end of the axis nearest to it
  const groupWidth = (shared.width - marginLeft - shared.marginRight) / figure.groups.length
  const bleed = groupWidth * 0.1 // half the gap between two groups
  const names = groupLabels(figure.groups, groupWidth)
  const at = { fx: 'group', x: 'name' }
  const marks: Plot.Markish[] = [
    Plot.barY(bars, { ...at, y1: baseline, y2: 'value', fill: 'fill', insetLeft: 0.5, insetRight: 0.5 }),
    Plot.ruleX(intervals, { ...at, y1: 'low', y2: 'high', strokeWidth: 1.5 }),
  ]
  if ((groupWidth * 0.8) / figure.series.length >= 34) {
    const label = ({ value }: { value: number }) => formatValue({ value, format: figure.y.format ?? 'number' })
    const highest = ({ value, high = value }: { value: number; high?: number }) => Math.max(value, high, baseline)
    marks.push(Plot.text(bars, { ...at, y: highest, text: label, dy: -8 }))
  }
  return Plot.plot({
    ...shared,
    height: shared.marginTop + Math.round(170 + shared.width * 0.12) + names.height,
    marginBottom: 12 + names.height,
    fx: { domain: figure.groups, label: null, paddingInner: 0.2, paddingOuter: 0.1, round: false },
    x: { domain: figure.series.map((series) => series.name), axis: null, padding: 0 },
    y: { ...y, label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      Plot.gridY({ ticks: y.ticks, strokeOpacity: 0.12, insetLeft: -bleed, insetRight: -bleed }),
      // an axis stands at the edge of the first group, which begins `bleed` to the right of the plot
      Plot.axisY({ ticks: y.ticks, tickFormat: y.tickFormat, tickSize: 0, label: null, dx: -bleed }),
      Plot.axisFx({ anchor: 'bottom', label: null, tickSize: 0, lineHeight: 1.1, ...names.options }),
      ...marks,
      Plot.ruleY([baseline], { strokeOpacity: 0.6, insetLeft: -bleed, insetRight: -bleed }),
      ...referenceMarks(figure.references, figure.groups.at(-1), bleed),
    ],
  })
}

/** Dashed lines, labelled in the right margin; in a faceted chart after the last group, and `bleed` joins the lines. */
function referenceMarks(references: Reference[] = [], lastGroup?: string, bleed = 0): Plot.Markish[] {
  const insets = { insetLeft: -bleed, insetRight: -bleed }
  const label = { y: 'y', text: 'label', frameAnchor: 'right', textAnchor: 'start', dx: bleed + 4 } as const
  return [
    Plot.ruleY(references, { y: 'y', strokeDasharray: '4 3', strokeOpacity: 0.6, ...insets }),
    Plot.text(references, {
      ...label,
      fillOpacity: 0.75,
      ...(lastGroup === undefined ? {} : { fx: () => lastGroup }),
    }),
  ]
}

/** How to set the names of the groups: wrapped at spaces, or at a slant where a word alone is wider than its group. */
function groupLabels(groups: string[], groupWidth: number): { height: number; options: Plot.AxisXOptions } {
  const longest = (pieces: string[]) => Math.max(...pieces.map((piece) => piece.length)) * characterWidth
  if (longest(groups.flatMap((group) => group.split(' '))) > groupWidth)
    return { height: longest(groups) * 0.65 + fontSize, options: { tickRotate: -40 } }
  const em = groupWidth / fontSize
  const lines = groups.map((group) => wrap(group, Math.max(1, Math.floor(groupWidth / characterWidth))).length)
  return { height: Math.round(Math.max(...lines) * fontSize * 1.1), options: { lineWidth: em } }
}
