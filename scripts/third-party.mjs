// Keeps THIRD_PARTY.md's list of all run-time dependencies with their licences, out of package-lock.json.
// `node scripts/third-party.mjs` writes it; with --check it only tells whether it is as it should be, and whether
// package.json and package-lock.json agree: exact versions, each with a checksum.
import { readFileSync, writeFileSync } from 'node:fs'

// licences under which anyone may use and pass on these packages beside code under MIT
const FINE = new Set(['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Unlicense'])
const START = '<!-- written by scripts/third-party.mjs -->'
const END = '<!-- end -->'

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const workspaces = Object.keys(packages).filter((path) => path.startsWith('packages/'))
const problems = []

/** The lockfile's entry that `name` means for the package at `from`: the nearest node_modules outwards. */
function entryOf(from, name) {
  for (let path = from; ; path = path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')))) {
    const found = `${path === '' ? '' : `${path}/`}node_modules/${name}`
    if (packages[found]) return packages[found].link ? packages[found].resolved : found
    if (path === '') return undefined
  }
}

const runtime = new Set()
function visit(path) {
  const { dependencies, optionalDependencies } = packages[path]
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = entryOf(path, name)
    if (!found) problems.push(`${path} needs ${name}, which package-lock.json does not have; run \`npm install\``)
    else if (!runtime.has(found)) {
      runtime.add(found)
      visit(found)
    }
  }
}
workspaces.forEach(visit)

for (const path of ['', ...workspaces]) {
  const own = JSON.parse(readFileSync(`${path || '.'}/package.json`, 'utf8'))
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
    const [wanted = {}, locked = {}] = [own[kind], packages[path][kind]]
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(locked)])) {
      if (wanted[name] !== locked[name])
        problems.push(
          `${own.name}: ${name} is ${wanted[name]} in package.json but ${locked[name]} in package-lock.json`,
        )
      if (!/^\d+\.\d+\.\d+$/.test(wanted[name] ?? '')) problems.push(`${own.name}: ${name} must have an exact version`)
      const found = packages[entryOf(path, name)]
      if (found && wanted[name] && found.version !== wanted[name])
        problems.push(`${own.name}: ${name} ${wanted[name]} is wanted but ${found.version} is locked`)
    }
  }
}
for (const [path, { integrity, link }] of Object.entries(packages))
  if (path.includes('node_modules/') && !link && !integrity)
    problems.push(`${path} has no checksum in package-lock.json`)

const byLicence = new Map()
for (const path of [...runtime].filter((path) => !path.startsWith('packages/')).sort()) {
  const { version, license = 'none given' } = packages[path]
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  if (!FINE.has(license))
    problems.push(`${name} ${version} is under ${license}, which is not one of ${[...FINE].join(', ')}`)
  const names = byLicence.get(license) ?? new Set()
  byLicence.set(license, names.add(`${name} ${version}`))
}
const count = [...byLicence.values()].reduce((sum, names) => sum + names.size, 0)
const rows = [...byLicence].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1))
const list = [
  START,
  '',
  `${count} packages are installed for running, including those that others of them need:`,
  '',
  '| licence | packages |',
  '|---|---|',
  ...rows.map(([licence, names]) => `| ${licence} | ${[...names].sort().join(', ')} |`),
  '',
  END,
].join('\n')

const text = readFileSync('THIRD_PARTY.md', 'utf8')
const [start, end] = [text.indexOf(START), text.indexOf(END)]
const updated =
  start < 0 ? `${text.trimEnd()}\n\n${list}\n` : text.slice(0, start) + list + text.slice(end + END.length)
if (!process.argv.includes('--check')) writeFileSync('THIRD_PARTY.md', updated)
else if (updated !== text) problems.push('THIRD_PARTY.md is not up to date; run `node scripts/third-party.mjs`')
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
