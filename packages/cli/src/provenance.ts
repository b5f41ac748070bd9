// What produced a result: adapter, versions, command line. Kept beside results, never inside of what is compared.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { adapterClass } from '@nanoalign/experiments'
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

/** `SwiftShader Device (Subzero), software, SwiftShader driver 5.0.0, subgroups of 4`: the adapter's class. */
export const adapterText = ({ adapter }: Gpu): string => adapterClass(adapter)

/** What is kept beside each artifact that this process makes; its runner adds the tuning's id. */
export function artifactProvenance({ adapter, tuning }: Gpu): Record<string, unknown> {
  return { adapter, versions: versions(), code: codeVersion(), ...(tuning && { kernels: tuning.choices }) }
}

// Ways to write an argument which every shell understands alike: sh, PowerShell and cmd.exe.
const BARE = /[\w./:,=@+-]+/u
// nothing in it means anything between double quotes; at its end a backslash would
const DOUBLE_QUOTED = /"(?:[^"$%!`\p{C}\u201c-\u201f]*[^"$%!`\p{C}\u201c-\u201f\\])?"/u
// PowerShell ends it at any of these quotation marks, and cmd.exe knows no such quotes
const SINGLE_QUOTED = /'[^'\u2018-\u201b&|<>^\p{C}]*'/u
// what is safe in sh
const SH = /[\w./:,=@%+-]+|'(?:[^'\n\r]|'\\'')*'/u

/** The command line as one could type it. */
export function commandLine(args: readonly string[], platform: string = process.platform): string {
  const windows = platform === 'win32'
  const quote = (argument: string) => {
    // PowerShell makes a list of what has a comma
    if (whole(BARE).test(argument) && !(windows && /[,@]/.test(argument))) return argument
    // in sh two backslashes would be one
    if (whole(DOUBLE_QUOTED).test(`"${argument}"`) && (windows || !argument.includes('\\\\'))) return `"${argument}"`
    return `'${argument.replaceAll("'", windows ? "''" : "'\\''")}'`
  }
  return ['nanoalign', ...args.map(quote)].join(' ')
}

/** Whether a command line, which someone else may have recorded, is one command and no more when it is pasted here. */
export function isCommandLine(text: string, platform: string = process.platform): boolean {
  // no text is of two of the forms, or a long one would take for ever
  const forms = platform === 'win32' ? [BARE, DOUBLE_QUOTED, SINGLE_QUOTED] : [DOUBLE_QUOTED, SH]
  return whole(new RegExp(`nanoalign(?: (?:${forms.map(({ source }) => source).join('|')}))*`, 'u')).test(text)
}

const whole = ({ source }: RegExp) => new RegExp(`^(?:${source})$`, 'u')

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
