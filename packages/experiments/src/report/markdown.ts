// A report as Markdown, for a repository or an issue: tables and examples; of figures the numbers.

import { figureTable } from './figure-table.ts'
import { formatInterval, formatValue, provenanceEntries, withoutControls } from './format.ts'
import type { Block, Cell, Report, Table } from './report.ts'

export function reportMarkdown({ title, subtitle, blocks, provenance }: Report): string {
  const footer = provenanceEntries(provenance).map(([name, value]) => `- ${name}: ${plain(value)}`)
  const parts = [`# ${plain(title)}`, ...(subtitle ? [plain(subtitle)] : []), ...blocks.map(blockMarkdown)]
  return withoutControls(`${[...parts, '## Provenance', footer.join('\n')].join('\n\n')}\n`)
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return [...(block.heading ? [`## ${plain(block.heading)}`] : []), plain(block.text)].join('\n\n')
    case 'table':
      return [...tableMarkdown(block), ...(block.note ? ['', plain(block.note)] : [])].join('\n')
    case 'figure':
      return tableMarkdown(figureTable(block.figure)).join('\n')
    case 'verdict':
      return `- **${block.outcome}**: ${plain(block.claim)} ${plain(block.evidence)}`
    case 'examples': {
      const each = block.examples.map(({ title, fields }) =>
        [`- ${plain(title)}`, ...fields.map(([name, text]) => `  - ${plain(name)}: ${plain(text)}`)].join('\n'),
      )
      const note = block.note ? ['', plain(block.note)] : []
      const summary = `<details><summary>${plain(block.caption)}</summary>`
      return [summary, '', ...each, ...note, '', '</details>'].join('\n')
    }
  }
}

function tableMarkdown({ caption, columns, rows }: Table): string[] {
  const line = (cells: string[]) => `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    `**${plain(caption)}**`,
    '',
    line(columns.map(plain)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map(cellText))),
  ]
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return plain(cell).replaceAll('\n', ' ')
  const interval = formatInterval(cell)
  return formatValue(cell) + (interval ? ` ${interval}` : '')
}

/** Tokens such as `<think>` must not become tags. */
const plain = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
