// Checks that every package that can be published would work for a stranger who installs it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

let bad = 0
for (const name of readdirSync('packages')) {
  if (!existsSync(`packages/${name}/package.json`)) continue
  const pkg = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'))
  if (pkg.private) continue
  const { messages } = await publint({ pkgDir: `packages/${name}`, strict: true })
  for (const message of messages) {
    bad++
    process.stderr.write(`${pkg.name}: ${formatMessage(message, pkg)}\n`)
  }
}
process.exitCode = bad > 0 ? 1 : 0
