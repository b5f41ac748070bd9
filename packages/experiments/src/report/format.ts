// How numbers are written in tables and on axes, and how text is written in markup.

import type { Provenance, Value } from './report.ts'

const minus = '−'
const missing = '–'

/** The number alone: `86.1%`, `+3.1`, `0.67`, `27,648`, `4.75×10⁹`. Not a number: `–`. */
export function formatValue({ value, format, digits }: Omit<Value, 'low' | 'high'>): string {
  if (Number.isNaN(value)) return missing
  if (format === 'percent') return `${decimal(value * 100, digits ?? 1)}%`
  if (format === 'points') {
    const shown = decimal(value * 100, digits ?? 1)
    return value > 0 && !/^[0.]+$/.test(shown) ? `+${shown}` : shown
  }
  return digits === undefined ? plain(value) : decimal(value, digits)
}

/** The interval alone, `[84.0, 88.1]`, or an empty string where there is none. */
export function formatInterval({ value, low, high, format, digits }: Value): string {
  if (low === undefined || high === undefined) return ''
  // the ends have as many decimals as the number between them
  const places = digits ?? (format === 'number' && Math.abs(value) < 1000 ? 2 : format === 'number' ? undefined : 1)
  const end = (bound: number) => formatValue({ value: bound, format, digits: places }).replace('%', '')
  return `[${end(low)}, ${end(high)}]`
}

/** Short form for axis ticks: no trailing zeros. */
export function formatTick(value: number, format: 'number' | 'percent' = 'number'): string {
  if (format === 'percent') return `${signed(String(Number((value * 100).toPrecision(4))))}%`
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) return scientific(value, 2)
  return thousands(signed(String(Number(value.toPrecision(6)))))
}

function plain(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`
  if (size >= 1e7 || (size > 0 && size < 1e-3)) return scientific(value, 3)
  if (Number.isInteger(value)) return decimal(value, 0)
  return decimal(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 0.095 ? 2 : 4)
}

function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`
  const shown = value.toFixed(digits)
  return thousands(signed(/^-[0.]+$/.test(shown) ? shown.slice(1) : shown)) // no negative zero
}

function scientific(value: number, precision: number): string {
  const [mantissa, exponent] = value.toExponential(precision - 1).split('e')
  const power = [...String(Number(exponent))].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('')
  const factor = String(Number(mantissa))
  return factor === '1' ? `10${power}` : `${signed(factor)}×10${power}`
}

function signed(digits: string): string {
  return digits.replace('-', minus)
}

function thousands(digits: string): string {
  const [whole, fraction] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** The lines of a provenance footer. */
export function provenanceEntries({ adapter, command, date, versions, details = {} }: Provenance): [string, string][] {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    ['Command', command],
    ['Adapter', adapter],
    ['Date', date],
    ['Versions', list.join(', ')],
    ...Object.entries(details),
  ]
}

/** A page or file without the characters that a terminal which prints it would obey; names in a damaged result may hold some. */
export function withoutControls(file: string): string {
  return file.replace(/[^\P{Cc}\t\n]/gu, ' ')
}

/** Text made safe for HTML and XML, between tags or inside a quoted attribute. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => entities[character])
}
