// What produced a result: adapter, versions, command line. Kept beside results, never inside of what is compared.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Gpu } from '@nanoalign/kernels'
import { codeVersion } from './code-version.ts'

export const packageVersion: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

export function versions(): Record<string, string> {
  const commit = sourceCommit()
  return {
    nanoalign: commit ? `${packageVersion} (${commit})` : packageVersion,
    node: process.versions.node,
    webgpu: createRequire(import.meta.url)('webgpu/package.json').version,
  }
}

/** `SwiftShader Device (Subzero), software, SwiftShader driver 5.0.0, subgroups of 4` */
export function adapterText({ adapter, subgroupSize }: Gpu): string {
  return [
    adapter.name,
    adapter.software ? 'software' : 'hardware',
    ...(adapter.driver && adapter.driver !== adapter.name ? [adapter.driver] : []),
    subgroupSize ? `subgroups of ${subgroupSize}` : 'no subgroups of a fixed size',
  ].join(', ')
}

/** What is kept beside each artifact that this process makes; its runner adds the tuning's id. */
export function artifactProvenance({ adapter, tuning }: Gpu): Record<string, unknown> {
  return { adapter, versions: versions(), code: codeVersion(), ...(tuning && { kernels: tuning.choices }) }
}

/** The class of an adapter as it was recorded beside an artifact: on one class the same stage gives the same bits. */
export function adapterClass(recorded: unknown): string {
  const { name, software, driver, subgroupSize } = (recorded ?? {}) as Partial<Gpu['adapter']>
  if (typeof name !== 'string') return 'not recorded'
  const parts = [name, software ? 'software' : 'hardware', driver === name ? undefined : driver]
  return [...parts.filter(Boolean), subgroupSize ? `subgroups of ${subgroupSize}` : 'no fixed subgroups'].join(', ')
}

/** The command line as one could type it. */
export function commandLine(args: readonly string[]): string {
  return ['nanoalign', ...args.map(quote)].join(' ')
}

/** Every text that {@link commandLine} makes: nothing in it ends the command or starts another when it is pasted. */
export const commandPattern = /^nanoalign(?: (?:[\w./:,=@%+-]+|'(?:[^'\n\r]|'\\'')*'))*$/

function quote(argument: string): string {
  return /^[\w./:,=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

/** The commit of a source checkout; an installed package has none. */
function sourceCommit(): string | undefined {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  if (!existsSync(`${root}/.git`) || !existsSync(`${root}/packages/cli`)) return undefined
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}
