// Talk to the arms: build a request, ask all of them, attack it. No training needed: recorded models are at hand.

import { useEffect } from 'preact/hooks'
import { ArmCard } from './arm-card.tsx'
import { AttackGrid } from './attack-grid.tsx'
import { RequestForm } from './request-form.tsx'
import { Specification } from './specification.tsx'
import {
  answered,
  answers,
  armsToAsk,
  askAll,
  attackAll,
  attacks,
  busy,
  choices,
  choose,
  chosen,
  failure,
  models,
  openRecorded,
  request,
  shown,
  world,
} from './state.ts'

/** Between two tokens that appear. */
const TOKEN_MS = 110

let ticking: ReturnType<typeof setInterval> | undefined

/** Lets the answers appear token by token; at once where less motion is wanted. */
function reveal(): void {
  clearInterval(ticking)
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  ticking = setInterval(() => {
    const next = { ...shown.value }
    let more = busy.value
    for (const arm of armsToAsk.value) {
      const length = answers.value[arm]?.tokens?.length ?? 0
      const before = next[arm] ?? 0
      if (before >= length) continue
      next[arm] = still ? length : before + 1
      more = true
    }
    shown.value = next
    if (!more) clearInterval(ticking)
  }, TOKEN_MS)
}

export function Lab() {
  useEffect(() => {
    openRecorded()
  }, [])
  if (!models.value)
    return failure.value ? (
      <p class="problem-line" role="alert">
        {failure.value}
      </p>
    ) : (
      <p class="muted">Opening the recorded models …</p>
    )
  const { problem } = request.value
  return (
    <section class="lab" aria-labelledby="lab">
      <h2 id="lab">Talk to them</h2>
      <Source />
      <RequestForm />
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={busy.value || problem !== undefined}
          onClick={() => askAll(reveal)}
        >
          Ask all of them
        </button>
        <button type="button" disabled={busy.value || problem !== undefined} onClick={attackAll}>
          Try all 40 attacks
        </button>
      </div>
      {failure.value && (
        <p class="problem-line" role="alert">
          {failure.value}
        </p>
      )}
      {answered.value && (
        <p class="asked">
          Asked: <span class="words">{answered.value.map(world.value!.vocabulary.word).join(' ')}</span>
        </p>
      )}
      <div class="conversation">
        <div class="arms">
          {armsToAsk.value.map((arm) => (
            <ArmCard key={arm} arm={arm} />
          ))}
        </div>
        <Specification />
      </div>
      {attacks.value && <AttackGrid />}
    </section>
  )
}

function Source() {
  const { kind, command, adapter, bytes } = models.value!
  return (
    <>
      {choices.value.length > 1 && (
        <fieldset class="actions plain">
          <legend class="hidden">Which models</legend>
          {choices.value.map((each, i) => (
            <button key={each.kind} type="button" aria-pressed={i === chosen.value} onClick={() => choose(i)}>
              {each.kind === 'own' ? 'Those trained here' : 'Recorded ones'}
            </button>
          ))}
        </fieldset>
      )}
      <p class="note">
        {kind === 'recorded' ? (
          <>
            Recorded models, trained by <code>{command}</code> on {adapter.replace(/, software.*/, '')}
            {bytes && `; ${Math.round(bytes / 1000)} kB each, loaded when you first ask`}. They answer here, on your
            device.
          </>
        ) : (
          <>The models that were trained in this browser.</>
        )}
      </p>
    </>
  )
}
