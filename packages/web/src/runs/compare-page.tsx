import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { draw } from '../report/drawing.ts'
import type { Drawing } from '../report/messages.ts'
import { ReportView } from '../report/report-view.tsx'
import { hrefOf } from '../router.ts'
import { getRun, type RunRecord } from '../store/runs.ts'
import { type ComparedTable, type Comparison, compareRuns, textOf } from './comparison.ts'

interface Drawn {
  runs: RunRecord[]
  drawings: (Drawing | undefined)[]
}

/** Runs side by side: options that differ, numbers, figures. */
export function ComparePage({ ids }: { ids: string[] }) {
  const shown = useSignal<Drawn | undefined>(undefined)
  useEffect(() => {
    Promise.all(ids.map(getRun)).then(async (found) => {
      const runs = found.filter((run) => run !== undefined)
      const drawings = await Promise.all(
        runs.map(({ report }) => (report ? draw({ kind: 'report', report }) : undefined)),
      )
      shown.value = { runs, drawings }
    })
  }, [ids.join()])
  if (!shown.value) return <p class="muted">Drawing …</p>
  const { runs, drawings } = shown.value
  const comparison = compareRuns(runs)
  return (
    <>
      <p class="note">
        <a href={hrefOf('runs')}>All runs</a>
      </p>
      <h1>{runs.length < 2 ? 'Nothing to compare' : `${runs.length} runs side by side`}</h1>
      {runs.length < 2 ? (
        <p>Of the runs in this address, fewer than two are in this browser.</p>
      ) : (
        <>
          <Options runs={runs} comparison={comparison} />
          <Numbers runs={runs} tables={comparison.tables} />
          <Figures runs={runs} drawings={drawings} />
        </>
      )}
    </>
  )
}

function Options({ runs, comparison: { differing, same } }: { runs: RunRecord[]; comparison: Comparison }) {
  const facts = [
    { name: 'adapter', values: runs.map(({ adapter }) => adapter ?? '') },
    { name: 'date', values: runs.map(({ created }) => new Date(created).toLocaleString()) },
    { name: 'seconds of work', values: runs.map(({ seconds }) => seconds.toFixed(0)) },
    { name: 'result hash', values: runs.map(({ resultHash }) => resultHash?.slice(0, 12) ?? '') },
  ]
  return (
    <>
      <Side
        caption={differing.length === 0 ? 'The same options in all' : 'What differs'}
        runs={runs}
        rows={[...differing, ...facts].map(({ name, values }) => ({ name, values, marked: false }))}
      />
      {same.length > 0 && (
        <p class="note">
          The same in all: <code>{same.map(({ name, value }) => `${name}=${value}`).join(' ')}</code>
        </p>
      )}
    </>
  )
}

function Numbers({ runs, tables }: { runs: RunRecord[]; tables: ComparedTable[] }) {
  if (tables.length === 0) return <p>Their reports have no numbers in common.</p>
  const [first, ...rest] = tables.map(({ caption, rows }) => (
    <Side
      key={caption}
      caption={caption}
      runs={runs}
      rows={rows.map(({ name, cells, differs }) => ({ name, values: cells.map(textOf), marked: differs }))}
    />
  ))
  return (
    <>
      {first}
      {rest.length > 0 && (
        <details>
          <summary>All other numbers that they have in common</summary>
          {rest}
        </details>
      )}
    </>
  )
}

interface SideProps {
  caption: string
  runs: RunRecord[]
  rows: { name: string; values: string[]; marked: boolean }[]
}

/** A table with one column per run; marked rows are those in which the runs differ. */
function Side({ caption, runs, rows }: SideProps) {
  return (
    <div class="table">
      <div class="title" aria-hidden="true">
        {caption}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={caption}>
        <table class="side">
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{''}</th>
              {runs.map(({ id, name }, i) => (
                <th key={id} scope="col">
                  {i + 1}. <a href={hrefOf('runs', `id=${id}`)}>{name}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values, marked }) => (
              <tr key={name} class={marked ? 'differs' : ''}>
                <th scope="row">{name}</th>
                {values.map((value, i) => (
                  <td key={runs[i].id}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

/** Every figure that two of the reports have, one below the other for each. */
function Figures({ runs, drawings }: { runs: RunRecord[]; drawings: (Drawing | undefined)[] }) {
  const titles = [...new Set(drawings.flatMap((drawing) => drawing?.figures.map(({ title }) => title) ?? []))]
  const shared = titles.filter(
    (title) => drawings.filter((drawing) => drawing?.figures.some((figure) => figure.title === title)).length > 1,
  )
  return (
    <>
      {shared.map((title) => (
        <section key={title} class="figure-pair" aria-label={title}>
          <h2>{title}</h2>
          <p class="note">{captionOf(drawings, title)}</p>
          <div class="pair">
            {drawings.map((drawing, i) => {
              const block = drawing && onlyFigure(drawing, title)
              return (
                block && (
                  <div key={runs[i].id}>
                    <p class="muted">
                      {i + 1}. {runs[i].name}
                    </p>
                    <ReportView drawing={block} label={`${title}: ${runs[i].name}`} />
                  </div>
                )
              )
            })}
          </div>
        </section>
      ))}
    </>
  )
}

/** What the reports say below the figure's title. */
function captionOf(drawings: (Drawing | undefined)[], title: string): string {
  for (const drawing of drawings)
    for (const block of drawing?.report.blocks ?? [])
      if (block.kind === 'figure' && block.figure.title === title && block.figure.caption) return block.figure.caption
  return ''
}

function onlyFigure(drawing: Drawing, title: string): Drawing | undefined {
  const at = drawing.report.blocks.findIndex((block) => block.kind === 'figure' && block.figure.title === title)
  if (at < 0) return undefined
  return {
    report: drawing.report,
    blocks: [drawing.blocks[at]],
    figures: drawing.figures.filter((figure) => figure.title === title),
  }
}
