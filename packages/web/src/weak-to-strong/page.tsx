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
import { hrefOf, replaceRoute, route } from '../router.ts'
import { runs } from '../store/runs.ts'
import { CellGrid } from './cell-grid.tsx'
import { checkOptions, fromQuery, presetOf, readQuery, toCommand, toQuery } from './config.ts'
import { Introduction } from './introduction.tsx'
import { ProgressPanel } from './progress-panel.tsx'
import { cells, drawing, interrupted, newRun, phase, options as running, startRun } from './run.ts'
import { SetupForm } from './setup-form.tsx'
import { expectedWork, inWords } from './time-left.ts'

export function WeakToStrongPage() {
  const found = device.value
  useResume()
  return (
    <>
      <Introduction short={phase.value !== 'idle'} />
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
          {startLabel(options, choice)}
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
      <Unfinished except={problem === undefined ? toQuery(options) : ''} />
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
  const { query } = route.value
  try {
    return { options: fromQuery(query) }
  } catch (error) {
    return { options: readQuery(query), problem: (error as Error).message }
  }
}

function startLabel(options: WeakToStrongOptions, chosen: boolean): string {
  if (runs.value?.some(({ query, status }) => query === toQuery(options) && status !== 'done'))
    return 'Go on with this run'
  if (!chosen || presetOf(options) === 'quick') return 'Start the experiment'
  return `Start ${presetOf(options) ?? 'this configuration'} (${options.weak} teaches ${options.strong})`
}

/** A run that ended before its time, such as when its tab was closed. */
function Unfinished({ except }: { except: string }) {
  const run = runs.value?.find(
    ({ page, status, query }) => page === 'weak-to-strong' && status !== 'done' && query !== except,
  )
  if (!run) return null
  return (
    <p class="note">
      Unfinished: <a href={hrefOf('', run.query)}>{run.name}</a>, begun {new Date(run.created).toLocaleString()}. What
      it has computed is kept.
    </p>
  )
}

/** On two processor cores; a GPU's speed is not known before it has worked. */
function estimate(options: WeakToStrongOptions): string {
  checkOptions(options)
  const seconds = Object.values(expectedWork(options)).reduce((a, b) => a + b, 0)
  return inWords(seconds)
}
