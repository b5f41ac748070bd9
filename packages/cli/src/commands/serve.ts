// nanoalign serve: the web app, from this machine to a browser on this machine.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import sirv from 'sirv'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type GlobalOptions, whole } from '../options.ts'

// in a published package the app lies beside dist, in the repository in its own package
const PLACES = ['../../web', '../../../web/dist'].map((place) => fileURLToPath(new URL(place, import.meta.url)))

const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

interface ServeOptions extends GlobalOptions {
  port: number
}

export function addServe(program: Command, host: Host): void {
  program
    .command('serve')
    .description('the web app: the same experiments in a browser tab, on its GPU')
    .option('--port <n>', 'port on this machine; 0 takes a free one', whole(0, 65535), 8437)
    .action((_: unknown, command: Command) => serve(host, command.optsWithGlobals<ServeOptions>()))
}

/** Answers with the files of `folder` that were there at the start, and nothing else. */
export function appHandler(folder: string): RequestListener {
  const own = filesIn(folder)
  const files = sirv(folder, { dev: true }) // or it would list the folder itself, and follow links
  // the page's own policy, for workers too, and what only a header can say
  const [, policy = "default-src 'none'"] =
    /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(readFileSync(join(folder, 'index.html'), 'utf8')) ??
    []
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    response.setHeader('Content-Security-Policy', `${policy}; frame-ancestors 'none'`)
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${text}\n`)
    }
    // a page of another site that has its own name resolved to this machine (DNS rebinding) sends that name
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(request.headers.host ?? ''))
      return refuse(421, 'this server answers to localhost only')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET and HEAD')
    if (!own.has(pathOf(request.url ?? ''))) return refuse(404, 'not found')
    files(request, response, () => refuse(404, 'not found'))
  }
}

/** `/a/b.js` of every regular file; no links, which could lead elsewhere, and nothing that begins with a dot. */
function filesIn(folder: string, prefix = '/'): Set<string> {
  const found = new Set<string>()
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    if (entry.isFile()) found.add(prefix + entry.name)
    if (entry.isDirectory())
      for (const name of filesIn(join(folder, entry.name), `${prefix}${entry.name}/`)) found.add(name)
  }
  return found
}

function pathOf(url: string): string {
  const [path] = url.split(/[?#]/)
  try {
    return path === '/' ? '/index.html' : decodeURIComponent(path)
  } catch {
    return '' // not to be decoded
  }
}

async function serve(host: Host, { port }: ServeOptions): Promise<void> {
  const folder = PLACES.find((place) => existsSync(`${place}/index.html`))
  if (!folder) throw new Error('the web app is not built; run `npm run build` first')
  const server = createServer(appHandler(folder))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new UsageError(`port ${port} is in use; choose another with --port`) : error)
    })
    server.listen(port, '127.0.0.1', resolve) // this machine only
  })
  host.stdout(`http://localhost:${(server.address() as AddressInfo).port}/  (Ctrl-C ends it)\n`)
  await new Promise<void>((resolve) => {
    host.signal.addEventListener('abort', () => resolve(), { once: true })
    if (host.signal.aborted) resolve()
  })
  server.closeAllConnections()
  server.close()
}
