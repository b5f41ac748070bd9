// The system card's page: a small card made here, its failing answers, beside the recorded one; and without a GPU.

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'

let browser: Browser
const address = inject('address')

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('a taste of a card: made, opened, and compared with the recorded one', async () => {
  const { page, errors, foreign } = await openPage(browser, `${address}#/card`)
  await page.getByText('software').waitFor()
  await inspect(page, 'card-start')
  await page.getByRole('button', { name: 'Just a taste' }).click()
  await page.getByText('Done.').waitFor({ timeout: 110_000 })
  await page.getByRole('heading', { name: 'Out of scope' }).waitFor()

  // every failing answer is there to be opened
  const failed = page
    .locator('details.examples')
    .filter({ hasText: /after mitigation: [1-9]\d* of \d+ answers failed/ })
  await failed.first().locator('> summary').click()
  const example = failed.first().locator('details').first()
  await example.locator('summary').click()
  expect(await example.getByText('verdict').isVisible()).toBe(true)
  expect(await failed.count()).toBeGreaterThan(5)

  await page.getByRole('button', { name: 'Compare' }).click()
  const differences = page.getByRole('region', { name: 'Numbers after mitigation' })
  await differences.waitFor()
  expect(await differences.getByRole('row').count()).toBeGreaterThan(30)
  expect(page.url()).toContain('diff=recorded,')
  await inspect(page, 'card-diff')
  await page.reload()
  await differences.waitFor() // the address holds which two
  expect([errors, foreign]).toEqual([[], []])
}, 240_000)

test('without WebGPU the recorded card is shown', async () => {
  const without = await launch({ webgpu: false })
  const { page, errors, foreign } = await openPage(without, `${address}#/card`)
  await page.getByText('Recorded, not computed here').waitFor()
  await page.getByRole('heading', { name: 'Out of scope' }).waitFor() // the last block but one
  expect(await page.locator('details.examples').count()).toBeGreaterThan(20)
  expect([errors, foreign]).toEqual([[], []])
  await without.close()
})
