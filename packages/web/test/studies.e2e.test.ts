// The pages of the other experiments: a taste of each, from one click to its report, in every look.

import { readFileSync } from 'node:fs'
import { readModel } from '@nanoalign/model'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'
import { recordsOf } from './records.ts'

let browser: Browser
const address = inject('address')

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test.each(['games', 'deliberative', 'reasoning'])('%s: a taste', async (name) => {
  const { page, errors, foreign } = await openPage(browser, `${address}#/${name}`)
  await page.getByText('software').waitFor()
  const estimate = page.getByText(/^On two processor cores .* \(a taste: /)
  await estimate.waitFor()
  console.log(`${name}: ${await estimate.textContent()}`)
  await inspect(page, `${name}-start`)
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Just a taste' }).click()
  await page.getByText('Done.').waitFor({ timeout: 100_000 })
  await page.getByText('Show the numbers').first().waitFor()
  await page.waitForTimeout(1_000) // the rest of the report is put in
  await expectNoLongTasks(page, name)
  console.log(`${name}: the taste took ${(await recordsOf(page))[0].seconds.toFixed(1)} s`)
  await inspect(page, name)
  if (name === 'deliberative') {
    // the arms that were just trained can be talked to
    await page.getByRole('button', { name: 'Those trained here', pressed: true }).waitFor()
    await page.getByRole('button', { name: 'Ask all of them' }).click()
    await page.locator('.outcome strong').first().waitFor({ timeout: 60_000 })
  }
  // its report and its models are kept
  await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
  await page.getByRole('link', { name: 'Open' }).click()
  await page.getByText('Where it comes from').waitFor()
  await page.getByText('Save a model').click()
  const saving = page.waitForEvent('download')
  await page
    .getByRole('button', { name: / as safetensors$/ })
    .last()
    .click()
  const { config } = readModel(new Uint8Array(readFileSync(await (await saving).path())))
  expect(config.nEmbd).toBeGreaterThan(4)
  expect([errors, foreign]).toEqual([[], []])
})
