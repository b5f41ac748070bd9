// Runs side by side, and the models of a run as files.

import { readFileSync } from 'node:fs'
import { packRun } from '@nanoalign/experiments'
import { readModel } from '@nanoalign/model'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'

let browser: Browser
const address = inject('address')

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

async function run(page: Page, query: string): Promise<void> {
  await page.goto(`${address}#/?${query}`)
  await page
    .getByRole('button', { name: /^(Start|Go on|Another)/ })
    .first()
    .waitFor()
  const another = page.getByRole('button', { name: 'Another run' })
  if (await another.count()) await another.click()
  await page.getByRole('button', { name: /^(Start|Go on)/ }).click()
  await page.getByText('Done.').waitFor({ timeout: 100_000 })
}

test('two runs are compared, and a model of one is saved', async () => {
  const { page, errors, foreign } = await openPage(browser, address)
  await run(page, 'weak=a&strong=b&seeds=1&families=attr&tasks=1&methods=naive')
  await run(page, 'weak=a&strong=b&seeds=1&families=attr&tasks=2&methods=naive')
  await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
  const boxes = page.getByRole('checkbox', { name: /^compare/ })
  await boxes.nth(0).check()
  await page.getByText('Choose one more run').waitFor()
  await boxes.nth(1).check()
  await inspect(page, 'runs-chosen')
  await page.getByRole('link', { name: 'Compare 2 runs' }).click()
  await page.getByRole('heading', { name: '2 runs side by side' }).waitFor()
  const differing = page.locator('table.side').first().locator('tbody tr').first()
  expect(await differing.locator('th, td').allTextContents()).toEqual(['tasks', '2', '1'])
  await page.getByText('The same in all').waitFor()
  await page.getByText('Accuracy on').first().waitFor()
  await page.locator('.pair svg').nth(1).waitFor() // figures beside each other
  await inspect(page, 'compare')
  await page.reload() // the address holds the comparison
  await page.getByRole('heading', { name: '2 runs side by side' }).waitFor()

  await page.getByRole('columnheader').getByRole('link').first().click()
  await page.getByText('Save a model').click()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'seed 1: pretrain b as safetensors' }).click()
  const model = readModel(new Uint8Array(readFileSync(await (await saving).path())))
  expect(model.config).toMatchObject({ nLayer: 1, nEmbd: 16 })
  expect([errors, foreign]).toEqual([[], []])
})

test('a run that the command line exported opens in the page', async () => {
  const { page, errors } = await openPage(browser, address)
  await page.goto(`${address}#/runs`)
  const report = readFileSync(new URL('../src/reference/weak-to-strong.json', import.meta.url))
  const zip = packRun({ id: 'w2s-quick-0', files: {}, stages: {}, checkpoints: {}, report })
  const input = page.locator('input[type=file]')
  await input.setInputFiles({ name: 'damaged.zip', mimeType: 'application/zip', buffer: Buffer.from(zip.slice(0, -9)) })
  await page.getByText('damaged.zip: it is no zip file, or damaged').waitFor()
  await input.setInputFiles({ name: 'run.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) })
  await page.getByRole('heading', { name: 'Where it comes from' }).waitFor()
  await inspect(page, 'run-from-archive')
  expect(errors).toEqual([])
})
