// Tables for the terminal: aligned columns that wrap where they must, or one block per row where even that is too wide.

import { formatInterval, formatValue } from './format.ts'
import type { Cell, Table } from './report.ts'
import { clean, hang, wrap } from './text-wrap.ts'

const gap = '  '

/** A cell on one line: `86.1% [84.0, 88.1]`. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return clean(cell)
  const interval = formatInterval(cell)
  return interval ? `${formatValue(cell)} ${interval}` : formatValue(cell)
}

/** Header, rule and rows, without the caption. */
export function tableLines({ columns, rows }: Table, width: number): string[] {
  const numeric = columns.map((_, c) => rows.some((row) => typeof row[c] !== 'string'))
  const prose = numeric.flatMap((is, c) => (is ? [] : c))
  const numbers = numeric.flatMap((is, c) => (is ? c : []))
  // an interval may move to a line of its own but not be torn apart
  const unbroken = (cell: Cell) => cellText(cell).replace(/, (?=[^[]*\]$)/, ',\u00a0')
  const texts = [columns.map(clean), ...rows.map((row) => row.map(unbroken))]
  const longest = (c: number, part: (text: string) => string[]) =>
    Math.max(1, ...texts.flatMap((row) => part(row[c]).map((piece) => piece.length)))
  const widths = columns.map((_, c) => longest(c, (text) => [text]))
  const narrowest = columns.map((_, c) => longest(c, (text) => text.split(' ')))
  const total = () => widths.reduce((sum, w) => sum + w, 0) + gap.length * (columns.length - 1)
  const shrink = (c: number, least: number) => {
    while (total() > width && widths[c] > least) widths[c]--
  }
  // what gives way first: prose, then all intervals alike, then prose down to its longest word
  for (const c of prose) shrink(c, Math.max(narrowest[c], 24))
  if (total() > width) for (const c of numbers) widths[c] = narrowest[c]
  for (const c of prose) shrink(c, narrowest[c])
  if (total() > width) return records(columns, rows, width)
  const lines = texts.map((row) => {
    const cells = row.map((text, c) => wrap(text, widths[c]))
    const height = Math.max(...cells.map((cell) => cell.length))
    return Array.from({ length: height }, (_, i) =>
      cells.map((cell, c) => pad(cell[i] ?? '', widths[c], numeric[c])).join(gap),
    )
  })
  const rule = '─'.repeat(total())
  const [header, ...body] = lines
  return [...header, rule, ...body.flat(), rule].map((line) => line.replaceAll('\u00a0', ' '))
}

function pad(text: string, width: number, numeric: boolean): string {
  return numeric ? text.padStart(width) : text.padEnd(width)
}

/** Too many columns: every row as a list of its cells under its name. */
function records(columns: string[], rows: Cell[][], width: number): string[] {
  const names = columns.map((column) => wrap(column, Math.floor(width * 0.5)).join(' '))
  const nameWidth = Math.min(Math.max(...names.slice(1).map((name) => name.length)), Math.floor(width * 0.5))
  return rows.flatMap((row) => [
    ...wrap(cellText(row[0]), width),
    ...row
      .slice(1)
      .flatMap((cell, c) => hang(`  ${names[c + 1].slice(0, nameWidth).padEnd(nameWidth)}  `, cellText(cell), width)),
  ])
}
