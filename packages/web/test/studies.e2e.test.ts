// The pages of the other experiments: a taste of each, from one click to its report, in every look.

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

test.each(['games', 'deliberative', 'reasoning'])('%s: a taste', async (name) => {
  const { page, errors, foreign } = await openPage(browser, `${address}#/${name}`)
  await page.getByText('software').waitFor()
  await inspect(page, `${name}-start`)
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Just a taste' }).click()
  await page.getByText('Done.').waitFor({ timeout: 100_000 })
  await page.getByText('Show the numbers').first().waitFor()
  await page.waitForTimeout(1_000) // the rest of the report is put in
  await expectNoLongTasks(page, name)
  await inspect(page, name)
  if (name === 'deliberative') {
    // the arms that were just trained can be talked to
    await page.getByRole('button', { name: 'Those trained here', pressed: true }).waitFor()
    await page.getByRole('button', { name: 'Ask all of them' }).click()
    await page.locator('.outcome strong').first().waitFor({ timeout: 60_000 })
  }
  expect([errors, foreign]).toEqual([[], []])
})
