// A study as a file: which experiments, with which options, over which sizes, tasks, methods and seeds.

import { readFile } from 'node:fs/promises'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { SEED_LIMIT } from '../options.ts'
import { runId } from '../run-folder.ts'
import { notOneOf, suggest } from '../suggest.ts'
import { type SweepExperiment, type SweptOptions, sweepExperiments } from './experiments.ts'

const MAX_BYTES = 2 ** 20
const MAX_CELLS = 1_000_000
/** Each takes a moment to look at, also one that is left out or there already. */
const MAX_COMBINATIONS = 50_000
const LISTED = 10

const seed = z.number().int().min(0).max(SEED_LIMIT)

const entrySchema = z.strictObject({
  experiment: z.string(),
  preset: z.string().default('quick'),
  /** how many from 1 on, or which */
  seeds: z
    .union([z.number().int().min(1).max(100_000), z.array(seed).min(1)], {
      error: 'must be how many (1 to 100000) or a list such as [4, 7]',
    })
    .optional(),
  /** what differs from the preset */
  options: z.record(z.string(), z.unknown()).default({}),
  /** Values of options: every combination of them is a run of its own. */
  matrix: z.record(z.string(), z.array(z.unknown()).min(1)).default({}),
})

const studySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and -'),
  experiments: z.array(entrySchema).min(1),
})
export type Study = z.infer<typeof studySchema>

/** One run of an experiment with one set of options; its cells are its seeds. */
export interface Group {
  /** the run's id: that of the experiment's own command with these options */
  id: string
  experiment: string
  preset: string
  options: SweptOptions
  /** what it is within the study, such as `w2s quick: weak a, strong f` */
  label: string
}

export interface ExpandedStudy {
  study: Study
  groups: Group[]
  /** combinations that make no sense, and why */
  leftOut: string[]
}

/** @throws UsageError naming the file and what is wrong in it. */
export async function readStudy(path: string): Promise<ExpandedStudy> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[error.code ?? ''] ?? error.code
    throw new UsageError(`study ${path} cannot be read: ${why}`)
  })
  try {
    return parseStudy(text)
  } catch (error) {
    // a YAML error goes on with an excerpt of the file, and may quote what a terminal would obey
    throw new UsageError(`study ${path}: ${(error as Error).message.split('\n')[0].replace(/\p{C}/gu, '?')}`)
  }
}

/** @throws Error naming what is wrong. `experiments` are those that a study may name. */
export function parseStudy(
  text: string,
  experiments: Record<string, SweepExperiment> = sweepExperiments,
): ExpandedStudy {
  if (text.length > MAX_BYTES) throw new Error(`is longer than ${MAX_BYTES} characters`)
  const study = checked(studySchema, yamlOf(text), [])
  const leftOut: string[] = []
  const groups = new Map<string, Group>()
  let cells = 0
  const asked = study.experiments.reduce((sum, { matrix }) => sum + combinationCount(matrix), 0)
  if (asked > MAX_COMBINATIONS) throw new Error(`has ${asked} combinations, but may have at most ${MAX_COMBINATIONS}`)
  for (const [e, entry] of study.experiments.entries())
    for (const combination of combinations(entry.matrix)) {
      const group = expand(entry, combination, experiments, ['experiments', e], leftOut)
      if (!group || groups.has(group.id)) continue
      groups.set(group.id, group)
      cells += group.options.seeds.length
      if (cells > MAX_CELLS) throw new Error(`asks for more than ${MAX_CELLS} runs of one seed`)
    }
  if (groups.size === 0) throw new Error(`asks for nothing: ${firstOf(leftOut).join('; ')}`)
  return { study, groups: [...groups.values()], leftOut }
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0, logLevel: 'error' })
  } catch (error) {
    if (error instanceof ReferenceError) throw new Error('has aliases (*name), which a study cannot have')
    if ((error as { code?: string }).code === 'MULTIPLE_DOCS')
      throw new Error('has several documents (---), but is one study')
    throw error
  }
}

function expand(
  entry: Study['experiments'][number],
  combination: Record<string, unknown>,
  experiments: Record<string, SweepExperiment>,
  path: (string | number)[],
  leftOut: string[],
): Group | undefined {
  const { experiment: name, preset } = entry
  const place = placeOf(path)
  if (!Object.hasOwn(experiments, name))
    throw new Error(`${place}: ${notOneOf('experiment', name, Object.keys(experiments))}`)
  const experiment = experiments[name]
  if (!Object.hasOwn(experiment.presets, preset))
    throw new Error(`${place}: ${notOneOf('preset', preset, Object.keys(experiment.presets))}`)
  const both = Object.keys(combination).find((option) => Object.hasOwn(entry.options, option))
  if (both) throw new Error(`${place}: ${both} is in options and in matrix, but can be in one of them only`)
  const given = checked(experiment.schema, { ...entry.options, ...combination }, [...path, 'options or matrix'])
  const { seeds = experiment.presets[preset].seeds } = entry
  const options: SweptOptions = {
    ...merged(experiment.presets[preset], given),
    seeds: typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds,
  }
  if (new Set(options.seeds).size < options.seeds.length) throw new Error(`${place}.seeds: one is there twice`)
  const what = Object.entries(combination).map(([option, value]) => `${option} ${shown(value)}`)
  // it goes to terminals, and what is left out has not been checked in full
  const label = `${name} ${preset}${what.length > 0 ? `: ${what.join(', ')}` : ''}`.replace(/\p{C}/gu, '?')
  const reason = experiment.excludes?.(options)
  if (reason) {
    leftOut.push(`${label} (${reason})`)
    return undefined
  }
  try {
    experiment.check(options)
  } catch (error) {
    throw new Error(`${place}: ${label}: ${(error as Error).message}`)
  }
  const id = runId({ command: experiment.command ?? name, preset, options: experiment.config(options) })
  return { id, experiment: name, preset, options, label }
}

/** All ways to choose one value of each option, in the order they are written. */
function combinations(matrix: Record<string, unknown[]>): Record<string, unknown>[] {
  return Object.entries(matrix).reduce<Record<string, unknown>[]>(
    (all, [option, values]) => all.flatMap((chosen) => values.map((value) => ({ ...chosen, [option]: value }))),
    [{}],
  )
}

const combinationCount = (matrix: Record<string, unknown[]>) =>
  Object.values(matrix).reduce((product, { length }) => product * length, 1)

/** The first few, and how many more there are. */
export function firstOf(texts: readonly string[]): string[] {
  return texts.length <= LISTED ? [...texts] : [...texts.slice(0, LISTED), `… and ${texts.length - LISTED} more`]
}

/** The preset with what is given; objects, such as `rl`, and those in them, are filled up from the preset. */
function merged(preset: object, given: Record<string, unknown>): object {
  const result: Record<string, unknown> = { ...preset }
  for (const [name, value] of Object.entries(given)) {
    const usual = result[name]
    result[name] = isObject(value) && isObject(usual) ? merged(usual, value as Record<string, unknown>) : value
  }
  return result
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function checked<T>(schema: z.ZodType<T>, value: unknown, path: (string | number)[]): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = placeOf([...path, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))])
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path)
    throw new Error(
      `${place}: there is no "${issue.keys[0]}"${known.length > 0 ? `; there are ${known.join(', ')}` : ''}.${suggest(issue.keys[0], known)}`,
    )
  }
  throw new Error(`${place}: ${issue.message}`)
}

/** The names that an object at `path` may have. */
function knownKeys(schema: z.ZodType, path: PropertyKey[]): string[] {
  let at: z.ZodType | undefined = schema
  for (const step of path) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap() as z.ZodType
    if (at instanceof z.ZodObject) at = at.shape[String(step)]
    else if (at instanceof z.ZodArray) at = at.element as z.ZodType
    else return []
  }
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap() as z.ZodType
  return at instanceof z.ZodObject ? Object.keys(at.shape) : []
}

function placeOf(path: (string | number)[]): string {
  const text = path.reduce<string>((all, step) => (typeof step === 'number' ? `${all}[${step}]` : `${all}.${step}`), '')
  return text.replace(/^\./, '') || 'the file'
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join('+')
  if (isObject(value))
    return Object.entries(value)
      .map(([name, each]) => `${name} ${shown(each)}`)
      .join(' ')
  return String(value)
}
