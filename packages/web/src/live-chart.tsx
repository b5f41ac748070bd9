// A chart that changes several times a second: plain SVG paths, cheap to draw. Reports have the finished figures.

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export interface LiveSeries {
  key: string
  /** series of one name have one colour and one entry in the legend */
  name: string
  points: { x: number; y: number }[]
  /** drawn thinner */
  past?: boolean
  /** which of the figures' six colours; by order of the names, unless given */
  tone?: number
}

interface Props {
  title: string
  /** in a sentence: what it is, and where the paper has it */
  about?: ComponentChildren
  label: string
  series: LiveSeries[]
  domain: [number, number]
  ends: [string, string]
  /** dashed lines across */
  references?: { y: number; label: string }[]
}

// drawn narrower on a phone, as scaling down would make the text too small
const phone = globalThis.matchMedia?.('(max-width: 36rem)')
const width = signal(phone?.matches ? 330 : 640)
phone?.addEventListener('change', ({ matches }) => {
  width.value = matches ? 330 : 640
})

const HEIGHT = 180
const LEFT = 34
const RIGHT = 6
const BOTTOM = 22

export function LiveChart({ title, about, label, series, domain, ends, references = [] }: Props) {
  const wide = width.value
  const shown = series.filter(({ points }) => points.length > 0)
  const all = [...shown.flatMap(({ points }) => points.map(({ y }) => y)), ...references.map(({ y }) => y)]
  const low = Math.floor(Math.min(...all) * 5) / 5
  const high = Math.max(low + 0.2, Math.ceil(Math.max(...all) * 5) / 5)
  const x = (value: number) => LEFT + ((value - domain[0]) / (domain[1] - domain[0] || 1)) * (wide - LEFT - RIGHT)
  const y = (value: number) => 6 + ((high - value) / (high - low)) * (HEIGHT - BOTTOM - 6)
  const names = [...new Set(series.map(({ name }) => name))]
  const tone = (name: string) => {
    const own = series.find((one) => one.name === name)?.tone
    return { '--tone': `var(--figure-${own ?? (names.indexOf(name) % 6) + 1})` }
  }
  return (
    <figure class="live">
      <figcaption>
        <span class="title">{title}</span>
        {about && <span class="about">{about} </span>}
        {names.map((name) => (
          <span key={name} class="key" style={tone(name)}>
            {name}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${wide} ${HEIGHT}`} role="img" aria-label={label}>
        {[low, (low + high) / 2, high].map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={wide - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
              {tick.toFixed(1)}
            </text>
          </g>
        ))}
        {references.map((reference) => (
          <g key={reference.label}>
            <line class="reference" x1={LEFT} x2={wide - RIGHT} y1={y(reference.y)} y2={y(reference.y)} />
            <text x={wide - RIGHT} y={y(reference.y) - 4} text-anchor="end">
              {reference.label}
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 4}>
          {ends[0]}
        </text>
        <text x={wide - RIGHT} y={HEIGHT - 4} text-anchor="end">
          {ends[1]}
        </text>
        {shown.map(({ key, name, points, past }) => (
          <g key={key} style={tone(name)}>
            <path
              class={past ? 'curve' : 'curve now'}
              d={`M${points.map((point) => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join('L')}`}
            />
            {!past && <circle class="head" cx={x(points.at(-1)!.x)} cy={y(points.at(-1)!.y)} r="4" />}
          </g>
        ))}
      </svg>
    </figure>
  )
}
