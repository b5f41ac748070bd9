// The exact configuration of a run as the query of the page's address, and back, for studies whose options are nested and
// start from presets.

import { asFlag } from './as-flag.ts'
import { fromFlatQuery, toFlatQuery } from './flat-query.ts'

/** What a page and its session must know of a study's options. */
export interface StudyConfig<Options> {
  /** Every option, so that the address is the exact configuration; equal options give equal queries. */
  toQuery(options: Options): string
  /** The options of an address; what it leaves out is the usual. @throws Error in words for the visitor */
  fromQuery(query: URLSearchParams): Options
  /** The options as they stand in an address, right or wrong: what a form shows. */
  readQuery(query: URLSearchParams): Options
  /** The same run for the command line. */
  toCommand(options: Options): string
}

/** Presets of one study, by name; `quick` is what an address leaves out. */
export type Presets<Options> = { quick: Options } & Record<string, Options>

export interface PresetConfig<Options> extends StudyConfig<Options> {
  presetNames: string[]
  /** A preset, of the same game where there are several. */
  preset(name: string, like: Options): Options
  /** The name of the preset that differs in `flags` at most. */
  presetOf(options: Options): string | undefined
}

interface Study<Options> {
  /** of the command line, without the preset: `nanoalign reason` */
  command: (options: Options) => string
  /** `game` is that of the address, where a study has several */
  presets: (game?: string) => Presets<Options>
  /** an example that has every option, and tells their types */
  complete: object
  /** options that the command line has too, beside the preset */
  flags: (keyof Options & string)[]
  /** @throws Error naming the option and what it may be. */
  check: (options: Options) => void
  /** names in the address that are no options of a run */
  ignored?: string[]
}

export function presetConfig<Options extends object & { game?: string }>(study: Study<Options>): PresetConfig<Options> {
  const { command, presets, complete, flags, check, ignored = [] } = study
  const presetNames = Object.keys(presets())
  const toQuery = (options: Options) => toFlatQuery(options, complete)
  const preset = (name: string, { game }: Options) => presets(game)[name]
  const fixed = (options: Options) => {
    const rest = new URLSearchParams(toQuery(options))
    for (const name of flags) rest.delete(name)
    return rest.toString()
  }
  const presetOf = (options: Options) => presetNames.find((name) => fixed(preset(name, options)) === fixed(options))
  const readQuery = (query: URLSearchParams) => {
    const own = new URLSearchParams(query)
    for (const name of ignored) own.delete(name)
    return fromFlatQuery<Options>(own, presets(query.get('game') ?? undefined).quick, complete)
  }
  return {
    presetNames,
    preset,
    presetOf,
    toQuery,
    readQuery,
    fromQuery(query) {
      const options = readQuery(query)
      check(options)
      return options
    },
    toCommand(options) {
      const name = presetOf(options) ?? 'quick'
      const base = preset(name, options)
      const changed = flags.filter((flag) => String(options[flag]) !== String(base[flag]))
      const words = [`${command(options)} --preset ${name}`, ...changed.map((flag) => asFlag(flag, options[flag]))]
      if (fixed(base) !== fixed(options)) words.push('(with other sizes: see the address)')
      return words.join(' ')
    },
  }
}
