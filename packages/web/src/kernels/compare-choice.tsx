import { runs } from '../store/runs.ts'
import { compareWith, earlier, result } from './bench-session.ts'

/** Another result to look at or to compare with: one of this browser's, or a file of the page or the command line. */
export function CompareChoice() {
  const known = (runs.value ?? []).filter(({ benchmark }) => benchmark && benchmark.date !== result.value?.date)
  const open = async (file: File | undefined) => file && compareWith({ name: file.name, text: await file.text() })
  return (
    <div class="actions">
      {known.length > 0 && (
        <label class="inline">
          <span>{result.value ? 'Compare with' : 'Look at'}</span>
          <select
            value={known.some(({ id }) => id === earlier.value?.name) ? earlier.value!.name : ''}
            onChange={({ currentTarget: { value } }) => {
              const run = known.find(({ id }) => id === value)
              compareWith(run && { name: `${run.name}, ${when(run.created)}`, text: JSON.stringify(run.benchmark) })
            }}
          >
            <option value="">an earlier one …</option>
            {known.map(({ id, name, created }) => (
              <option key={id} value={id}>
                {name}, {when(created)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="button file">
        {result.value ? 'Compare with a file …' : 'Open someone’s result …'}
        <input
          type="file"
          accept="application/json,.json"
          onChange={({ currentTarget }) => {
            open(currentTarget.files?.[0])
            currentTarget.value = ''
          }}
        />
      </label>
      {earlier.value && (
        <>
          <span class="muted">{earlier.value.name}</span>
          <button type="button" class="quiet" onClick={() => compareWith(undefined)}>
            {result.value ? 'Compare no more' : 'Close'}
          </button>
        </>
      )}
    </div>
  )
}

const when = (date: string) => new Date(date).toLocaleString()
