import type { States } from './messages.ts'
import { chosen, look } from './session.ts'

/** The chosen point in words. */
export function PointText({ states }: { states: States }) {
  const item = chosen.value
  const { items, truth, teacher, strong } = states
  const at = Math.round(look.value)
  const answer = (p: number) => `${Number(p > 0.5)} (P(1) = ${p.toFixed(2)})`
  return (
    <div class="point" aria-live="polite">
      {item === undefined ? (
        <p class="muted">No dot is chosen.</p>
      ) : (
        <>
          <p>
            <strong>{items[item]}</strong>
          </p>
          <p class="digits">
            truth {truth[item]} · teacher {answer(teacher[item])} · student after {states.steps[at]} steps{' '}
            {answer(strong.answers[at][item])}
          </p>
        </>
      )}
    </div>
  )
}
