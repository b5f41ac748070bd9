import { Failure, LOST } from '../device/failure.tsx'
import { LiveChart } from '../live-chart.tsx'
import { gpt2Paper } from '../report/papers.ts'
import { PauseWhenHidden } from '../study/pause-when-hidden.tsx'
import { inWords } from '../study/progress-meter.ts'
import {
  config,
  failure,
  isTraining,
  losses,
  metrics,
  newTraining,
  now,
  pauseTraining,
  saveModel,
  secondsLeft,
  started,
  startTraining,
  trainPhase,
} from './session.ts'

/** How far the training is, its losses, and what the model writes. */
export function TrainProgress() {
  const phase = trainPhase.value
  const share = phase === 'done' ? 1 : now.value ? now.value.step / now.value.steps : 0
  return (
    <>
      <section class="card progress" aria-labelledby="training">
        <h2 id="training">{headline()}</h2>
        <div class="bar-line">
          <progress max="1" value={share} aria-label="Share of the training done" />
          <span class="number">{Math.floor(share * 100)} %</span>
        </div>
        <p class="stage muted digits">{facts()}</p>
        {phase === 'failed' && <Failure {...failure.value!} />}
        <div class="actions">
          {isTraining() && (
            <button type="button" disabled={phase === 'pausing'} onClick={pauseTraining}>
              Pause
            </button>
          )}
          {(phase === 'paused' || phase === 'failed') && (
            <button type="button" class="primary" onClick={() => startTraining(config.value!)}>
              Go on from the last checkpoint
            </button>
          )}
          {phase === 'done' && (
            <button type="button" onClick={saveModel}>
              Save the model (safetensors)
            </button>
          )}
          {!isTraining() && (
            <button type="button" onClick={newTraining}>
              Another text or model
            </button>
          )}
          {phase !== 'done' && <PauseWhenHidden />}
        </div>
        {losses.value.length > 0 && <Losses />}
      </section>
      <Samples />
    </>
  )
}

function headline(): string {
  const phase = trainPhase.value
  if (phase === 'done') return 'Trained'
  if (phase === 'waiting') return 'Another run is using the GPU; the training begins when it ends'
  if (phase === 'pausing') return 'Saving a checkpoint …'
  if (phase === 'paused') return 'Paused'
  if (phase === 'failed') return failure.value?.error === LOST ? 'The GPU was lost' : 'The training stopped'
  if (phase === 'starting') return 'Starting …'
  return secondsLeft.value === undefined ? 'Training' : `Training, ${inWords(secondsLeft.value)} left`
}

function facts(): string {
  const about = started.value
  const event = now.value
  return [
    about && `${about.parameters.toLocaleString('en')} parameters`,
    about && `${about.characters.toLocaleString('en')} characters of ${about.vocabulary} kinds`,
    event && `step ${event.step.toLocaleString('en')} / ${event.steps.toLocaleString('en')}`,
    event && `loss ${event.loss.toFixed(3)}`,
    event && `${new Intl.NumberFormat('en', { notation: 'compact' }).format(event.tokensPerSecond)} characters/s`,
  ]
    .filter(Boolean)
    .join(' · ')
}

function Losses() {
  const steps = config.value?.options.steps ?? 1
  const points = (all: { step: number; loss: number }[]) => all.map(({ step, loss }) => ({ x: step, y: loss }))
  const heldOut = metrics.value.validation
  const last = losses.value[losses.value.length - 1]
  const unigram = started.value?.unigram
  return (
    <LiveChart
      title="Loss, in nats per character"
      about={
        <>
          How surprised the model is by the next character. Where it falls on the text alone, the model learns it by
          heart (the model: <a href={gpt2Paper}>Radford et al. 2019</a>, section 2.3).
        </>
      }
      label={`Training loss is ${last.loss.toFixed(2)} nats per character at step ${last.step}`}
      series={[
        { key: 'training', name: 'on the text', points: points(losses.value) },
        { key: 'held out', name: 'on the held-out end of it', points: points(heldOut) },
      ]}
      domain={[0, steps]}
      ends={['0', `step ${steps.toLocaleString('en')}`]}
      references={unigram === undefined ? [] : [{ y: unigram, label: 'knowing only how frequent each character is' }]}
    />
  )
}

function Samples() {
  const { samples } = metrics.value
  const newest = samples[samples.length - 1]
  if (!newest) return null
  return (
    <section aria-labelledby="samples">
      <h2 id="samples">What it writes after {newest.step.toLocaleString('en')} steps</h2>
      <blockquote class="sample">{newest.text}</blockquote>
      {samples.length > 1 && (
        <details>
          <summary>What it wrote before</summary>
          {samples
            .slice(0, -1)
            .reverse()
            .map(({ step, text }) => (
              <div key={step}>
                <h3>After {step.toLocaleString('en')} steps</h3>
                <blockquote class="sample">{text}</blockquote>
              </div>
            ))}
        </details>
      )}
    </section>
  )
}
