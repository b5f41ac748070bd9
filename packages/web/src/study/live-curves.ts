// Live numbers of each stage, such as its loss, thinned so that a long one costs no more than a short one.

import type { StageEvent } from '@nanoalign/experiments'
import { signal } from '@preact/signals'

export interface Curve {
  label: string
  /** share of the run, and mean since the point before */
  points: { x: number; y: number }[]
}

const POINTS = 160

/** The curves of one run. */
export class LiveCurves {
  readonly loss = signal<Curve[]>([])
  /** where a training is looked at on the way */
  readonly accuracy = signal<Curve[]>([])
  /** of reinforcement learning */
  readonly reward = signal<Curve[]>([])
  readonly length = signal<Curve[]>([])

  /** Without `hasLoss` its loss is left out. */
  add(event: StageEvent, hasLoss: boolean): void {
    for (const name of names) if (name !== 'loss' || hasLoss) this[name].value = addPoint(this[name].value, event, name)
  }

  clear(): void {
    for (const name of names) this[name].value = []
  }
}

const names = ['loss', 'accuracy', 'reward', 'length'] as const
type Name = (typeof names)[number]

/** The curves with the event's number added; the same array if it has none. */
export function addPoint(curves: Curve[], event: StageEvent, number: Name): Curve[] {
  const y = event.type === 'stage-progress' ? event[number] : undefined
  if (event.type !== 'stage-progress' || y === undefined) return curves
  const label = event.label ?? event.name
  const point = { x: event.step / event.steps, y }
  const known = curves.find((curve) => curve.label === label)
  if (!known) return [...curves, { label, points: [point] }]
  const last = known.points[known.points.length - 1]
  // a resumed stage may tell again of steps from before its checkpoint, and of all if it had none
  if (point.x <= last.x) {
    const before = known.points.filter(({ x }) => x < point.x)
    return replace(curves, known, { label, points: [...before, point] })
  }
  if (known.points.length > 1 && point.x - known.points[known.points.length - 2].x < 1 / POINTS) {
    const points = [...known.points.slice(0, -1), { x: point.x, y: 0.7 * last.y + 0.3 * point.y }]
    return replace(curves, known, { label, points })
  }
  return replace(curves, known, { label, points: [...known.points, point] })
}

const replace = (curves: Curve[], old: Curve, by: Curve) => curves.map((curve) => (curve === old ? by : curve))
