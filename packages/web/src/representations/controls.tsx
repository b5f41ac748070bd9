import { useEffect } from 'preact/hooks'
import { type Colouring, LOOKS } from './config.ts'
import type { States } from './messages.ts'
import { agreement } from './scene.ts'
import { colouring, leaveStates, look } from './session.ts'

const colourNames: Record<Colouring, string> = {
  truth: 'truth',
  teacher: 'teacher’s label',
  student: 'student’s answer',
}
const SECONDS = 4
let playing: number | undefined

/** What the colours mean, and how far the training is. */
export function Controls({ states }: { states: States }) {
  const at = Math.round(look.value)
  const { withTruth, withTeacher, teacherRight } = agreement(states, at)
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  useEffect(() => stop, [])
  return (
    <section class="card states" aria-label="What is shown">
      <fieldset class="presets">
        <legend>Colours by</legend>
        {(Object.keys(colourNames) as Colouring[]).map((name) => (
          <label key={name} class="check">
            <input
              type="radio"
              name="colouring"
              checked={colouring.value === name}
              onChange={() => {
                colouring.value = name
              }}
            />
            <span>{colourNames[name]}</span>
          </label>
        ))}
      </fieldset>
      <p class="legend">
        <span class="dot one">1</span>
        <span class="dot zero">0</span>
        <span class="muted">by colour; filled where the truth is 1, a ring where it is 0</span>
      </p>
      <div class="steps">
        <button type="button" onClick={play} aria-label="Play the finetuning">
          ▶
        </button>
        <label>
          <span class="hidden">Steps of finetuning</span>
          <input
            type="range"
            min="0"
            max={LOOKS - 1}
            step="1"
            value={at}
            aria-valuetext={`after ${states.steps[at]} steps`}
            onInput={({ currentTarget: { value } }) => {
              stop()
              look.value = Number(value)
            }}
          />
        </label>
        <span class="digits number">step {states.steps[at]}</span>
      </div>
      <p class="digits" role="status">
        The student agrees with the truth on <strong>{percent(withTruth)}</strong>, with its teacher on{' '}
        <strong>{percent(withTeacher)}</strong> of these questions; the finished teacher is right on{' '}
        {percent(teacherRight)}.
      </p>
      <div class="actions">
        <button type="button" class="quiet" onClick={leaveStates}>
          Other models or another task
        </button>
      </div>
    </section>
  )
}

/** From the first look to the last; at once to each look where motion is not wanted. */
function play(): void {
  stop()
  const begin = performance.now()
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const frame = (now: number) => {
    const at = Math.min(LOOKS - 1, ((now - begin) / 1000 / SECONDS) * (LOOKS - 1))
    look.value = still ? Math.floor(at) : at
    playing = at < LOOKS - 1 ? requestAnimationFrame(frame) : undefined
  }
  playing = requestAnimationFrame(frame)
}

function stop(): void {
  if (playing !== undefined) cancelAnimationFrame(playing)
  playing = undefined
  look.value = Math.round(look.value)
}
