import { cardDiffReport, isScorecard, type Scorecard } from '@nanoalign/experiments'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { version } from '../../package.json'
import { draw } from '../report/drawing.ts'
import type { Drawing } from '../report/messages.ts'
import { ReportView } from '../report/report-view.tsx'
import { hrefOf, replaceRoute, route } from '../router.ts'
import { type RunRecord, runs } from '../store/runs.ts'
import { Select } from '../study/fields.tsx'

/** Two finished cards of this browser, or a card and the recorded one, side by side. The address holds which: `diff=id,id`. */
export function CompareCards({ recorded }: { recorded: () => Promise<Scorecard> }) {
  const cards = (runs.value ?? []).filter(({ page, report }) => page === 'card' && isScorecard(report?.data?.scorecard))
  const drawing = useSignal<Drawing | undefined>(undefined)
  const ids = ['recorded', ...cards.map(({ id }) => id)]
  const [first = 'recorded', second = cards[0]?.id ?? 'recorded'] = (route.value.query.get('diff') ?? '')
    .split(',', 2)
    .filter(Boolean)
  const asked = route.value.query.has('diff')
  useEffect(() => {
    let stale = false
    if (asked) compared(cards, first, second, recorded).then((drawn) => !stale && (drawing.value = drawn))
    return () => {
      stale = true
    }
  }, [asked, first, second, cards.length])
  if (cards.length === 0) return null
  const nameOf = (id: string) =>
    id === 'recorded' ? 'the recorded card' : nameOfRun(cards.find((run) => run.id === id))
  const choose = (a: string, b: string) => replaceRoute('card', `diff=${a},${b}`)
  return (
    <section aria-labelledby="compare-cards">
      <h2 id="compare-cards">Two cards side by side</h2>
      <form class="setup" onSubmit={(event) => event.preventDefault()}>
        <Select label="First card" value={first} choices={ids} nameOf={nameOf} change={(id) => choose(id, second)} />
        <Select label="Second card" value={second} choices={ids} nameOf={nameOf} change={(id) => choose(first, id)} />
        <button type="button" onClick={() => choose(first, second)}>
          Compare
        </button>
      </form>
      {asked && drawing.value && <ReportView drawing={drawing.value} label="Two cards side by side" />}
      <p class="note">
        All cards of this browser are under <a href={hrefOf('runs')}>Runs</a>.
      </p>
    </section>
  )
}

const nameOfRun = (run: RunRecord | undefined) =>
  run ? `${run.name}, ${new Date(run.created).toLocaleString()}` : 'a card that is not in this browser'

async function compared(
  cards: readonly RunRecord[],
  first: string,
  second: string,
  recorded: () => Promise<Scorecard>,
): Promise<Drawing | undefined> {
  const cardOf = async (id: string) => {
    if (id === 'recorded') return recorded()
    return cards.find((run) => run.id === id)?.report?.data?.scorecard as Scorecard | undefined
  }
  const [a, b] = [await cardOf(first), await cardOf(second)]
  if (!a || !b) return undefined
  const labels =
    a.seeds.join() === b.seeds.join() ? (['first', 'second'] as const) : ([seedsOf(a), seedsOf(b)] as const)
  const report = cardDiffReport(a, b, [...labels], {
    adapter: 'none: two cards are compared',
    command: `nanoalign card diff ${first} ${second}`,
    date: new Date().toISOString(),
    versions: { nanoalign: version },
  })
  return draw({ kind: 'report', report })
}

const seedsOf = ({ seeds }: Scorecard) => `seed${seeds.length > 1 ? 's' : ''} ${seeds.join(', ')}`
