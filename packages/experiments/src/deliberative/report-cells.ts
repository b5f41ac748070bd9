// How the report's parts name arms and show intervals.

import { type Cell, percent } from '../report/report.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { type ArmName, arms } from './arms.ts'
import type { Scores } from './scores.ts'

export const cell = (interval: Interval | undefined): Cell => (interval ? percent(interval) : '–')
export const label = (arm: ArmName) => arms[arm].label
export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Only thoughts can quote clauses. */
export const thinkingArms = (scores: Scores) =>
  scores.arms.filter((arm) => !['direct', 'filler'].includes(arms[arm].decoding))
