// Every page in every look (inspect.ts), and what can be done there.

import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage, type Watched } from './browser.ts'
import { inspect as look } from './inspect.ts'

const address = inject('address')
let browser: Browser
let watched: Watched
let page: Page

beforeAll(async () => {
  browser = await launch()
  watched = await openPage(browser, address, { reducedMotion: 'reduce' })
  page = watched.page
  await page.getByText('software').waitFor()
})
afterAll(async () => {
  await browser.close()
  expect([watched.errors, watched.foreign]).toEqual([[], []])
})

const inspect = (name: string) => look(page, name)

const goTo = (hash: string) =>
  page.evaluate((wanted) => {
    location.hash = wanted
  }, hash)

test('the home page, with all options open', async () => {
  await inspect('start')
  await page.getByText('Models, tasks, seeds and methods').click()
  await inspect('options')
})

test('a training: running, trained, asked', async () => {
  await goTo('#/train')
  await page.getByLabel('taste').check()
  await inspect('train-start')
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await page.getByRole('heading', { name: /What it writes after/ }).waitFor()
  await page.getByRole('heading', { name: 'Trained' }).waitFor({ timeout: 90_000 })
  await page.getByText('What comes next, it thinks').waitFor()
  await page.getByRole('button', { name: 'Layer 2, head 1' }).click()
  await page.getByRole('button', { name: /^Write/ }).click()
  await page.locator('blockquote[aria-live]').waitFor()
  await page.getByRole('button', { name: /^Write 300/ }).waitFor()
  await inspect('train-done')
})

test('a weak-to-strong run: half-way, and its report', async () => {
  await goTo('#/?weak=a&strong=b&seeds=1,2&families=attr&tasks=3&methods=naive,confidence')
  await page.getByRole('button', { name: /^Start/ }).click()
  await page.getByText('The report so far').waitFor()
  await page.getByText('How to read this').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  await inspect('half-way')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Done.').waitFor()
  await page.getByText('Save a figure').click()
  for (const kind of ['SVG', 'PNG'] as const) {
    const saving = page.waitForEvent('download')
    await page.getByLabel(`Performance gap recovered (PGR) as ${kind}`).click()
    const file = readFileSync(await (await saving).path())
    if (kind === 'SVG') expect(file.toString()).toMatch(/^<svg .*xmlns=/)
    else expect([...file.subarray(1, 4)]).toEqual([...Buffer.from('PNG')])
    expect(file.length).toBeGreaterThan(3_000)
  }
  await inspect('done')
})

test('the kernels', async () => {
  await goTo('#/kernels')
  await page.getByRole('button', { name: 'Test every kernel' }).click()
  await page.getByText(/All \d+ results are right/).waitFor({ timeout: 90_000 })
  await inspect('kernels')
})

test('the runs: open, rename, export and import, delete', async () => {
  await goTo('#/runs')
  await page.getByRole('button', { name: 'Rename' }).first().click()
  await page.getByLabel('Name of the run').fill('My first run')
  await page.getByRole('button', { name: 'Keep' }).click()
  await page.getByRole('link', { name: 'My first run' }).waitFor()
  await inspect('runs')
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).first().click()
  const file = await (await saving).path()
  const before = await page.locator('.run').count()
  await page.locator('input[type=file]').setInputFiles({
    name: 'run.json',
    mimeType: 'application/json',
    buffer: readFileSync(file),
  })
  await page.getByText('Where it comes from').waitFor() // an imported run opens
  await inspect('run')
  await goTo('#/runs')
  await expect.poll(() => page.locator('.run').count()).toBe(before + 1)
  await page.getByText('The same bits as').first().waitFor()
  await page.getByRole('button', { name: 'Delete', exact: true }).first().click()
  await page.getByRole('button', { name: 'Really delete', exact: true }).click()
  await expect.poll(() => page.locator('.run').count()).toBe(before)
})
