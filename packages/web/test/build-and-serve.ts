// Builds the page once and serves it for all test files, in a sub-path, as a static host would.

import { fileURLToPath } from 'node:url'
import { build, preview } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

export default async function setup({ provide }: { provide: (key: 'address', value: string) => void }) {
  if (!process.env.NANOALIGN_SKIP_BUILD) await build({ root, logLevel: 'warn' })
  const server = await preview({
    root,
    base: '/some/folder/',
    preview: { port: 0, host: '127.0.0.1' },
    logLevel: 'warn',
  })
  provide('address', server.resolvedUrls!.local[0])
  return () => server.close()
}

declare module 'vitest' {
  export interface ProvidedContext {
    address: string
  }
}
