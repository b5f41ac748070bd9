// The static build: what its policy forbids.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const dist = new URL('../dist/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, dist))
const html = read('index.html').toString()

test('all addresses in the page are relative, and its policy allows nothing from elsewhere', () => {
  expect(html).not.toMatch(/(src|href)="(\/|https?:)/)
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(html)![1]
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("worker-src 'self'")
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
  expect(policy).toMatch(/script-src 'self';/)
})
