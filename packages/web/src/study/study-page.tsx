// The frame of a study's page: what can be seen, a configuration and one click to start it, the run as it goes, its
// report; and where there is no GPU, why, and a recorded run.

import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { DeviceLine } from '../device/device-line.tsx'
import { device } from '../device/find-device.ts'
import { NoDevice } from '../device/no-device.tsx'
import { recordedRun } from '../reference/recorded-run.ts'
import { ReferenceReport } from '../reference/reference-report.tsx'
import { ExportMenu } from '../report/export-menu.tsx'
import { ReportView } from '../report/report-view.tsx'
import { hrefOf, pageOfRun, replaceRoute, route } from '../router.ts'
import { runs } from '../store/runs.ts'
import { Estimate } from './estimate.tsx'
import type { StudyConfig } from './preset-config.ts'
import { ProgressPanel, type StageWords } from './progress-panel.tsx'
import type { StudySession } from './session.ts'

export interface StudyPageProps<Options, News> extends StageWords {
  session: StudySession<Options, News>
  /** the question */
  title: string
  /** what can be seen, in three sentences */
  lede: ComponentChildren
  /** where the paper says it; not shown beside a run */
  source: ComponentChildren
  /** of the button: `Start the experiment`, unless given */
  startLabel?: (options: Options, chosen: boolean) => string
  /** the smallest run, for a second button */
  taste: Options
  formTitle: string
  form: (options: Options, change: (options: Options) => void) => ComponentChildren
  /** what this study shows of a run between its progress and its report */
  live?: (options: Options) => ComponentChildren
}

export function StudyPage<Options, News>(props: StudyPageProps<Options, News>) {
  const { session, title, lede, source } = props
  const { page, config } = session.study
  const reference = () => recordedRun(page)
  const found = device.value
  const idle = session.phase.value === 'idle'
  useResume(session)
  return (
    <>
      <section class="introduction">
        <h1>{title}</h1>
        <p class="lede">{lede}</p>
        {idle && (
          <p class="note">
            {source}
            {found.kind !== 'missing' && ' Everything is computed in this tab; nothing is sent anywhere.'}
          </p>
        )}
      </section>
      {found.kind === 'missing' ? (
        <>
          <NoDevice {...found} command={config.toCommand(config.fromQuery(new URLSearchParams()))} recorded />
          <ReferenceReport key="shown" load={reference} />
        </>
      ) : idle ? (
        <>
          <Start {...props} />
          <ReferenceReport key="folded" load={reference} folded />
        </>
      ) : (
        <Run {...props} />
      )}
    </>
  )
}

/** Goes on with the run of this address if a reload cut it short. */
function useResume<Options, News>(session: StudySession<Options, News>) {
  const ready = device.value.kind === 'found'
  useEffect(() => {
    if (!ready || session.phase.value !== 'idle' || route.value.query.size === 0) return
    try {
      const wanted = session.study.config.fromQuery(route.value.query)
      session.wasInterrupted(wanted).then((yes) => yes && session.phase.value === 'idle' && begin(session, wanted))
    } catch {
      // the address holds no valid configuration: Start says so
    }
  }, [ready])
}

function begin<Options, News>(session: StudySession<Options, News>, wanted: Options) {
  replaceRoute(pageOfRun(session.study.page), session.study.config.toQuery(wanted))
  session.start(wanted)
}

function Start<Options, News>(props: StudyPageProps<Options, News>) {
  const { session, taste, startLabel = () => 'Start the experiment', formTitle, form } = props
  const { page, config } = session.study
  const { toQuery, toCommand } = config
  const custom = useSignal(false)
  const { options, problem } = fromAddress(config)
  const chosen = route.value.query.size > 0
  const ready = device.value.kind === 'found'
  const begun = runs.value?.some(
    (run) => run.page === page && run.status !== 'done' && problem === undefined && run.query === toQuery(options),
  )
  return (
    <section class="card start" aria-labelledby="start">
      <h2 id="start" class="hidden">
        Start
      </h2>
      <DeviceLine />
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={!ready || problem !== undefined}
          onClick={() => begin(session, options)}
        >
          {begun ? 'Go on with this run' : startLabel(options, chosen)}
        </button>
        <button type="button" disabled={!ready} onClick={() => begin(session, taste)}>
          Just a taste
        </button>
        <span class="muted estimate">
          {ready && problem === undefined && <Estimate session={session} options={options} taste={taste} />}
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
        <summary>{formTitle}</summary>
        {form(options, (next) => replaceRoute(pageOfRun(page), toQuery(next)))}
        <p class="note">
          This page’s address holds the whole configuration: share it, and others run the same. In a terminal:{' '}
          <code>{problem === undefined ? toCommand(options) : '…'}</code>
        </p>
      </details>
      <Unfinished page={page} except={problem === undefined ? toQuery(options) : ''} />
    </section>
  )
}

function fromAddress<Options>({ fromQuery, readQuery }: StudyConfig<Options>): { options: Options; problem?: string } {
  const { query } = route.value
  try {
    return { options: fromQuery(query) }
  } catch (error) {
    const problem = (error as Error).message
    try {
      return { options: readQuery(query), problem }
    } catch {
      return { options: fromQuery(new URLSearchParams()), problem }
    }
  }
}

/** A run that ended before its time, such as when its tab was closed. */
function Unfinished({ page, except }: { page: string; except: string }) {
  const run = runs.value?.find((run) => run.page === page && run.status !== 'done' && run.query !== except)
  if (!run) return null
  return (
    <p class="note">
      Unfinished: <a href={hrefOf(pageOfRun(run.page), run.query)}>{run.name}</a>, begun{' '}
      {new Date(run.created).toLocaleString()}. What it has computed is kept.
    </p>
  )
}

function Run<Options, News>({ session, taste, live, ...words }: StudyPageProps<Options, News>) {
  const options = session.options.value
  if (!options) return null
  const shown = session.drawing.value
  const { page, config } = session.study
  return (
    <>
      {config.toQuery(options) === config.toQuery(taste) && (
        <p class="note">
          A taste: it shows what a run looks like. Its models are too small, and have learned too little, for their
          numbers to mean anything.
        </p>
      )}
      {session.phase.value === 'done' ? (
        <div class="card finished" role="status">
          <p>
            <strong>Done.</strong> The report below is kept under <a href={hrefOf('runs')}>Runs</a>, and the models in
            this browser.
          </p>
          <div class="actions">
            <button type="button" onClick={() => session.leave()}>
              Another run
            </button>
          </div>
        </div>
      ) : (
        <ProgressPanel session={session} {...words} />
      )}
      {live?.(options)}
      {shown && (
        <>
          <h2 class="report-title">{shown.missing ? 'The report so far' : 'Report'}</h2>
          {shown.missing ? (
            <p class="note">
              Of what is done; it grows as the run goes on. Still to come, in whole or in part:{' '}
              {shown.missing.join(', ')}.
            </p>
          ) : (
            <ExportMenu drawing={shown.drawing} name={page} />
          )}
          <ReportView drawing={shown.drawing} label={`Report: ${shown.drawing.report.title}`} />
        </>
      )}
    </>
  )
}
