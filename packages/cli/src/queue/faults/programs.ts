// The programs of the fault tests as one file each. From source, a process takes two seconds of processor time to start; so,
// half of one, and they are started often.

import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { type Started, startProgram } from './processes.ts'

type Program = 'worker' | 'coordinator'

/** What is installed stays apart; a file that looks for its neighbours finds them where its source is. */
const ownSource: Plugin = {
  name: 'own source',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@nanoalign/') ? undefined : { external: true },
    )
    onLoad({ filter: /packages.*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }))
  },
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
// within reach of what is installed
const folder = here(`../../../../../node_modules/.cache/nanoalign-faults-${process.pid}`)
let built: Promise<unknown> | undefined

/** Call it before {@link startScript}. */
export function buildPrograms(): Promise<unknown> {
  if (!built) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  built ??= build({
    entryPoints: ['worker', 'executor', 'coordinator'].map((name) => here(`${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@nanoalign/source'],
    plugins: [ownSource],
  })
  return built
}

/** @throws Error when the programs have not been built. */
export function startScript(
  name: Program,
  args: string[],
  env: Record<string, string> = {},
  prefix: string[] = [],
): Started {
  const path = join(folder, `${name}.mjs`)
  if (!existsSync(path)) throw new Error(`startScript: ${name} is not there yet; await buildPrograms() first`)
  const flags = ['--conditions=@nanoalign/source', ...(env.MEMORY ? ['--expose-gc'] : [])]
  const [program, ...rest] = [...prefix, process.execPath, ...flags, path, ...args]
  return startProgram(program, rest, env)
}
