// The options that every command has, and the parsers of option values.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Host } from './host.ts'

export interface GlobalOptions {
  out: string
  store?: string
  adapter?: string
  debug?: boolean
}

export function addGlobalOptions(program: Command, env: Host['env']): Command {
  const runs = env.NANOALIGN_RUNS || './runs'
  return program
    .addOption(new Option('--out <dir>', 'folder of the runs (environment: NANOALIGN_RUNS)').default(runs))
    .addOption(
      new Option(
        '--store <place>',
        'where stages are kept instead of below --out, to share them: a folder, or s3://bucket/prefix (environment: NANOALIGN_STORE)',
      ).default(env.NANOALIGN_STORE || undefined, env.NANOALIGN_STORE && '$NANOALIGN_STORE'),
    )
    .addOption(new Option('--adapter <name|number>', 'the GPU adapter to use, as `nanoalign doctor` lists them'))
    .addOption(new Option('--debug', 'show where an error happened (environment: NANOALIGN_DEBUG=1)'))
}

/** A parser of whole numbers in a range. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^[+-]?\d+$/.test(text.trim()) || value < least || value > most)
      throw new InvalidArgumentError(
        most === Number.MAX_SAFE_INTEGER
          ? `It must be a whole number, ${least} or more.`
          : `It must be a whole number from ${least} to ${most}.`,
      )
    return value
  }
}

/** A parser of numbers in a range; `above` excludes the lower end. */
export function decimal(least: number, { above = false } = {}): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value) || value < least || (above && value === least))
      throw new InvalidArgumentError(`It must be a number${above ? ' above' : ','} ${least}${above ? '' : ' or more'}.`)
    return value
  }
}

/** A parser of words separated by commas. */
export function list(text: string): string[] {
  const words = text.split(',').map((word) => word.trim())
  if (words.includes('')) throw new InvalidArgumentError('It must be one or more words, separated by commas.')
  return words
}

export const SEED_LIMIT = 0xffffffff

/** `3` stands for the first three seeds from `first` on; `4,7` for these two. */
export function seeds(text: string, first = 1): number[] {
  const words = list(text)
  if (words.length > 1) return words.map(whole(0, SEED_LIMIT))
  return Array.from({ length: whole(1, 1000)(words[0]) }, (_, i) => first + i)
}
