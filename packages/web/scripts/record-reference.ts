// Turns runs of the command line into what is shown where there is no GPU: src/reference/<page>.json.
//   npx nanoalign w2s --preset quick --adapter swiftshader --out runs
//   npx tsx --conditions=@nanoalign/source packages/web/scripts/record-reference.ts runs/w2s-quick-…
// A benchmark's file (nanoalign bench --output) will do too. Whoever runs the command that the page names gets the same
// figures; only the failing answers of a card are shortened.

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  benchmarkReport,
  type CardResult,
  type Provenance,
  parseBenchmark,
  type Report,
  textModelReport,
} from '@nanoalign/experiments'
import { studyReports } from '../src/report/study-reports.ts'

/** Failing answers of each evaluation that a recorded card keeps. */
const EXAMPLES = 5

type Maker = (result: never, provenance: Provenance) => Report | Promise<Report>
const pages: Record<string, [page: string, report: Maker]> = {
  w2s: ['weak-to-strong', studyReports['weak-to-strong']],
  'w2s-game': ['games', studyReports.games],
  deliberate: ['deliberative', studyReports.deliberative],
  reason: ['reasoning', studyReports.reasoning],
  card: [
    'card',
    async (result: CardResult, provenance: Provenance) => shortened(await studyReports.card(result, provenance)),
  ],
  train: ['train', textModelReport],
}

for (const place of process.argv.slice(2)) {
  const [page, report] = statSync(place).isDirectory() ? await ofRun(place) : ofBenchmark(place)
  const file = new URL(`../src/reference/${page}.json`, import.meta.url)
  const text = `${JSON.stringify(report)}\n`
  writeFileSync(file, text)
  console.log(`${file.pathname}: ${report.title}, ${(text.length / 1000).toFixed(0)} kB`)
}

async function ofRun(folder: string): Promise<[string, Report]> {
  const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
  const [config, state, result] = ['config.json', 'run.json', 'result.json'].map(read)
  const [page, reportOf] = pages[config.command]
  const { adapter, versions } = state
  const command = state.command.replace(/ --((out|store|adapter) \S+|claims|json)/g, '')
  return [page, await reportOf(result as never, { adapter, command, date: state.finished, versions })]
}

function shortened(card: Report): Report {
  const blocks = card.blocks.map((block) => {
    if (block.kind !== 'examples' || block.examples.length <= EXAMPLES) return block
    const note = `The first ${EXAMPLES}; a card made here has all of them.`
    return { ...block, examples: block.examples.slice(0, EXAMPLES), note }
  })
  return { ...card, blocks }
}

function ofBenchmark(file: string): [string, Report] {
  return ['kernels', benchmarkReport(parseBenchmark(readFileSync(file, 'utf8'), file))]
}
