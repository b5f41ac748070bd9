import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { figurePalette } from './figure-legend.ts'
import { figureSvg } from './figure-plot.ts'
import { figureTable } from './figure-table.ts'
import type { BarsFigure, PointsFigure } from './report.ts'

const { document } = parseHTML('<!doctype html><html><body></body></html>')

const lines: PointsFigure = {
  kind: 'lines',
  title: 'Loss',
  x: { label: 'FLOPs', scale: 'log' },
  y: { label: 'nats' },
  series: [
    {
      name: 'small',
      points: [
        { x: 1e9, y: 3 },
        { x: 1e10, y: 2, low: 1.8, high: 2.2 },
        { x: 1e11, y: 1.5, low: 1.4, high: 1.6 },
      ],
    },
    {
      name: 'large',
      points: [
        { x: 1e9, y: 2.5 },
        { x: 1e11, y: Number.NaN },
      ],
    },
  ],
}
const bars: BarsFigure = {
  kind: 'bars',
  title: 'Accuracy',
  groups: ['attr', 'a long name of a group'],
  y: { label: 'accuracy', format: 'percent' },
  series: [
    { name: 'weak', values: [{ value: 0.7, low: 0.6, high: 0.8 }, undefined] },
    { name: 'strong', values: [{ value: 0.9 }, { value: 0.8 }] },
  ],
  references: [{ y: 0.5, label: 'chance' }],
}
const points: PointsFigure = { ...lines, kind: 'points', title: 'Scatter', x: { label: 'FLOPs' } }

/** What an XML parser would say of the string; throws on anything it would refuse. */
function checkXml(svg: string) {
  const open: string[] = []
  const tag = /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/gi
  const rest = svg.replace(tag, (_, closing, name, __, empty) => {
    if (closing) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name)
    return ''
  })
  expect(open).toEqual([])
  expect(rest).not.toMatch(/[<>]/)
  expect(svg.replace(/&(amp|lt|gt|quot|nbsp|#\d+);/g, '')).not.toContain('&')
}

describe.each([lines, bars, points])('$kind', (figure) => {
  test.each([360, 680])('at %d px: an accessible, well-formed SVG that leaves the page alone', (width) => {
    const svg = figureSvg(figure, { document, width })
    checkXml(svg)
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" role="img" aria-label="/)
    expect(svg).toContain(`viewBox="0 0 ${width} `)
    expect(svg).not.toMatch(/<style|<script|id="|url\(|NaN|undefined|Infinity/)
    for (const { name } of figure.series) expect(svg).toContain(`>${name}</text>`)
    expect(svg).toContain(`>${figure.y.label}</text>`)
    expect(svg).toContain('var(--figure-1, #0072b2)')
    expect(svg).toContain('fill="currentColor"')
  })

  test('is drawn alike every time', () => {
    expect(figureSvg(figure, { document })).toBe(figureSvg(figure, { document }))
  })
})

test('labels cannot bring markup into the SVG', () => {
  const evil = '"><script>alert(1)</script>&amp;'
  const svg = figureSvg(
    {
      ...bars,
      title: evil,
      groups: [evil, 'b'],
      y: { label: evil },
      series: [{ ...bars.series[0], name: evil }, bars.series[1]],
      references: [{ y: 0.5, label: evil }],
    },
    { document },
  )
  checkXml(svg)
  expect(svg).not.toContain('<script')
  expect(svg).toContain('aria-label="Bar chart: &quot;&gt;&lt;script&gt;')
})

test('labels of points stand beside them, towards the middle near the right edge', () => {
  const data = [
    { x: 0, y: 1, label: 'first' },
    { x: 1, y: 2, label: 'last' },
    { x: 0.5, y: 2 },
  ]
  const svg = figureSvg({ ...points, series: [{ name: 's', points: data }] }, { document })
  const group = (label: string) =>
    svg.match(new RegExp(`<g [^>]*>(?:<text[^>]*>[^<]*</text>)*<text[^>]*>${label}</text>`))![0]
  expect(group('first')).toContain('text-anchor="start"')
  expect(group('last')).toContain('text-anchor="end"')
  expect(group('last')).not.toContain('fill="none"')
})

test('a single series has no legend, a dense one no points', () => {
  const dense = { name: 'only', points: Array.from({ length: 100 }, (_, i) => ({ x: i, y: i * i })) }
  const svg = figureSvg({ ...lines, x: { label: 'step' }, series: [dense] }, { document })
  expect(svg).not.toContain('only</text>')
  expect(svg).not.toContain('<circle')
  const sparse = { name: 'only', points: dense.points.slice(0, 5) }
  const few = figureSvg({ ...lines, x: { label: 'step' }, series: [sparse] }, { document })
  expect(few.match(/<circle/g)).toHaveLength(5)
  expect(few).not.toMatch(/<g [^>]*aria-label/)
})

test('group names slant where they do not fit', () => {
  const groups = Array.from({ length: 12 }, (_, g) => `attribute_${g}`)
  const values = groups.map(() => ({ value: 1 }))
  const figure: BarsFigure = { ...bars, groups, series: [{ name: 's', values }] }
  expect(figureSvg(figure, { document, width: 360 })).toContain('rotate(-40)')
  expect(figureSvg(figure, { document, width: 1200 })).not.toContain('rotate(-40)')
})

test('figures without data are drawn as empty axes', () => {
  const series = [{ name: 's', points: [] }]
  checkXml(figureSvg({ ...lines, x: { label: 'x' }, series }, { document }))
  checkXml(figureSvg({ ...lines, series }, { document }))
  checkXml(figureSvg({ ...bars, series: [{ name: 's', values: [undefined, undefined] }] }, { document }))
})

test('a line of one point shows its interval, too', () => {
  const one = { ...lines, series: [{ name: 's', points: [{ x: 10, y: 0.5, low: 0.4, high: 0.6 }] }] }
  const whiskers = (figure: PointsFigure) => figureSvg(figure, { document }).match(/stroke-opacity="0.7"/g) ?? []
  expect(whiskers(one)).toHaveLength(1)
  const two = { ...one.series[0], points: [...one.series[0].points, { x: 20, y: 0.5, low: 0.4, high: 0.6 }] }
  expect(whiskers({ ...one, series: [two] })).toHaveLength(0) // a band
})

test('every colour of the palette stands out from its page', () => {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }
  for (const color of figurePalette.light) expect(contrast(color, '#fcfcfb')).toBeGreaterThan(3)
  for (const color of figurePalette.dark) expect(contrast(color, '#15171b')).toBeGreaterThan(3)
})

test('the numbers of a figure as a table', () => {
  const table = figureTable(lines)
  expect(table.columns).toEqual(['FLOPs', 'small', 'large'])
  expect(table.rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.value)))).toEqual([
    [1e9, 3, 2.5],
    [1e10, 2, ''],
    [1e11, 1.5, Number.NaN],
  ])
  expect(figureTable(bars).rows[1]).toEqual(['a long name of a group', '', { value: 0.8, format: 'percent' }])
  expect(figureTable(points).rows).toHaveLength(5)
})
