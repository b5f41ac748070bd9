// Everything done in this browser.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { route } from '../router.ts'
import { refreshRuns, runs } from '../store/runs.ts'
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
  if (id) return <RunReport id={id} />
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
          <RunRow key={run.id} run={run} all={all} />
        ))}
      </ul>
      <ImportButton problem={problem} />
      <Storage />
    </>
  )
}
