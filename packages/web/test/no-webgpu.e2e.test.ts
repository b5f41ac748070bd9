// Where there is no WebGPU: on each page why, what to do, and what was recorded elsewhere, in every look.

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { pages } from '../src/pages.ts'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launch({ webgpu: false })
})
afterAll(() => browser.close())

const computing = pages.filter(({ page }) => page !== 'runs')

test.each(computing)('$name', async ({ page: name }) => {
  const { page, errors, foreign } = await openPage(browser, `${inject('address')}#/${name}`)
  await page.getByRole('heading', { name: /offers no GPU|has no WebGPU/ }).waitFor()
  const recorded = page.getByRole('heading', { name: 'A recorded run' })
  const picture = page.locator('.recorded-picture')
  await recorded.or(picture).waitFor()
  if (await recorded.count()) {
    await page.getByText('Recorded, not computed here').waitFor({ timeout: 60_000 })
    const shown = name === 'card' ? '.report table' : '.report svg' // a card is tables and answers
    await expect.poll(() => page.locator(shown).count(), { timeout: 30_000 }).toBeGreaterThan(1)
  } else expect(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(300)
  expect(await page.getByRole('button', { name: /^(Start|Just a taste|Train$|Show their)/ }).count()).toBe(0)
  await inspect(page, `without-${name || 'weak-to-strong'}`)
  expect([errors, foreign]).toEqual([[], []])
})
