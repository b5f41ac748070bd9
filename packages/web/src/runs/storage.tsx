import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { activities } from '../activity.ts'
import { clearArtifacts } from '../store/artifacts.ts'
import { clearTexts } from '../store/texts.ts'

/** How much room trained models take, and a way to be rid of them. */
export function Storage() {
  const used = useSignal<number | undefined>(undefined)
  const asking = useSignal(false)
  const measure = async () => {
    used.value = (await navigator.storage?.estimate?.())?.usage
  }
  useEffect(() => {
    measure()
  }, [])
  const clear = async () => {
    if (!asking.value) {
      asking.value = true
      return
    }
    asking.value = false
    await Promise.all([clearArtifacts(), clearTexts()])
    await measure()
  }
  return (
    <section aria-labelledby="storage">
      <h2 id="storage">Models and texts</h2>
      <p>
        Models, checkpoints and pasted texts are kept so that runs share them and resume
        {used.value === undefined ? '' : `; this site uses ${(used.value / 1e6).toFixed(1)} MB`}. Without them, reports
        stay as they are, and a repeated run computes everything anew.
      </p>
      <div class="actions">
        <button type="button" class="danger" disabled={activities.value.length > 0} onClick={clear}>
          {asking.value ? 'Really delete them all' : 'Delete all models and texts'}
        </button>
      </div>
    </section>
  )
}
