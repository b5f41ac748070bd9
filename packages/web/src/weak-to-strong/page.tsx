// The home page: what can be seen, one click to see it, and the run as it goes.

import { type WeakToStrongOptions, weakToStrongPresets } from '@nanoalign/experiments'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { DeviceLine } from '../device/device-line.tsx'
import { device } from '../device/find-device.ts'
import { NoDevice } from '../device/no-device.tsx'
import { ReferenceReport } from '../reference/reference-report.tsx'
import { ExportMenu } from '../report/export-menu.tsx'
import { ReportView } from '../report/report-view.tsx'
import { replaceRoute, route } from '../router.ts'
import { CellGrid } from './cell-grid.tsx'
import { checkOptions, fromQuery, presetOf, toCommand, toQuery } from './config.ts'
import { Introduction } from './introduction.tsx'
import { ProgressPanel } from './progress-panel.tsx'
import { cells, drawing, interrupted, newRun, phase, options as running, startRun } from './run.ts'
import { SetupForm } from './setup-form.tsx'
import { expectedStages, inWords } from './time-left.ts'

export function WeakToStrongPage() {
  const found = device.value
  useResume()
  return (
    <>
      <Introduction />
      {found.kind === 'missing' ? (
        <>
          <NoDevice why={found.why} message={found.message} />
          <ReferenceReport key="shown" />
        </>
      ) : phase.value === 'idle' ? (
        <>
          <Start />
          <ReferenceReport key="folded" folded />
        </>
      ) : (
        <Run />
      )}
    </>
  )
}

/** Goes on with the run of this address if a reload cut it short. */
function useResume() {
  const ready = device.value.kind === 'found'
  useEffect(() => {
    if (!ready || phase.value !== 'idle' || route.value.query.size === 0) return
    try {
      const wanted = fromQuery(route.value.query)
      interrupted(wanted).then((yes) => yes && phase.value === 'idle' && begin(wanted))
    } catch {
      // the address holds no valid configuration: Start says so
    }
  }, [ready])
}

function begin(wanted: WeakToStrongOptions) {
  replaceRoute('', toQuery(wanted))
  startRun(wanted)
}

function Start() {
  const custom = useSignal(false)
  const { options, problem } = fromAddress()
  const choice = route.value.query.size > 0
  const change = (next: WeakToStrongOptions) => replaceRoute('', toQuery(next))
  const ready = device.value.kind === 'found'
  return (
    <section class="card start" aria-labelledby="start">
      <h2 id="start" class="hidden">
        Start
      </h2>
      <DeviceLine />
      <div class="actions">
        <button type="button" class="primary" disabled={!ready || problem !== undefined} onClick={() => begin(options)}>
          {choice && presetOf(options) !== 'quick' ? `Start ${describe(options)}` : 'Start the experiment'}
        </button>
        <button type="button" disabled={!ready} onClick={() => begin(weakToStrongPresets.smoke)}>
          Just a taste
        </button>
        <span class="muted estimate">
          {problem === undefined &&
            `On two processor cores ${estimate(options)} (a taste: ${estimate(weakToStrongPresets.smoke)}); a GPU is faster.`}
        </span>
      </div>
      {problem !== undefined && (
        <p class="problem-line" role="alert">
          {problem}
        </p>
      )}
      <details
        class="options"
        open={custom.value || problem !== undefined}
        onToggle={({ currentTarget }) => {
          custom.value = currentTarget.open
        }}
      >
        <summary>Models, tasks, seeds and methods</summary>
        <SetupForm options={options} change={change} />
        <p class="note">
          This page’s address holds the whole configuration: share it, and others run the same. In a terminal:{' '}
          <code>{problem === undefined ? toCommand(options) : '…'}</code>
        </p>
      </details>
    </section>
  )
}

function Run() {
  const options = running.value
  if (!options) return null
  const shown = drawing.value
  const finished = phase.value === 'done'
  return (
    <>
      {!finished && <ProgressPanel />}
      {finished && (
        <div class="card finished" role="status">
          <p>
            <strong>Done.</strong> The report below is kept under <a href="#/runs">Runs</a>, and the models in this
            browser.
          </p>
          <div class="actions">
            <button type="button" onClick={newRun}>
              Another run
            </button>
          </div>
        </div>
      )}
      <CellGrid options={options} cells={cells.value} />
      {shown && (
        <>
          <h2 class="report-title">{shown.partial ? 'The report so far' : 'Report'}</h2>
          {shown.partial && (
            <p class="note">
              From the seeds and tasks that are complete ({shown.drawing.report.subtitle}). It grows as the run goes on.
            </p>
          )}
          {!shown.partial && <ExportMenu drawing={shown.drawing} name="weak-to-strong" />}
          <ReportView drawing={shown.drawing} label="Weak-to-strong report" />
        </>
      )}
    </>
  )
}

function fromAddress(): { options: WeakToStrongOptions; problem?: string } {
  const lenient = { ...weakToStrongPresets.quick }
  try {
    return { options: fromQuery(route.value.query) }
  } catch (error) {
    const query = route.value.query
    const numbers = (text: string | null) => text?.split(',').map((n) => (/^\d+$/.test(n) ? Number(n) : Number.NaN))
    const options = {
      weak: query.get('weak') ?? lenient.weak,
      strong: query.get('strong') ?? lenient.strong,
      seeds: numbers(query.get('seeds')) ?? lenient.seeds,
      families: query.get('families')?.split(',').filter(Boolean) ?? lenient.families,
      tasks: numbers(query.get('tasks'))?.[0] ?? lenient.tasks,
      methods: query.get('methods')?.split(',') ?? lenient.methods,
    }
    return { options, problem: (error as Error).message }
  }
}

function describe(options: WeakToStrongOptions): string {
  return `${presetOf(options) ?? 'this configuration'} (${options.weak} teaches ${options.strong})`
}

/** On two processor cores; a GPU's speed is not known before it has worked. */
function estimate(options: WeakToStrongOptions): string {
  checkOptions(options)
  const seconds = expectedStages(options).reduce((a, b) => a + b, 0)
  return inWords(seconds)
}
