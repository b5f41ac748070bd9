import type { Signal } from '@preact/signals'
import { hrefOf } from '../router.ts'
import { saveRun } from '../store/runs.ts'
import { importRun } from './import-run.ts'
import { readRunFile } from './read-file.ts'

/** Opens a saved run or report. */
export function ImportButton({ problem }: { problem: Signal<string> }) {
  const open = async (file: File | undefined) => {
    if (!file) return
    problem.value = ''
    try {
      const run = importRun(await readRunFile(file), crypto.randomUUID(), new Date().toISOString())
      await saveRun(run)
      location.hash = hrefOf('runs', run.report ? `id=${run.id}` : '')
    } catch (error) {
      problem.value = `${file.name}: ${(error as Error).message}`
    }
  }
  return (
    <div class="actions">
      <label class="button file">
        Open a saved run …
        <input
          type="file"
          accept="application/json,.json,application/zip,.zip"
          onChange={({ currentTarget }) => {
            open(currentTarget.files?.[0])
            currentTarget.value = ''
          }}
        />
      </label>
      {problem.value && (
        <span class="problem-line" role="alert">
          {problem.value}
        </span>
      )}
    </div>
  )
}
