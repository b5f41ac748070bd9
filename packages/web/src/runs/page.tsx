// Everything done in this browser.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { hrefOf, route } from '../router.ts'
import { refreshRuns, runs } from '../store/runs.ts'
import { ComparePage } from './compare-page.tsx'
import { ImportButton } from './import-button.tsx'
import { RunReport } from './run-report.tsx'
import { RunRow } from './run-row.tsx'
import { Storage } from './storage.tsx'

export function RunsPage() {
  const id = route.value.query.get('id')
  const problem = useSignal('')
  useEffect(() => {
    refreshRuns()
  }, [])
  const chosen = useSignal<string[]>([])
  if (id) return <RunReport id={id} />
  const compared = route.value.query.get('compare')
  if (compared) return <ComparePage ids={compared.split(',')} />
  const all = runs.value
  return (
    <>
      <h1>Runs</h1>
      <p class="lede">
        Everything computed in this browser. It stays here until you delete it or clear the site’s data.
      </p>
      {all?.length === 0 && (
        <p>
          Nothing yet. <a href="#/">Start the weak-to-strong experiment</a>, or open a run that someone has saved.
        </p>
      )}
      <ul class="runs">
        {all?.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            all={all}
            chosen={chosen.value.includes(run.id)}
            choose={(on) => {
              chosen.value = on ? [...chosen.value, run.id] : chosen.value.filter((other) => other !== run.id)
            }}
          />
        ))}
      </ul>
      {all && all.length > 1 && (
        <CompareBar chosen={chosen.value.filter((wanted) => all.some((run) => run.id === wanted))} />
      )}
      <ImportButton problem={problem} />
      <Storage />
    </>
  )
}

/** Leads to the comparison of the chosen runs; stays in view while the list scrolls. */
function CompareBar({ chosen }: { chosen: string[] }) {
  return (
    <div class={chosen.length > 0 ? 'compare-bar stuck' : 'compare-bar'} role="status">
      {chosen.length < 2 ? (
        <span class="muted">
          {chosen.length === 0
            ? 'Choose two or more runs to see them side by side.'
            : 'Choose one more run to compare.'}
        </span>
      ) : (
        <a class="button" href={hrefOf('runs', `compare=${chosen.join(',')}`)}>
          Compare {chosen.length} runs
        </a>
      )}
    </div>
  )
}
