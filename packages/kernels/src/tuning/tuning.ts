// Which member of an op's family of kernels runs can be measured instead of decided: a tuning holds the winners by shape
// class. Without one, every op takes its fixed default, the same on every machine of a kind.

import type { AdapterDescription, Gpu } from '../device.ts'
import { hashName } from '../random.ts'

/** Raised when classes, candidates or kernels change so that what was measured no longer says what is fastest. */
const GENERATION = 2

/** The winners that are not the defaults. */
export interface Tuning {
  /** names the choices: part of the identity of a run, as another kernel may round another way */
  readonly id: string
  /** shape class → candidate, e.g. { 'matmul nn many': 'workgroup 64×64' } */
  readonly choices: Readonly<Record<string, string>>
}

/** @returns undefined where every choice is the default: then nothing differs from an untuned device. */
export function createTuning(choices: Readonly<Record<string, string>>): Tuning | undefined {
  const entries = Object.entries(choices).sort(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return undefined
  const id = hashName(entries.map(([kind, name]) => `${kind}=${name}`).join(';'))
  return { id: id.toString(16).padStart(8, '0'), choices: Object.fromEntries(entries) }
}

/** The device with these choices; programs recorded with it use them. */
export const withTuning = (gpu: Gpu, tuning: Tuning | undefined): Gpu => ({ ...gpu, tuning })

/** What a tuning depends on, as a key for a cache. */
export function tuningKey({ adapter, subgroupSize }: Pick<Gpu, 'adapter' | 'subgroupSize'>): string {
  const { name, vendor, architecture, driver, robustness }: AdapterDescription = adapter
  const words = [
    name,
    vendor,
    architecture,
    driver,
    robustness ? 'robust' : 'unchecked',
    `subgroups ${subgroupSize ?? 0}`,
  ]
  return `${words.join('|')}|${GENERATION}`
}

/**
 * Reads what a cache holds. @returns undefined for anything that is not a tuning's choices, which is then measured again.
 */
export function readChoices(text: string): Record<string, string> | undefined {
  try {
    const choices: unknown = JSON.parse(text)?.choices
    if (typeof choices !== 'object' || choices === null) return undefined
    const entries = Object.entries(choices)
    return entries.every(([, name]) => typeof name === 'string') ? Object.fromEntries(entries) : undefined
  } catch {
    return undefined
  }
}
