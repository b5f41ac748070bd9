// The quick study to its end in a page, and the same by the command line on the same adapter: the same bits. It takes
// minutes on two processor cores, twice.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { hashOf } from '@nanoalign/experiments'
import { expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'
import { recordsOf } from './records.ts'

const MINUTES = 60_000

test('the quick study: the page’s numbers are the command line’s', { timeout: 60 * MINUTES }, async () => {
  const browser = await launch()
  const { page, errors, foreign } = await openPage(browser, inject('address'), {
    viewport: { width: 1100, height: 900 },
  })
  await page.getByText('software').waitFor()
  const estimate = page.getByText(/^On two processor cores/)
  console.log(await estimate.textContent())
  await page.getByRole('button', { name: 'Start the experiment' }).click()
  const from = Date.now()
  const since = (what: string) => console.log(`${what} after ${((Date.now() - from) / 1000).toFixed(1)} s`)
  await page.locator('.curve').first().waitFor({ timeout: MINUTES })
  since('live loss')
  const accuracy = page.locator('figure.live', { hasText: 'Accuracy, live' })
  await accuracy.locator('.curve').first().waitFor({ timeout: MINUTES })
  since('live accuracy of the small model')
  const gap = page.locator('figure.gap-now')
  await gap.getByText(/^teacher /).waitFor({ timeout: 5 * MINUTES })
  since('the teacher in the figure of the gap')
  await gap.getByText(/^ceiling /).waitFor({ timeout: 15 * MINUTES })
  since('the ceiling')
  await gap.getByText(/^Performance gap recovered, .*: -?\d/).waitFor({ timeout: 15 * MINUTES })
  since('PGR of the first task, as its student learns')
  await page
    .locator('.gap .mark')
    .first()
    .waitFor({ timeout: 20 * MINUTES })
  since('PGR of the first task, whole')
  await watchLongTasks(page)
  await expect.poll(() => page.locator('.cell.gain, .cell.loss').count(), { timeout: 20 * MINUTES }).toBeGreaterThan(10)
  await expectNoLongTasks(page, 'the report grows')
  await inspect(page, 'quick-running')
  await page.getByText('Done.').waitFor({ timeout: 30 * MINUTES })
  since('done')
  await page.getByText('How to read this').waitFor()
  await inspect(page, 'quick')
  const [{ resultHash }] = await recordsOf(page)

  // its models are in the store now, so that their hidden states only need the finetuning
  await page.goto(`${inject('address')}#/representations?weak=c&strong=f&seed=1&family=attr&k=0`)
  await page.getByRole('button', { name: 'Show their hidden states' }).click()
  await page
    .locator('.cloud')
    .nth(1)
    .waitFor({ timeout: 10 * MINUTES })
  await page.getByLabel('student’s answer').check()
  await page.waitForTimeout(5_000) // the clouds are drawn
  await inspect(page, 'quick-states')
  expect([errors, foreign]).toEqual([[], []])
  await browser.close()

  const out = await mkdtemp(path.join(tmpdir(), 'nanoalign-'))
  const nanoalign = fileURLToPath(new URL('../../../node_modules/.bin/nanoalign', import.meta.url))
  const args = ['w2s', '--preset', 'quick', '--adapter', 'swiftshader', '--json', '--out', out]
  const { stdout } = await promisify(execFile)(nanoalign, args, { maxBuffer: 2 ** 28 })
  const { result } = JSON.parse(stdout)
  console.log(`page ${resultHash}, command line ${hashOf(result)}`)
  expect(resultHash).toBe(hashOf(result))
  await rm(out, { recursive: true })
})
