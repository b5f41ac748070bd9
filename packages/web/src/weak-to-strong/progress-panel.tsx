import { useComputed } from '@preact/signals'
import { LiveChart } from '../live-chart.tsx'
import {
  curves,
  failure,
  isActive,
  options,
  pauseRun,
  pauseWhenHidden,
  phase,
  progress,
  type StageNow,
  stageNow,
  startRun,
} from './run.ts'
import { inWords } from './time-left.ts'

/** What the run is doing, how far it is, and the means to stop it. */
export function ProgressPanel() {
  const now = phase.value
  const share = progress.value?.share ?? 0
  return (
    <section class="card progress" aria-labelledby="progress">
      <h2 id="progress">{headline()}</h2>
      <div class="bar-line">
        <progress max="1" value={now === 'done' ? 1 : share} aria-label="Share of the work done" />
        <span class="number">{Math.floor((now === 'done' ? 1 : share) * 100)} %</span>
      </div>
      {isActive() && <StageLine stage={stageNow.value} />}
      {now === 'failed' && <Failure />}
      <div class="actions">
        {isActive() && (
          <button type="button" disabled={now === 'pausing'} onClick={() => pauseRun()}>
            Pause
          </button>
        )}
        {(now === 'paused' || now === 'failed') && (
          <button type="button" class="primary" onClick={() => startRun(options.value!)}>
            {now === 'failed' ? 'Go on from the last checkpoint' : 'Resume'}
          </button>
        )}
        <button type="button" disabled={now === 'pausing'} onClick={() => pauseRun('stopped')}>
          Stop
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={pauseWhenHidden.value}
            onChange={({ currentTarget }) => {
              pauseWhenHidden.value = currentTarget.checked
            }}
          />
          <span>pause while this tab is hidden</span>
        </label>
      </div>
      {curves.value.length > 0 && <PretrainingChart />}
    </section>
  )
}

function PretrainingChart() {
  const all = curves.value
  const newest = all[all.length - 1]
  const last = newest.points[newest.points.length - 1]
  const modelOf = (label: string) => `model ${label.slice(label.lastIndexOf(' ') + 1)}`
  const series = all.map(({ label, points }) => ({
    key: label,
    name: modelOf(label),
    points,
    past: label !== newest.label,
  }))
  return (
    <LiveChart
      title="Pretraining loss, live"
      label={`Loss during pretraining; ${newest.label} is at ${last.y.toFixed(2)} nats per token`}
      series={series}
      domain={[0, 1]}
      ends={['start', 'end of its pretraining']}
    />
  )
}

function headline(): string {
  const now = phase.value
  const left = progress.value?.secondsLeft
  if (now === 'waiting') return 'Another run is using the GPU; this one begins when it ends'
  if (now === 'pausing') return 'Saving a checkpoint …'
  if (now === 'paused') return 'Paused'
  if (now === 'failed') return failure.value?.error === 'DeviceLostError' ? 'The GPU was lost' : 'The run failed'
  if (now === 'starting') return 'Starting …'
  return left === undefined ? 'Running' : `Running, ${inWords(left)} left`
}

function StageLine({ stage }: { stage: StageNow | undefined }) {
  const counts = useComputed(() => progress.value && `step ${progress.value.finished + 1} of ${progress.value.stages}`)
  if (!stage) return <p class="stage muted">Compiling the kernels for this device …</p>
  const { label, step, steps, loss, tokensPerSecond } = stage
  return (
    <p class="stage">
      <span>{describe(label)}</span>
      <span class="muted digits">
        {[
          counts.value,
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

/** `seed 1: pretrain c` in a sentence. */
function describe(label: string): string {
  const [, seed, what] = /^seed (\d+): (.*)$/.exec(label) ?? [undefined, '', label]
  const sentence = what
    .replace(/^pretrain (\w+)$/, 'model $1 reads about its world')
    .replace(/^(\w+)_(\d) weak supervisor$/, 'the teacher learns task $1 $2 from the truth')
    .replace(/^(\w+)_(\d) strong ceiling$/, 'the ceiling: the strong model learns task $1 $2 from the truth')
    .replace(/^(\w+)_(\d) student \(naive\)$/, 'the student learns task $1 $2 from its teacher')
    .replace(/^(\w+)_(\d) student \((.+)\)$/, 'the student learns task $1 $2 from its teacher, $3 loss')
    .replace(/^(\w+)_(\d) (control.*)$/, '$3')
  return seed ? `Seed ${seed}: ${sentence}` : sentence
}

function Failure() {
  const { error, message } = failure.value!
  return (
    <div role="alert">
      <p>{message}</p>
      <p>
        {error === 'DeviceLostError'
          ? 'The driver was reset, updated or switched off, or another program brought it down. Nothing finished is lost: ' +
            'go on, and the work continues from its last checkpoint. If it happens again, close other programs that use the GPU or choose smaller models.'
          : 'Nothing finished is lost. Going on starts from the last checkpoint.'}
      </p>
    </div>
  )
}

const compact = (value: number) => new Intl.NumberFormat('en', { notation: 'compact' }).format(value)
