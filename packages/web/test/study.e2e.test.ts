// The weak-to-strong page in a real browser, from the click to the figures.

import {
  ArtifactStore,
  createRunner,
  hashOf,
  summarize,
  weakToStrong,
  weakToStrongPresets,
} from '@nanoalign/experiments'
import { openNodeDevice } from '@nanoalign/kernels/node'
import type { Browser, Page } from 'playwright'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, openPage, setHidden } from './browser.ts'
import { expectNoLongTasks, watchLongTasks } from './long-tasks.ts'
import { recordsOf } from './records.ts'

let browser: Browser
const address = inject('address')
const SHORT = '#/?weak=a&strong=b&seeds=1&families=attr&tasks=1&methods=naive'

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

const start = (page: Page) => page.getByRole('button', { name: /^(Start|Go on)/ }).click()
const done = (page: Page) => page.getByText('Done.').waitFor({ timeout: 100_000 })
const stepsDone = async (page: Page) =>
  Number(/batch ([\d,]+)/.exec((await page.locator('.stage').textContent()) ?? '')?.[1].replace(',', '') ?? 0)

test('the smallest preset: from one click to the figures of the command line, without blocking the page', async () => {
  const { page, errors, foreign } = await openPage(browser, address, { viewport: { width: 1100, height: 900 } })
  await page.getByText('software').waitFor()
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Just a taste' }).click()
  await page.locator('.curve').first().waitFor() // live loss
  expect(page.url()).toContain('seeds=1,2&families=attr')
  await page.getByText('The report so far').waitFor({ timeout: 60_000 }) // after the first task
  await done(page)
  await page.getByText('How to read this').waitFor()
  await expectNoLongTasks(page, 'running')

  const [record] = await recordsOf(page)
  expect(record.status).toBe('done')
  expect(record.report?.provenance.adapter).toMatch(/swiftshader, software, subgroups of 4$/) // what made the artifacts
  const gpu = await openNodeDevice({ adapter: 'swiftshader' })
  const runner = createRunner({ store: new ArtifactStore(createStorage()), provenance: {} })
  const result = await weakToStrong({ gpu, runner }, weakToStrongPresets.smoke)
  gpu.close()
  console.log(`browser ${record.resultHash}, Node ${hashOf(result)}`)
  const table = record.report?.blocks.find((block) => block.kind === 'table')
  const shown = table?.kind === 'table' && table.rows.map(([, cell]) => cell)
  const [naive, confident] = summarize(result).map(({ summary }) => summary)
  const same = ({ value, low, high }: { value: number; low: number; high: number }) => ({
    value,
    low,
    high,
    format: 'percent',
  })
  expect(shown).toEqual([naive.weak, naive.student, confident.student, naive.ceiling, naive.zeroShot!].map(same))
  expect(record.resultHash).toBe(hashOf(result)) // every probability of every test item, to the last bit

  expect(errors).toEqual([])
  expect(foreign).toEqual([])

  await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
  await page.getByRole('link', { name: 'Open', exact: true }).click()
  await page.getByText('Where it comes from').waitFor()
  await page.getByText(record.resultHash!).waitFor()
})

test('a reload in mid-run goes on from the checkpoint by itself, to the same bits', async () => {
  const { page, errors } = await openPage(browser, address + SHORT)
  await start(page)
  await expect.poll(() => stepsDone(page), { timeout: 60_000, interval: 100 }).toBeGreaterThan(500) // of 750, in b
  await page.reload()
  await expect.poll(() => stepsDone(page), { timeout: 60_000, interval: 20 }).toBeGreaterThan(1)
  expect(await stepsDone(page), 'first step seen after the reload').toBeGreaterThan(100)
  await done(page)
  const [{ resultHash }] = await recordsOf(page)

  const whole = await openPage(browser, address + SHORT) // another context: an empty store
  await start(whole.page)
  await done(whole.page)
  const [straight] = await recordsOf(whole.page)
  expect(resultHash).toBe(straight.resultHash)
  expect(errors).toEqual([])
})

test('pause, resume and stop', async () => {
  const { page } = await openPage(browser, address + SHORT)
  await start(page)
  await page.locator('.curve').first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  expect((await recordsOf(page))[0].status).toBe('paused')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('button', { name: 'Go on with this run' }).waitFor()
  await expect.poll(async () => (await recordsOf(page))[0].status).toBe('stopped')
})

test('by keyboard alone: started, paused, gone on with', async () => {
  const { page } = await openPage(browser, address + SHORT)
  await page.getByText('software').waitFor()
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 60 && !name.test(await focused()); i++) await page.keyboard.press('Tab')
    expect(await focused()).toMatch(name)
  }
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await tabTo(/^Start/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  await tabTo(/^Pause$/) // from the heading of the run, not from the beginning of the page
  await page.keyboard.press('Space')
  await page.keyboard.press('Space')
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  await tabTo(/^Resume$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  await page.close()
})

test('a hidden tab pauses if that is wished, and goes on when it is seen again', async () => {
  const { page } = await openPage(browser, address + SHORT)
  const hide = (hidden: boolean) => setHidden(page, hidden)
  await start(page)
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  await hide(true)
  await page.waitForTimeout(1_000)
  await page.getByRole('heading', { name: 'Running' }).waitFor() // not wished
  await hide(false)
  await page.getByLabel('pause while this tab is hidden').check()
  await hide(true)
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  await hide(false)
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  await page.close()
})

test('two tabs: the second waits for its turn, and then finds the first one’s work', async () => {
  const { page } = await openPage(browser, address + SHORT)
  await start(page)
  await page.getByRole('heading', { name: 'Running' }).waitFor()
  const second = await page.context().newPage()
  await second.goto(address + SHORT)
  await second.getByRole('heading', { name: /Another run is using the GPU/ }).waitFor() // it took the run for its own
  await done(page)
  await done(second)
  const all = await recordsOf(second)
  expect(all.map(({ status }) => status)).toEqual(['done'])
})

test('a lost device is explained, and the run goes on from its checkpoint', async () => {
  const { page } = await openPage(browser, address + SHORT)
  await start(page)
  await expect.poll(() => stepsDone(page), { timeout: 60_000, interval: 100 }).toBeGreaterThan(60)
  await page.evaluate(() =>
    (globalThis as never as { nanoalignTest: { loseDevice(): void } }).nanoalignTest.loseDevice(),
  )
  await page.getByRole('heading', { name: 'The GPU was lost' }).waitFor()
  expect(await page.getByRole('alert').textContent()).toMatch(/device was lost.*Nothing finished is lost/s)
  await page.getByRole('button', { name: 'Go on from the last checkpoint' }).click()
  await done(page)
})
