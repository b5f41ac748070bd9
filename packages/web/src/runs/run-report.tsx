import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { draw } from '../report/drawing.ts'
import { ExportMenu } from '../report/export-menu.tsx'
import type { Drawing } from '../report/messages.ts'
import { ReportView } from '../report/report-view.tsx'
import { hrefOf, hrefOfRun } from '../router.ts'
import { getRun, type RunRecord } from '../store/runs.ts'
import { ModelList } from './model-list.tsx'

/** The report of a finished run. */
export function RunReport({ id }: { id: string }) {
  const shown = useSignal<{ run: RunRecord; drawing: Drawing } | 'missing' | undefined>(undefined)
  useEffect(() => {
    getRun(id).then(async (run) => {
      shown.value = run?.report ? { run, drawing: await draw({ kind: 'report', report: run.report }) } : 'missing'
    })
  }, [id])
  if (shown.value === undefined) return <p class="muted">Drawing …</p>
  if (shown.value === 'missing')
    return (
      <>
        <h1>There is no such run</h1>
        <p>
          It was deleted, or made in another browser. <a href={hrefOf('runs')}>All runs</a>
        </p>
      </>
    )
  const { run, drawing } = shown.value
  const { adapter, command, date, versions, details = {} } = drawing.report.provenance
  const facts = { adapter, date: new Date(date).toLocaleString(), 'in a terminal': command, ...versions, ...details }
  return (
    <>
      <p class="note">
        <a href={hrefOf('runs')}>All runs</a>
      </p>
      <h1>{run.name}</h1>
      <p class="lede">{drawing.report.subtitle}</p>
      <ExportMenu drawing={drawing} name={run.name} />
      <ModelList run={run} />
      <ReportView drawing={drawing} label="Report" />
      <h2>Where it comes from</h2>
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {run.query && (
        <p>
          <a href={hrefOfRun(run)}>Run this configuration here</a>
        </p>
      )}
    </>
  )
}
