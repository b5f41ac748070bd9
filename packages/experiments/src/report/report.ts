// A report is plain data (it survives JSON): text, tables, figures and verdicts on claims, and where it came from.
// An experiment builds one; the renderers beside this file show it in a terminal, as one HTML file, or in a page.

export interface Report {
  title: string
  subtitle?: string
  blocks: Block[]
  provenance: Provenance
  /** What is shown, for programs to read. */
  data?: Record<string, unknown>
}

export type Block = Text | Table | FigureBlock | Verdict | Examples

/** What produced the numbers, so that they can be produced again. */
export interface Provenance {
  /** Name of the GPU adapter (and driver). */
  adapter: string
  /** The command line that repeats the run. */
  command: string
  /** ISO 8601 date and time. Passed in: nothing here reads a clock. */
  date: string
  /** Versions of packages and drivers, by name. */
  versions: Record<string, string>
  /** Anything else worth a line: preset, seeds, duration, commit. */
  details?: Record<string, string>
}

/** Paragraphs, separated by blank lines, under an optional heading. */
export interface Text {
  kind: 'text'
  heading?: string
  text: string
}

/**
 * How to show a number: `percent` of 1 (0.861 → 86.1%), `points` = a signed difference of percentages
 * (0.031 → +3.1 points), or as a plain `number`.
 */
export type ValueFormat = 'percent' | 'points' | 'number'

/** A number, with its interval if it has one. */
export interface Value {
  value: number
  low?: number
  high?: number
  format: ValueFormat
  /** Decimals to show; by default 1 for percentages and points, and what the size of the number asks for otherwise. */
  digits?: number
}

export type Cell = string | Value

export interface Table {
  kind: 'table'
  caption: string
  columns: string[]
  /** One cell per column; the first cell names the row. */
  rows: Cell[][]
  /** Small print below the table. */
  note?: string
}

/** A claim and what the run says about it. */
export interface Verdict {
  kind: 'verdict'
  claim: string
  outcome: 'supported' | 'not supported' | 'inconclusive'
  /** The numbers that decide it. */
  evidence: string
}

/** Examples to open one by one, such as what a model got wrong. */
export interface Examples {
  kind: 'examples'
  caption: string
  /** `fields` are named texts, shown when the example is opened */
  examples: { title: string; fields: [name: string, text: string][] }[]
  /** where the rest is, when these are not all */
  note?: string
}

export interface FigureBlock {
  kind: 'figure'
  figure: Figure
}

export interface Axis {
  label: string
  /** Default linear. */
  scale?: 'linear' | 'log'
  /** Default number. */
  format?: 'number' | 'percent'
  /** Default: what the data cover (bars: also 0). */
  domain?: [number, number]
}

/** A labelled horizontal line, such as chance level. */
export interface Reference {
  y: number
  label: string
}

export interface Point {
  x: number
  y: number
  low?: number
  high?: number
  /** Written beside the point (kind `points` only). */
  label?: string
}

export interface Series {
  name: string
  points: Point[]
}

/** `lines`: points joined in order of x, with bands for intervals. `points`: a scatter plot with error bars. */
export interface PointsFigure {
  kind: 'lines' | 'points'
  title: string
  /** One or two sentences on how to read the figure. */
  caption?: string
  x: Axis
  y: Axis
  series: Series[]
  references?: Reference[]
  /** Whether the line y = x is drawn, dashed: what a theory predicts, say. */
  diagonal?: boolean
}

/** One bar per group and series, with error bars. `values[g]` belongs to `groups[g]`; undefined leaves a hole. */
export interface BarsFigure {
  kind: 'bars'
  title: string
  caption?: string
  groups: string[]
  y: Axis
  series: { name: string; values: ({ value: number; low?: number; high?: number } | undefined)[] }[]
  references?: Reference[]
}

export type Figure = PointsFigure | BarsFigure

export function text(text: string, heading?: string): Text {
  return heading === undefined ? { kind: 'text', text } : { kind: 'text', heading, text }
}

export function table(options: Omit<Table, 'kind'>): Table {
  for (const [r, row] of options.rows.entries())
    if (row.length !== options.columns.length)
      throw new RangeError(
        `table "${options.caption}": row ${r} has ${row.length} cells but there are ${options.columns.length} columns`,
      )
  return { kind: 'table', ...options }
}

export function figure(figure: Figure): FigureBlock {
  if (figure.series.length === 0) throw new RangeError(`figure "${figure.title}": there are no series`)
  if (new Set(figure.series.map((series) => series.name)).size < figure.series.length)
    throw new RangeError(`figure "${figure.title}": two series have the same name`)
  if (figure.kind === 'bars')
    for (const { name, values } of figure.series)
      if (values.length !== figure.groups.length)
        throw new RangeError(
          `figure "${figure.title}": ${name} has ${values.length} values but there are ${figure.groups.length} groups`,
        )
  return { kind: 'figure', figure }
}

export function verdict(options: Omit<Verdict, 'kind'>): Verdict {
  return { kind: 'verdict', ...options }
}

export function examples(options: Omit<Examples, 'kind'>): Examples {
  return { kind: 'examples', ...options }
}

type WithInterval = { value: number; low?: number; high?: number }

function cell(format: ValueFormat, value: number | WithInterval, digits?: number): Value {
  const parts = typeof value === 'number' ? { value } : { value: value.value, low: value.low, high: value.high }
  return digits === undefined ? { ...parts, format } : { ...parts, format, digits }
}

/** A cell such as `86.1% [84.0, 88.1]` from a share of 1. */
export function percent(value: number | WithInterval, digits?: number): Value {
  return cell('percent', value, digits)
}

/** A cell such as `+3.1 [+1.0, +5.2]` (percentage points) from a difference of shares. */
export function points(value: number | WithInterval, digits?: number): Value {
  return cell('points', value, digits)
}

/** A cell that holds a plain number. */
export function number(value: number | WithInterval, digits?: number): Value {
  return cell('number', value, digits)
}
