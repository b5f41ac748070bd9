// A Chromium for the browser tests: CHROMIUM_PATH if set, else the one that npm's @sparticuz/chromium carries
// (Linux x64, unpacked once into the user's cache, needs no system libraries), else an installed one.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** Flags for WebGPU on SwiftShader without a window, and without talking to anyone. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Chromium {
  executablePath: string
  /** environment that its libraries and fonts need */
  env: Record<string, string>
}

/** @throws Error saying what to install when there is no Chromium. */
export function findChromium(): Chromium {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) return { executablePath: wanted, env: {} }
  if (process.platform === 'linux' && process.arch === 'x64') return bundled()
  const installed = [
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  const found = installed.find((candidate) => existsSync(candidate))
  if (found) return { executablePath: found, env: {} }
  throw new Error('browser tests: no Chromium found; install one and set CHROMIUM_PATH')
}

function bundled(): Chromium {
  const require = createRequire(new URL('../packages/cli/package.json', import.meta.url))
  const entry = require.resolve('@sparticuz/chromium')
  const root = entry.slice(0, entry.lastIndexOf('@sparticuz/chromium') + '@sparticuz/chromium'.length)
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const directory = path.join(
    process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'),
    'nanoalign',
    `chromium-${version}`,
  )
  if (!existsSync(directory)) {
    const partial = `${directory}.${process.pid}`
    mkdirSync(partial, { recursive: true })
    const unpacked = (name: string) => brotliDecompressSync(readFileSync(path.join(root, 'bin', name)))
    writeFileSync(path.join(partial, 'chromium'), unpacked('chromium.br'), { mode: 0o755 })
    for (const archive of ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br'])
      execFileSync('tar', ['-x', '-C', partial], { input: unpacked(archive) })
    try {
      renameSync(partial, directory)
    } catch {
      rmSync(partial, { recursive: true, force: true }) // another process was first
    }
  }
  const env = { LD_LIBRARY_PATH: path.join(directory, 'lib'), FONTCONFIG_PATH: path.join(directory, 'fonts') }
  return { executablePath: path.join(directory, 'chromium'), env }
}
