import { closest, distance } from 'fastest-levenshtein'

/** ` Did you mean "x"?` for the nearest of `known`, or nothing where none is near. */
export function suggest(word: string, known: readonly string[]): string {
  if (known.length === 0) return ''
  const nearest = closest(word.toLowerCase(), known)
  const prefix = known.find((name) => word.length >= 3 && name.startsWith(word.toLowerCase()))
  const near = distance(word.toLowerCase(), nearest) <= Math.max(1, Math.floor(nearest.length * 0.4))
  const match = prefix ?? (near ? nearest : undefined)
  return match === undefined ? '' : ` Did you mean "${match}"?`
}

/** `preset "quik" is not one of a, b, c. Did you mean "quick"?` */
export function notOneOf(what: string, word: string, known: readonly string[]): string {
  return `${what} "${word}" is not one of ${known.join(', ')}.${suggest(word, known)}`
}
