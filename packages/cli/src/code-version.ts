// Which code computes: a hash of the packages that results depend on. Two machines with the same one run the same stages.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PACKAGES = ['kernels', 'model', 'trainer', 'experiments']
const COMPILED = /^(?!.*\.(?:test|d)\.ts$).*\.(?:js|ts)$/

let known: string | undefined

/** 12 hex digits. */
export function codeVersion(): string {
  if (known) return known
  const require = createRequire(import.meta.url)
  const hash = createHash('sha256')
  for (const name of PACKAGES) {
    const folder = dirname(require.resolve(`@nanoalign/${name}`))
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => COMPILED.test(file))
    // a checkout on Windows may have other ends of lines
    for (const file of files.map((each) => each.replaceAll('\\', '/')).sort())
      hash.update(`${name}/${file}\n`).update(readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n'))
  }
  known = hash.digest('hex').slice(0, 12)
  return known
}
