// Hidden states in 3-D: computed, drawn, turned, picked, by mouse and by keyboard.

import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage } from './browser.ts'
import { inspect } from './inspect.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'

let browser: Browser
/** counts pixels, so that this work is not taken for the page's own */
let counter: Page
const address = inject('address')
const QUERY = '#/representations?weak=a&strong=b&seed=1&family=attr&k=0'

beforeAll(async () => {
  browser = await launch()
  counter = await browser.newPage()
})
afterAll(() => browser.close())

/** Pixels of a view that are no grey: those of its points. */
async function coloured(page: Page, view: number): Promise<number> {
  const picture = await page.locator('.cloud').nth(view).screenshot()
  return counter.evaluate(
    async (bytes) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')!
      context.drawImage(image, 0, 0)
      const { data } = context.getImageData(0, 0, image.width, image.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4) {
        const rgb = data.subarray(i, i + 3)
        if (Math.max(...rgb) - Math.min(...rgb) > 60) count++
      }
      return count
    },
    [...picture],
  )
}

test('two models’ hidden states are computed, drawn, turned and read', async () => {
  const { page, errors, foreign } = await openPage(browser, address + QUERY, {
    viewport: { width: 1100, height: 1000 },
  })
  await page.getByText('software').waitFor()
  await inspect(page, 'states-start')
  await page.setViewportSize({ width: 1100, height: 1000 })
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Show their hidden states' }).click()
  await page.locator('.cloud').nth(1).waitFor({ timeout: 100_000 })
  for (const view of [0, 1]) await expect.poll(() => coloured(page, view), { timeout: 20_000 }).toBeGreaterThan(1_000)

  const student = page.getByRole('application', { name: /^Student/ })
  await student.focus()
  const before = await student.screenshot()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('+')
  await expect.poll(async () => (await student.screenshot()).equals(before)).toBe(false)
  await page.keyboard.press('.')
  await expect.poll(() => page.locator('.point').textContent()).toMatch(/noun \d+ .*truth [01] · teacher [01]/)
  await page.keyboard.press('Escape')
  await page.getByText('No dot is chosen.').waitFor()

  // some dot is near the middle of the cloud: clicking around there finds one
  const box = (await student.boundingBox())!
  for (let i = 0; i < 60 && (await page.getByText('No dot is chosen.').count()); i++)
    await page.mouse.click(box.x + box.width / 2 + 3 * i * Math.cos(i), box.y + box.height / 2 + 3 * i * Math.sin(i))
  await expect.poll(() => page.locator('.point').textContent()).toMatch(/noun \d+/)

  await page.getByLabel('student’s answer').check()
  await page.getByRole('slider', { name: 'Steps of finetuning' }).fill('6')
  await page.getByText('step 30').waitFor()
  await expect.poll(() => page.url()).toMatch(/look=6&colour=student/)
  await page.getByRole('button', { name: 'Play the finetuning' }).click()
  await page.getByText('step 60').waitFor({ timeout: 20_000 })
  await expectNoLongTasks(page, 'showing hidden states')
  await inspect(page, 'states')

  await page.reload() // shows the same again, from the store
  await page.locator('.cloud').nth(1).waitFor({ timeout: 20_000 })
  expect(await page.getByLabel('student’s answer').isChecked()).toBe(true)
  expect([errors, foreign]).toEqual([[], []])
})
