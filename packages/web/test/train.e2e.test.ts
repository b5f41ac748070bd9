// Training on a pasted text in a real browser.

import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage, setHidden } from './browser.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'

let browser: Browser
const address = inject('address')

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

test('a pasted text is kept, and a reload in mid-training goes on from the checkpoint', async () => {
  const { page, errors, foreign } = await openPage(browser, `${address}#/train`)
  await page.getByLabel('taste').check()
  const box = page.getByLabel('The text to learn from')
  await expect.poll(() => box.inputValue()).toContain('Call me Ishmael')
  await box.fill('the cat sat on the mat. the dog sat on the log.\n'.repeat(60))
  await page.locator('input[name=preset]:checked').dispatchEvent('change') // draws the page again
  await page.waitForTimeout(100)
  await box.blur()
  await expect.poll(() => page.url()).toMatch(/text=[0-9a-f]{16}/)
  await page.getByText('Its size and training in numbers').click()
  await page.getByLabel('steps', { exact: true }).fill('900')
  await page.getByLabel('steps', { exact: true }).blur()
  await expect
    .poll(() => page.locator('.estimate').last().textContent())
    .toMatch(/^On two processor cores a.* a GPU is faster/)
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  const step = async () =>
    Number(/step ([\d,]+)/.exec((await page.locator('.stage').textContent()) ?? '')?.[1].replace(',', '') ?? 0)
  await expect.poll(step, { timeout: 60_000, interval: 100 }).toBeGreaterThan(300)
  await page.waitForTimeout(500)
  await expectNoLongTasks(page, 'training')
  const hide = (hidden: boolean) => setHidden(page, hidden)
  await page.getByLabel('pause while this tab is hidden').check()
  await hide(true)
  await hide(false) // before its checkpoint is saved
  await page.getByRole('heading', { name: /^Training/ }).waitFor()
  await hide(true)
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  await hide(false)
  await page.getByRole('heading', { name: /^Training/ }).waitFor()
  await page.reload()
  await expect.poll(step, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0)
  expect(await step(), 'first step seen after the reload').toBeGreaterThan(20)
  await page.getByRole('heading', { name: 'Trained' }).waitFor({ timeout: 90_000 })
  // a text this simple is learned: after "the cat sat on the ma" comes t
  await page.getByLabel('A beginning').fill('the cat sat on the ma')
  await expect
    .poll(() => page.locator('.next li').first().textContent(), { timeout: 15_000 })
    .toMatch(/^t(9\d\.\d|100\.0) %/)
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: /Save the model/ }).click()
  expect((await saving).suggestedFilename()).toBe('model.safetensors')
  await page.getByLabel('A beginning').fill('the cat Z')
  await page.getByText(/"Z" \(U\+005A\).*not one of/).waitFor()
  expect([errors, foreign]).toEqual([[], []])
})

test('a text is dropped, a lost device is explained, and the training goes on from its checkpoint', async () => {
  const { page } = await openPage(browser, `${address}#/train`)
  await page.getByLabel('taste').check()
  await page.getByLabel('The text to learn from').evaluate((box) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.setData('text/plain', 'one two three four five six seven eight nine ten\n'.repeat(40))
    box.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  await page.getByText('“one two three four five …”').waitFor()
  await page.getByText('Its size and training in numbers').click()
  await page.getByLabel('steps', { exact: true }).fill('600')
  await page.getByLabel('steps', { exact: true }).blur()
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect.poll(() => page.locator('.stage').textContent(), { timeout: 60_000, interval: 50 }).toMatch(/step [1-9]/)
  await page.evaluate(() =>
    (globalThis as never as { nanoalignTest: { loseDevice(): void } }).nanoalignTest.loseDevice(),
  )
  await page.getByRole('heading', { name: 'The GPU was lost' }).waitFor()
  await page.getByRole('button', { name: 'Go on from the last checkpoint' }).click()
  await page.getByRole('heading', { name: 'Trained' }).waitFor({ timeout: 90_000 })
})
