// A report for the terminal: plain text without colours, at most `width` columns wide (one column per character).

import { provenanceEntries } from './format.ts'
import type { Block, Report } from './report.ts'
import { figureLines } from './text-figure.ts'
import { tableLines } from './text-table.ts'
import { clean, hang, wrap } from './text-wrap.ts'

export function reportText(report: Report, { width = 100 }: { width?: number } = {}): string {
  const title = wrap(report.title, width)
  const entries = provenanceEntries(report.provenance)
  const nameWidth = Math.max(...entries.map(([name]) => name.length))
  const sections = [
    [...title, '═'.repeat(title[0].length), ...(report.subtitle ? wrap(report.subtitle, width) : [])],
    ...report.blocks.map((block) => blockLines(block, width)),
    [
      '─'.repeat(width),
      ...entries.flatMap(([name, value]) => hang(`${clean(name).padEnd(nameWidth)}  `, value, width)),
    ],
  ]
  return `${sections.map((lines) => lines.map((line) => line.trimEnd()).join('\n')).join('\n\n')}\n`
}

function blockLines(block: Block, width: number): string[] {
  switch (block.kind) {
    case 'text': {
      const paragraphs = block.text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '')
      const body = paragraphs.flatMap((paragraph, i) => [...(i > 0 ? [''] : []), ...wrap(paragraph, width)])
      if (!block.heading) return body
      const heading = wrap(block.heading, width)
      return [...heading, '─'.repeat(heading[0].length), ...body]
    }
    case 'table':
      return [
        ...wrap(block.caption, width),
        ...tableLines(block, width),
        ...(block.note ? wrap(block.note, width) : []),
      ]
    case 'figure':
      return [...wrap(block.figure.title, width), ...figureLines(block.figure, width)]
    case 'verdict': {
      const label = { supported: '[✓] ', 'not supported': '[✗] ', inconclusive: '[?] ' }[block.outcome]
      return [...hang(label, `${block.claim}: ${block.outcome}`, width), ...hang('    ', block.evidence, width)]
    }
    case 'examples': {
      const [first] = block.examples
      if (!first) return wrap(block.caption, width)
      const fields = first.fields.flatMap(([name, text]) => hang(`    ${name}: `, text, width))
      return [...wrap(block.caption, width), ...hang('  ', first.title, width), ...fields]
    }
  }
}
