/** NaN for what is no whole number. */
export function toInteger(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
}
