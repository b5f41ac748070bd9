// The benchmark on the kernels page: measured, shared, compared, stopped.

import { readFileSync } from 'node:fs'
import { parseBenchmark } from '@nanoalign/experiments'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'

let browser: Browser
const address = inject('address')

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('the suite on this device: a report, a file that the command line reads, and a comparison', async () => {
  const { page, errors, foreign } = await openPage(
    browser,
    `${address}#/kernels?suite=quick&only=matmul,layer-norm,adamw`,
  )
  await page.getByText('software').waitFor()
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Measure this device' }).click()
  await page.locator('table tbody tr').first().waitFor({ timeout: 60_000 }) // rows come one by one
  await page.getByRole('heading', { name: 'What this device does' }).waitFor({ timeout: 100_000 })
  await page.locator('figure', { hasText: 'Roofline' }).waitFor()
  await expectNoLongTasks(page, 'measuring')
  await inspect(page, 'benchmark')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as JSON' }).click()
  const text = readFileSync(await (await saving).path()).toString()
  const benchmark = parseBenchmark(text, 'the download')
  expect(new Set(benchmark.rows.map(({ group }) => group))).toEqual(new Set(['matmul', 'layer-norm', 'adamw']))
  expect(benchmark.rows.every(({ check, wallMs }) => check.error <= 1 && wallMs!.median > 0)).toBe(true)
  expect(benchmark.ceilings.map(({ kind }) => kind).sort()).toEqual(['copy', 'multiply-add'])
  expect(benchmark.command).toBe('nanoalign bench --quick --only matmul,layer-norm,adamw')

  // twice as slow elsewhere: everything here is faster
  const slow = structuredClone(benchmark)
  for (const { wallMs } of slow.rows) for (const key of ['median', 'low', 'high'] as const) wallMs![key] *= 2
  const file = { name: 'theirs.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(slow)) }
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText(`${benchmark.rows.length} faster, 0 slower`).waitFor()
  await page.getByRole('button', { name: 'Compare no more' }).click()
  await page.getByText('faster, 0 slower').waitFor({ state: 'detached' })
  await page.locator('input[type=file]').setInputFiles({ ...file, buffer: Buffer.from('{"format":"other"}') })
  await page.getByText(/theirs.json is no benchmark result/).waitFor()
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('link', { name: /^Benchmark of/ }).click()
  await page.getByText('Where it comes from').waitFor()
  await page.locator('figure', { hasText: 'Roofline' }).waitFor()
  expect([errors, foreign]).toEqual([[], []])
})

test('it can be stopped, and what was measured stays on the page', async () => {
  const { page } = await openPage(browser, `${address}#/kernels?only=adamw,training`)
  await page.getByRole('button', { name: 'Measure this device' }).click()
  await page.locator('table tbody tr').first().waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Stopped; what was measured is below.').waitFor({ timeout: 60_000 })
  expect(await page.locator('table tbody tr').count()).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Measure this device' }).waitFor()
})

test('an address that asks for what does not exist is refused in words', async () => {
  const { page } = await openPage(browser, `${address}#/kernels?only=magic`)
  await page.getByText(/"magic" cannot be measured/).waitFor()
})
