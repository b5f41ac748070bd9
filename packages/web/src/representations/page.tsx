// The hidden states of teacher and student in 3-D, as they change during finetuning.

import { useEffect } from 'preact/hooks'
import { DeviceLine } from '../device/device-line.tsx'
import { device } from '../device/find-device.ts'
import { NoDevice } from '../device/no-device.tsx'
import picture from '../reference/representations.webp'
import { weakToStrongPaper } from '../report/papers.ts'
import { replaceRoute, route } from '../router.ts'
import { Cloud, zoom } from './cloud.tsx'
import { fromStatesQuery, type StatesConfig, type StatesView, toStatesQuery, widthOf } from './config.ts'
import { Controls } from './controls.tsx'
import { StatesForm } from './form.tsx'
import type { ModelStates, States } from './messages.ts'
import { PointText } from './point-text.tsx'
import {
  colouring,
  isComputing,
  look,
  problem,
  shownConfig,
  stageNow,
  startStates,
  states,
  statesPhase,
  stopStates,
} from './session.ts'

export function RepresentationsPage() {
  const found = device.value
  const { config, view, refused } = fromAddress()
  const ready = found.kind === 'found'
  useEffect(() => {
    // an address with a view is one that was being looked at: a reload shows it again
    if (!ready || !view || statesPhase.value !== 'idle') return
    look.value = view.look
    colouring.value = view.colouring
    startStates(config)
  }, [ready])
  const shown = states.value
  return (
    <>
      <h1>What the models have in mind</h1>
      <p class="lede">
        A model turns each question into a list of numbers before it answers. Here every dot is one question, placed by
        those numbers; watch teacher and student sort them while they learn the task.
      </p>
      <p class="note">
        Finetuning makes a task more linear in what a model has in mind: Burns et al. 2023,{' '}
        <a href={`${weakToStrongPaper}#subsubsection.5.2.3`}>section 5.2.3</a>.
      </p>
      {found.kind === 'missing' ? (
        <>
          <NoDevice {...found} recorded />
          <Recorded />
        </>
      ) : shown ? (
        <Shown states={shown} config={shownConfig.value!} />
      ) : (
        <section class="card" aria-labelledby="models">
          <h2 id="models" class="hidden">
            Models and task
          </h2>
          <DeviceLine />
          {isComputing() ? <Progress /> : <StatesForm config={config} ready={ready && !refused} />}
          {(refused || problem.value) && (
            <p class="problem-line" role="alert">
              {refused ?? problem.value}
            </p>
          )}
        </section>
      )}
    </>
  )
}

function Recorded() {
  return (
    <figure>
      <figcaption>
        <span class="title">A recorded picture</span> Hidden states of the teacher c and the student f, seed 1, at the
        end of their finetuning on the task “attr 0”; coloured by the student’s answers.
      </figcaption>
      <img class="recorded-picture" src={picture} alt="Two clouds of dots, one per model, each dot one question" />
    </figure>
  )
}

function fromAddress(): { config: StatesConfig; view?: StatesView; refused?: string } {
  try {
    return fromStatesQuery(route.value.query)
  } catch (error) {
    return { ...fromStatesQuery(new URLSearchParams()), refused: (error as Error).message }
  }
}

function Progress() {
  const now = stageNow.value
  return (
    <>
      <h3>
        {statesPhase.value === 'waiting'
          ? 'Another run is using the GPU; this begins when it ends'
          : statesPhase.value === 'stopping'
            ? 'Saving a checkpoint …'
            : 'Preparing the models'}
      </h3>
      <div class="bar-line">
        <progress max="1" value={now?.share ?? 0} aria-label="Share of this step done" />
        <span class="number">{Math.floor((now?.share ?? 0) * 100)} %</span>
      </div>
      <p class="stage">
        <span>{now?.label ?? 'Looking for what is there already …'}</span>
        <span class="muted">What is done is kept: stop, reload or close, and it goes on from there.</span>
      </p>
      <div class="actions">
        <button
          type="button"
          disabled={statesPhase.value === 'stopping'}
          onClick={() => {
            replaceRoute('representations', toStatesQuery(shownConfig.value!)) // a reload does not begin again
            stopStates()
          }}
        >
          Stop
        </button>
      </div>
    </>
  )
}

function Shown({ states, config }: { states: States; config: StatesConfig }) {
  const at = Math.round(look.value)
  useEffect(() => {
    replaceRoute('representations', toStatesQuery(config, { look: at, colouring: colouring.value }))
  }, [at, colouring.value])
  return (
    <>
      <Controls states={states} />
      <div class="clouds">
        <Model name={`Teacher ${config.weak}`} size={config.weak} states={states} model={states.weak} />
        <Model name={`Student ${config.strong}`} size={config.strong} states={states} model={states.strong} />
      </div>
      <div class="actions">
        <button type="button" onClick={() => zoom(0.8)}>
          Nearer
        </button>
        <button type="button" onClick={() => zoom(1.25)}>
          Farther
        </button>
      </div>
      <PointText states={states} />
      {problem.value && (
        <p class="problem-line" role="alert">
          {problem.value}
        </p>
      )}
      <p id="cloud-keys" class="note">
        Drag to turn, wheel to come nearer, click a dot to read it. By keyboard, inside a view: arrows turn,{' '}
        <kbd>+</kbd> and <kbd>−</kbd> zoom, <kbd>,</kbd> and <kbd>.</kbd> go from dot to dot, <kbd>0</kbd> is the first
        view again, <kbd>Esc</kbd> lets go of the dot.
      </p>
      <details>
        <summary>What exactly is shown</summary>
        <p>
          The last hidden state (after the final layer norm) at the last token of each of the {states.truth.length} test
          questions, which neither model was trained on. Principal components of all looks together, one basis per
          model, computed on the GPU: mean, covariance, and power iteration with each axis kept orthogonal to those
          before it. The two models have different axes, so only distances within a view mean something. Three axes show
          only part of the variance: what looks mixed here may still be separable. Weak labels and the student’s answers
          are beliefs above or below one half.
        </p>
      </details>
    </>
  )
}

function Model({ name, size, states, model }: { name: string; size: string; states: States; model: ModelStates }) {
  const shares = model.shares.map((share) => `${(share * 100).toFixed(0)} %`)
  return (
    <figure class="model">
      <figcaption>
        <span class="title">{name}</span> {widthOf(size)}; the axes hold {shares.join(', ')} of the variance
      </figcaption>
      <Cloud states={states} model={model} label={`${name}: its hidden states in three dimensions`} />
    </figure>
  )
}
