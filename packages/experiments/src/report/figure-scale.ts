// Scales and ticks of a figure's axes.

import type { ScaleOptions } from '@observablehq/plot'
import { formatTick } from './format.ts'
import type { Axis } from './report.ts'

/** Scale type, domain and about `ticks` ticks of an axis over the given values. */
export function scaleOptions({ scale, format, domain }: Axis, values: number[], ticks: number): ScaleOptions {
  const tickFormat = (value: number) => formatTick(value, format)
  if (scale !== 'log')
    return { type: 'linear', domain, nice: !domain, ticks: Math.max(3, Math.round(ticks)), tickFormat }
  const positive = domain ?? values.filter((value) => value > 0)
  return { type: 'log', domain, ticks: logTicks(Math.min(...positive), Math.max(...positive), ticks), tickFormat }
}

/**
 * At most about `count` ticks of a log axis: the finest of {1 to 9, {1, 2, 5}, {1, 3}, 1} times powers of ten that
 * fits without crowding, or else every n-th power of ten.
 */
export function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.floor(Math.log10(low))
  const last = Math.ceil(Math.log10(high))
  const within = (steps: number[], stride = 1) => {
    const ticks: number[] = []
    for (let power = first; power <= last; power += stride)
      ticks.push(...steps.map((step) => Number(`${step}e${power}`)))
    return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001)
  }
  const limit = Math.max(3, count)
  for (const steps of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3], [1]]) {
    const ticks = within(steps)
    // 9 and 10 are so close that their labels would touch, though there are few of them
    const gap = Math.min(...ticks.slice(1).map((tick, i) => Math.log(tick / ticks[i]) / Math.log(high / low)))
    if (ticks.length <= limit && gap >= 0.5 / limit) return ticks
  }
  return within([1], Math.ceil((last - first) / limit))
}
