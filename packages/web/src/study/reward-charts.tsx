// Reinforcement learning as it goes: reward, and how long what is sampled is.

import type { ComponentChildren } from 'preact'
import { LiveChart } from '../live-chart.tsx'
import type { Curve } from './live-curves.ts'
import type { StudySession } from './session.ts'

interface Props<Options, News> {
  session: StudySession<Options, News>
  rewardTitle: string
  lengthTitle: string
  /** what they show, and where the paper has it */
  about: ComponentChildren
}

export function RewardCharts<Options, News>({ session, rewardTitle, lengthTitle, about }: Props<Options, News>) {
  const { live, phase } = session
  if (live.reward.value.length === 0 || phase.value === 'done') return null // the report has them then
  return (
    <section class="card" aria-label="Reinforcement learning, live">
      <Chart title={rewardTitle} about={about} curves={live.reward.value} />
      <Chart title={lengthTitle} curves={live.length.value} />
    </section>
  )
}

function Chart({ title, about, curves }: { title: string; about?: ComponentChildren; curves: Curve[] }) {
  const newest = curves[curves.length - 1]
  const last = newest.points[newest.points.length - 1]
  return (
    <LiveChart
      title={title}
      about={about}
      label={`${title}; ${newest.label} is at ${last.y.toFixed(2)}`}
      series={curves.map(({ label, points }) => ({ key: label, name: label, points, past: label !== newest.label }))}
      domain={[0, 1]}
      ends={['start of RL', 'end of RL']}
    />
  )
}
