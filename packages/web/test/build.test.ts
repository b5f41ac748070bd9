// The static build: how much the first visit loads, and what its policy forbids.

import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const dist = new URL('../dist/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, dist))
const html = read('index.html').toString()

test('the first load is below 300 kB compressed', () => {
  const files = ['index.html', ...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((m) =>
    typeof m === 'string' ? m : m[1],
  )
  const first = files.reduce((total, name) => total + gzipSync(read(name)).length, 0)
  const everything = readdirSync(new URL('assets/', dist)).map((name) => gzipSync(read(`assets/${name}`)).length)
  console.log(
    `first load ${(first / 1000).toFixed(1)} kB, everything ${(everything.reduce((a, b) => a + b) / 1000).toFixed(1)} kB`,
  )
  expect(first).toBeLessThan(300_000)
})

test('all addresses in the page are relative, and its policy allows nothing from elsewhere', () => {
  expect(html).not.toMatch(/(src|href)="(\/|https?:)/)
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1]
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("worker-src 'self'")
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
  expect(policy).toMatch(/script-src 'self';/)
})
