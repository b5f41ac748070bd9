// nanoalign serve: the web app, from this machine to a browser on this machine.

import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import sirv from 'sirv'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type GlobalOptions, whole } from '../options.ts'

// in a published package the app lies beside dist, in the repository in its own package
const PLACES = ['../../web', '../../../web/dist'].map((place) => fileURLToPath(new URL(place, import.meta.url)))

const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
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

async function serve(host: Host, { port }: ServeOptions): Promise<void> {
  const folder = PLACES.find((place) => existsSync(`${place}/index.html`))
  if (!folder) throw new Error('the web app is not built; run `npm run build` first')
  const files = sirv(folder, {
    etag: true,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    },
  })
  const server = createServer((request, response) =>
    files(request, response, () => {
      response.statusCode = 404
      response.end('not found\n')
    }),
  )
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
