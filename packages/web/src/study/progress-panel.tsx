import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Failure, LOST } from '../device/failure.tsx'
import { LiveChart } from '../live-chart.tsx'
import type { Curve } from './live-curves.ts'
import { PauseWhenHidden } from './pause-when-hidden.tsx'
import { inWords } from './progress-meter.ts'
import type { StageNow, StudySession } from './session.ts'

export interface StageWords {
  /** of the live losses: what a model learns there, and where the paper has it */
  lossAbout: ComponentChildren
  /** a stage's label in a sentence */
  describe?: (label: string) => string
  /** curves of one name have one colour; the label itself, unless given */
  curveName?: (label: string) => string
}

interface Props<Options, News> extends StageWords {
  session: StudySession<Options, News>
}

/** What the run is doing, how far it is, and the means to stop it. */
export function ProgressPanel<Options, News>({ session, describe, curveName, lossAbout }: Props<Options, News>) {
  const now = session.phase.value
  const progress = session.progress.value
  const share = progress?.share ?? 0
  const counts = progress && `step ${progress.finished + 1} of ${progress.stages}`
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // the button that was pressed is gone, and the keyboard’s place with it
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true })
  }, [now])
  return (
    <section class="card progress" aria-labelledby="progress">
      <h2 id="progress" ref={heading} tabIndex={-1}>
        {headline(session)}
      </h2>
      <div class="bar-line">
        <progress max="1" value={share} aria-label="Share of the work done" />
        <span class="number">{Math.floor(share * 100)} %</span>
      </div>
      {session.isActive() && <StageLine stage={session.stageNow.value} counts={counts} describe={describe} />}
      {now === 'failed' && <Failure {...session.failure.value!} />}
      <div class="actions">
        {session.isActive() && (
          <button type="button" disabled={now === 'pausing'} onClick={() => session.pause()}>
            Pause
          </button>
        )}
        {(now === 'paused' || now === 'failed') && (
          <button type="button" class="primary" onClick={() => session.start(session.options.value!)}>
            {now === 'failed' ? 'Go on from the last checkpoint' : 'Resume'}
          </button>
        )}
        <button type="button" disabled={now === 'pausing'} onClick={() => session.pause('stopped')}>
          Stop
        </button>
        <PauseWhenHidden />
      </div>
      {session.live.loss.value.length > 0 && (
        <LossChart curves={session.live.loss.value} nameOf={curveName} about={lossAbout} />
      )}
    </section>
  )
}

interface LossProps {
  curves: Curve[]
  nameOf?: (label: string) => string
  about: ComponentChildren
}

function LossChart({ curves, nameOf = (label) => label, about }: LossProps) {
  const newest = curves[curves.length - 1]
  const last = newest.points[newest.points.length - 1]
  return (
    <LiveChart
      title="Training loss, live"
      about={about}
      label={`Loss during training; ${newest.label} is at ${last.y.toFixed(2)} nats per token`}
      series={curves.map(({ label, points }) => ({
        key: label,
        name: nameOf(label),
        points,
        past: label !== newest.label,
      }))}
      domain={[0, 1]}
      ends={['start', 'end of its training']}
    />
  )
}

function headline<Options, News>({ phase, progress, failure }: StudySession<Options, News>): string {
  const now = phase.value
  const left = progress.value?.secondsLeft
  if (now === 'waiting') return 'Another run is using the GPU; this one begins when it ends'
  if (now === 'pausing') return 'Saving a checkpoint …'
  if (now === 'paused') return 'Paused'
  if (now === 'failed') return failure.value?.error === LOST ? 'The GPU was lost' : 'The run failed'
  if (now === 'starting') return 'Starting …'
  return left === undefined ? 'Running' : `Running, ${inWords(left)} left`
}

function StageLine({
  stage,
  counts,
  describe = (label) => label,
}: {
  stage: StageNow | undefined
  counts: string | undefined
  describe?: (label: string) => string
}) {
  if (!stage) return <p class="stage muted">Compiling the kernels for this device …</p>
  const { label, step, steps, loss, tokensPerSecond } = stage
  return (
    <p class="stage">
      <span>{describe(label)}</span>
      <span class="muted digits">
        {[
          counts,
          steps && `batch ${step!.toLocaleString('en')} / ${steps.toLocaleString('en')}`,
          loss !== undefined && `loss ${loss.toFixed(3)}`,
          tokensPerSecond && `${compact(tokensPerSecond)} tokens/s`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
    </p>
  )
}

const compact = (value: number) => new Intl.NumberFormat('en', { notation: 'compact' }).format(value)
