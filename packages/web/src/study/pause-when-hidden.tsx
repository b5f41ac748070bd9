// Whether work stops while its tab is hidden, and goes on when it is seen again, as the visitor chooses.

import { effect, type Signal, signal } from '@preact/signals'
import { recall, remember } from '../store/settings.ts'

const wished = signal(recall('pause while hidden') === 'yes')
effect(() => remember('pause while hidden', wished.value ? 'yes' : 'no'))

interface Work {
  /** `paused` when it has come to rest */
  phase: Signal<string>
  isActive(): boolean
  pause(): void
  goOn(): void
}

export function followVisibility({ phase, isActive, pause, goOn }: Work): void {
  let byHiding = false
  const seenAgain = signal(false)
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && wished.value && isActive()) {
      byHiding = true
      seenAgain.value = false
      pause()
    } else if (!document.hidden && byHiding) {
      byHiding = false
      seenAgain.value = true
    }
  })
  // it may be seen again before its checkpoint is saved
  effect(() => {
    if (!seenAgain.value || phase.value !== 'paused') return
    seenAgain.value = false
    queueMicrotask(goOn)
  })
}

export function PauseWhenHidden() {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={wished.value}
        onChange={({ currentTarget }) => {
          wished.value = currentTarget.checked
        }}
      />
      <span>pause while this tab is hidden</span>
    </label>
  )
}
