import { useSignal } from '@preact/signals'
import { download, fileName } from '../report/download.ts'
import { hrefOf, hrefOfRun } from '../router.ts'
import { deleteRun, type RunRecord, updateRun } from '../store/runs.ts'

const tones: Record<RunRecord['status'], string> = {
  done: 'good',
  running: 'open',
  paused: 'open',
  stopped: 'open',
  failed: 'bad',
}

interface Props {
  run: RunRecord
  all: RunRecord[]
  /** whether it is one of those to compare */
  chosen: boolean
  choose: (on: boolean) => void
}

/** One run of the list, with what can be done with it. */
export function RunRow({ run, all, chosen, choose }: Props) {
  const renaming = useSignal(false)
  const deleting = useSignal(false)
  const { id, name, status, created, seconds, adapter, query } = run
  const twin = all.find((other) => other.id !== id && other.query === query && other.resultHash && run.resultHash)
  const rename = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = new FormData(event.currentTarget as HTMLFormElement).get('name')
    if (typeof wanted === 'string' && wanted.trim()) updateRun(id, { name: wanted.trim() })
    renaming.value = false
  }
  return (
    <li class="card run">
      <div class="run-head">
        {renaming.value ? (
          <form class="rename" onSubmit={rename}>
            <input type="text" name="name" aria-label="Name of the run" value={name} ref={(input) => input?.focus()} />
            <button type="submit">Keep</button>
          </form>
        ) : (
          <h2>{run.report ? <a href={hrefOf('runs', `id=${id}`)}>{name}</a> : name}</h2>
        )}
        <span class={`badge ${tones[status]}`}>{status}</span>
      </div>
      <p class="muted">
        {[new Date(created).toLocaleString(), duration(seconds), adapter].filter(Boolean).join(' · ')}
        <br />
        <code>{inWords(query)}</code>
      </p>
      {twin && (
        <p class="note">
          {twin.resultHash === run.resultHash ? 'The same bits as' : 'Not the same bits as'} “{twin.name}” of{' '}
          {new Date(twin.created).toLocaleString()}.
        </p>
      )}
      {run.error && <p class="problem-line">{run.error}</p>}
      <div class="actions">
        {run.report ? (
          <a class="button" href={hrefOf('runs', `id=${id}`)}>
            Open
          </a>
        ) : (
          <a class="button" href={hrefOfRun(run)}>
            Go on
          </a>
        )}
        <button
          type="button"
          onClick={() => {
            renaming.value = !renaming.value
          }}
        >
          Rename
        </button>
        <button
          type="button"
          onClick={() => download(`${fileName(name)}.json`, JSON.stringify(run, null, 2), 'application/json')}
        >
          Export
        </button>
        <button
          type="button"
          class="danger"
          onBlur={() => {
            deleting.value = false
          }}
          onClick={() => {
            if (deleting.value) deleteRun(id)
            deleting.value = true
          }}
        >
          {deleting.value ? 'Really delete' : 'Delete'}
        </button>
        {run.report && (
          <label class="check">
            <input type="checkbox" checked={chosen} onChange={({ currentTarget }) => choose(currentTarget.checked)} />
            <span>
              compare<span class="hidden"> {name}</span>
            </span>
          </label>
        )}
      </div>
    </li>
  )
}

function duration(seconds: number): string {
  if (seconds < 1) return ''
  return seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`
}

/** A run's configuration, shortened: its page has all of it. */
function inWords(query: string): string {
  const words = [...new URLSearchParams(query)].map(([name, value]) => `${name}=${value}`).join(' ')
  return words.length > MOST ? `${words.slice(0, MOST)} …` : words
}

const MOST = 160
