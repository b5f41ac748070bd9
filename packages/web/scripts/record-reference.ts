// Turns runs of the command line into what is shown where there is no GPU: src/reference/<page>.json.
//   npx nanoalign w2s --preset quick --out runs
//   npx tsx --conditions=@nanoalign/source packages/web/scripts/record-reference.ts runs/w2s-quick-…
// A benchmark's file (nanoalign bench --output) will do too.

import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  benchmarkReport,
  deliberativeReport,
  gameReport,
  parseBenchmark,
  type Report,
  reasoningReport,
  textModelReport,
  type WeakToStrongResult,
  weakToStrongReport,
} from '@nanoalign/experiments'
import { withGapFigure } from '../src/weak-to-strong/gap-figure.ts'

const reports = {
  w2s: ['weak-to-strong', weakToStrongReport],
  'w2s-game': ['games', gameReport],
  deliberate: ['deliberative', deliberativeReport],
  reason: ['reasoning', reasoningReport],
  train: ['train', textModelReport],
} as const

for (const place of process.argv.slice(2)) {
  const [page, report] = statSync(place).isDirectory() ? ofRun(place) : ofBenchmark(place)
  const file = new URL(`../src/reference/${page}.json`, import.meta.url)
  const text = `${JSON.stringify(report)}\n`
  writeFileSync(file, text)
  console.log(`${file.pathname}: ${report.title}, ${(text.length / 1000).toFixed(0)} kB`)
}

function ofRun(folder: string): [string, Report] {
  const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
  const [config, state, result] = ['config.json', 'run.json', 'result.json'].map(read)
  const [page, reportOf] = reports[config.command as keyof typeof reports]
  const { adapter, versions } = state
  const command = state.command.replace(/ --((out|store|adapter) \S+|claims|json)/g, '')
  const report = (reportOf as (result: unknown, provenance: Report['provenance']) => Report)(result, {
    adapter,
    command,
    date: state.finished,
    versions,
  })
  return [page, page === 'weak-to-strong' ? withGapFigure(report, result as WeakToStrongResult) : report]
}

function ofBenchmark(file: string): [string, Report] {
  return ['kernels', benchmarkReport(parseBenchmark(readFileSync(file, 'utf8'), file))]
}
