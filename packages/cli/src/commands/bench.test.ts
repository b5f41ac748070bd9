// The command as a whole, on the smallest group: a table, JSON that its own schema accepts, a page, and a comparison.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseBenchmark } from '@nanoalign/experiments'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { afterAll, expect, test } from 'vitest'
import type { Host } from '../host.ts'
import { main } from '../main.ts'

const folder = mkdtempSync(join(tmpdir(), 'nanoalign-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]) {
  let [out, err] = ['', '']
  const host: Host = {
    stdout: (text) => void (out += text),
    stderr: (text) => void (err += text),
    env: {},
    terminal: false,
    columns: 120,
    signal: new AbortController().signal,
    openDevice: (adapter) => openNodeDevice({ adapter }),
  }
  return { code: await main(['bench', ...args], host), out, err }
}

test('bench --quick --only matmul, then compared with itself', async () => {
  const [json, again] = [join(folder, 'a.json'), join(folder, 'b.json')]
  const first = await run('--quick', '--only', 'matmul', '--json', json)
  expect(first.code, first.err).toBe(0)
  expect(first.out).toContain('Matrix multiplication')
  const result = parseBenchmark(readFileSync(json, 'utf8'), json)
  expect(result.rows.map(({ group }) => group)).toContain('matmul')
  for (const row of result.rows) {
    expect(row.check.error, row.id).toBeLessThanOrEqual(1)
    expect(row.wallMs?.median, row.id).toBeGreaterThan(0)
    expect(row.buffersCreated, row.id).toBe(0)
  }
  expect(readFileSync(join(folder, 'a.html'), 'utf8')).toContain('Roofline')
  const second = await run('--quick', '--match', 'matmul a·bᵀ 512×512×512', '--json', again, '--compare', json)
  expect(second.code, second.err).toBe(0)
  expect(second.out).toMatch(/\d+ faster, \d+ slower, \d+ the same within noise/)
  const rows = parseBenchmark(readFileSync(again, 'utf8'), again).rows
  expect(rows.map(({ label }) => label)).toEqual(['A·Bᵀ 512×512×512'])
})

test('what cannot be is refused before anything runs', async () => {
  expect(await run('--only', 'matmull')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean "matmul"?'),
  })
  expect(await run('--match', 'matmul 7×7×7')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no row\'s name has all of "matmul 7×7×7"'),
  })
  expect(await run('--compare', join(folder, 'none.json'))).toMatchObject({
    code: 2,
    err: expect.stringContaining('ENOENT'),
  })
  expect(await run('--robustness', 'maybe')).toMatchObject({ code: 2 })
})
