// The shortest way through the page in a real browser, for every push: it opens, finds a device, computes something,
// and shows its report; the rest is in the *.e2e.test.ts files.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'

test('a run in probe mode, from one click to its report', async () => {
  const browser = await launch()
  const query = 'weak=a&strong=b&seeds=1&families=attr&tasks=1&methods=naive,hard&probe=yes'
  const { page, errors, foreign } = await openPage(browser, `${inject('address')}#/?${query}`)
  await page.getByText('software').waitFor()
  await watchLongTasks(page)
  await page.getByRole('button', { name: /^Start/ }).click()
  await page.getByText('Done.').waitFor({ timeout: 80_000 })
  await page.getByText('How to read this').waitFor()
  await expectNoLongTasks(page, 'running')
  expect(await page.locator('.cell.gain, .cell.loss').count()).toBe(1)
  expect(await page.locator('.report svg').count()).toBeGreaterThan(1)
  expect([errors, foreign]).toEqual([[], []])
  await browser.close()
})

test('the first visit loads less than 300 kB, compressed', async () => {
  const browser = await launch()
  const page = await browser.newPage()
  const loaded: string[] = []
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
  const address = inject('address')
  await page.goto(address)
  await page.getByText('software').waitFor()
  await page.getByRole('button', { name: 'Start the experiment' }).waitFor()
  await browser.close()
  const root = new URL(address).pathname
  const file = (path: string) =>
    readFileSync(new URL(`../dist/${path.slice(root.length) || 'index.html'}`, import.meta.url))
  const bytes = loaded.reduce((total, path) => total + gzipSync(file(path)).length, 0)
  console.log(`first load: ${loaded.length} files, ${(bytes / 1000).toFixed(1)} kB`)
  expect(loaded.length).toBeGreaterThan(3)
  expect(bytes).toBeLessThan(300_000)
})
