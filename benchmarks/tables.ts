// Prints the tables of docs/performance.md and draws its figures from results files:
//   node --import tsx --conditions=@nanoalign/source benchmarks/tables.ts benchmarks/results/*.json

import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type Block, benchmarkReport, figureSvg, parseBenchmark } from '@nanoalign/experiments'
import { parseHTML } from 'linkedom'

type Table = Extract<Block, { kind: 'table' }>

const { document } = parseHTML('<!doctype html><html><body></body></html>')
const DOCS = new URL('../docs/', import.meta.url)

for (const path of process.argv.slice(2)) {
  const result = parseBenchmark(readFileSync(path, 'utf8'), path)
  const name = basename(path, '.json')
  process.stdout.write(`\n## ${result.adapter.name}, robustness ${result.adapter.robustness ? 'on' : 'off'}\n`)
  for (const block of benchmarkReport(result).blocks) show(block, name)
}

function show(block: Block, name: string): void {
  if (block.kind === 'table') process.stdout.write(`\n${markdown(block)}\n`)
  if (block.kind !== 'figure') return
  const { title } = block.figure
  const what = title === 'Roofline' ? 'roofline' : /^Tokens per.* over (\w+)/.exec(title)?.[1]
  if (!what) return // the bars repeat the tables
  const file = `performance-${name}-${what}.svg`
  // a page shows what stands out of the picture on the left, long tick labels; a picture of its own must hold it
  const svg = figureSvg(block.figure, { document })
  const wider = svg.replace(/viewBox="0 0 (\d+)/, (_, width) => `viewBox="-16 0 ${Number(width) + 16}`)
  writeFileSync(new URL(file, DOCS), `${wider}\n`)
  process.stdout.write(`\n![${title}](${file})\n`)
}

function markdown({ caption, columns, rows }: Table): string {
  const cell = (value: Table['rows'][number][number]) => {
    if (typeof value === 'string') return value
    const { format, digits = 1 } = value
    if (format === 'percent') return `${(value.value * 100).toFixed(digits)} %`
    return value.value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  }
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    `**${caption}**`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map(cell))),
  ].join('\n')
}
