// Which kernels a device runs: the default ones, or those that were measured to be the fastest on it, kept on disk.
// NANOALIGN_TUNE says which: off, auto (default: measured on hardware, fixed on software adapters, whose defaults were
// chosen by measurement and give everyone the same bits) or on.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { hashOf } from '@nanoalign/experiments'
import {
  choicesOf,
  createTuning,
  type Gpu,
  readChoices,
  type TunedClass,
  tune,
  tuningKey,
  withTuning,
} from '@nanoalign/kernels'
import { UsageError } from './errors.ts'
import type { Host } from './host.ts'

const MODES = ['off', 'auto', 'on'] as const
type Mode = (typeof MODES)[number]

export function tuningMode({ env }: Pick<Host, 'env'>): Mode {
  const word = env.NANOALIGN_TUNE || 'auto'
  if (!MODES.includes(word as Mode))
    throw new UsageError(`NANOALIGN_TUNE is "${word}" but must be ${MODES.slice(0, -1).join(', ')} or ${MODES.at(-1)}`)
  return word as Mode
}

/** The device with the kernels that NANOALIGN_TUNE asks for, measured now if they never were. */
export async function tuned(host: Host, gpu: Gpu): Promise<Gpu> {
  const mode = tuningMode(host)
  if (mode === 'off' || (mode === 'auto' && gpu.adapter.software)) return gpu
  const known = cachedChoices(host, gpu)
  if (known) return withTuning(gpu, createTuning(known))
  host.stderr('first use of this adapter: measuring its kernels (NANOALIGN_TUNE=off for the default ones)\n')
  const choices = choicesOf(await measureKernels(host, gpu))
  return withTuning(gpu, createTuning(choices))
}

/** Measures every family, keeps the winners on disk, and returns what was found. */
export async function measureKernels(host: Host, gpu: Gpu): Promise<TunedClass[]> {
  const found: TunedClass[] = []
  for await (const one of tune(withTuning(gpu, undefined), host.signal)) {
    found.push(one)
    if (host.terminal) host.stderr(`\rmeasured: ${one.kind}\x1b[K`)
  }
  if (host.terminal) host.stderr('\r\x1b[K')
  const file = cacheFile(host, gpu)
  try {
    mkdirSync(path.dirname(file), { recursive: true })
    const partial = `${file}.${process.pid}`
    writeFileSync(partial, `${JSON.stringify({ adapter: tuningKey(gpu), choices: choicesOf(found) }, null, 1)}\n`)
    renameSync(partial, file)
  } catch (error) {
    host.stderr(
      `warning: the choice of kernels could not be kept in ${file}: ${(error as NodeJS.ErrnoException).code}\n`,
    )
  }
  return found
}

/** What an earlier measurement chose on this adapter. */
export function cachedChoices(host: Pick<Host, 'env'>, gpu: Gpu): Record<string, string> | undefined {
  try {
    return readChoices(readFileSync(cacheFile(host, gpu), 'utf8'))
  } catch {
    return undefined
  }
}

export function cacheFile({ env }: Pick<Host, 'env'>, gpu: Gpu): string {
  const cache = env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache')
  return path.join(cache, 'nanoalign', 'tuning', `${hashOf(tuningKey(gpu)).slice(0, 16)}.json`)
}

/** `default kernels` or `tuned kernels 1a2b3c4d (3 choices)` */
export function tuningText({ tuning }: Gpu): string {
  if (!tuning) return 'default kernels'
  const count = Object.keys(tuning.choices).length
  return `tuned kernels ${tuning.id} (${count} ${count === 1 ? 'choice' : 'choices'})`
}
