import type { Report } from '@nanoalign/experiments'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { draw } from '../report/drawing.ts'
import type { Drawing } from '../report/messages.ts'
import { ReportView } from '../report/report-view.tsx'

/** The recorded run: in place of a run where there is no GPU, folded up where there is one. */
export function ReferenceReport({ load, folded = false }: { load: () => Promise<Report>; folded?: boolean }) {
  const drawing = useSignal<Drawing | undefined>(undefined)
  const open = useSignal(!folded)
  useEffect(() => {
    if (open.value && !drawing.value) drawRecorded(load).then((drawn) => (drawing.value = drawn))
  }, [open.value])
  const provenance = drawing.value?.report.provenance
  const content = drawing.value ? (
    <>
      <p class="note">
        Recorded, not computed here: {provenance?.command} on {provenance?.adapter}, {provenance?.date.slice(0, 10)}.
        {provenance?.details?.note && ` ${provenance.details.note}`}
      </p>
      <ReportView drawing={drawing.value} label="Recorded report" />
    </>
  ) : (
    <p class="muted">Drawing …</p>
  )
  if (!folded)
    return (
      <section aria-labelledby="recorded">
        <h2 id="recorded">A recorded run</h2>
        {content}
      </section>
    )
  return (
    <details
      class="recorded"
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open
      }}
    >
      <summary>What it looks like in the end: a recorded run</summary>
      {open.value && content}
    </details>
  )
}

async function drawRecorded(load: () => Promise<Report>): Promise<Drawing> {
  return draw({ kind: 'report', report: await load() })
}
