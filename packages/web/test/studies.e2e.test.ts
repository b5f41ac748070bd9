// The pages of the other experiments: a taste of each, from one click over a growing report to the command line's, in
// every look.

import { readFileSync } from 'node:fs'
import {
  ArtifactStore,
  type CardResult,
  cardPresets,
  createRunner,
  type DeliberativeResult,
  defaultWorld,
  deliberate,
  deliberativePresets,
  type GameResult,
  gamePresets,
  gameWeakToStrong,
  hashOf,
  type ReasoningResult,
  type Runner,
  reason,
  reasoningPresets,
  systemCard,
} from '@nanoalign/experiments'
import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { readModel } from '@nanoalign/model'
import type { Browser } from 'playwright'
import { createStorage } from 'unstorage'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { studyReports } from '../src/report/study-reports.ts'
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

interface Tools {
  gpu: Gpu
  runner: Runner
}

/** The same in Node, and what a growing report has to come at the beginning. */
const tastes = {
  games: {
    run: (tools: Tools): Promise<GameResult> =>
      gameWeakToStrong(tools, { game: 'board', ...gamePresets('board').smoke }),
    comes: 'confidence',
  },
  deliberative: {
    run: (tools: Tools): Promise<DeliberativeResult> => deliberate(tools, deliberativePresets.smoke, defaultWorld),
    comes: 'deliberative SFT + RL, the judge’s scores',
  },
  reasoning: {
    run: (tools: Tools): Promise<ReasoningResult> => reason(tools, reasoningPresets.smoke),
    comes: 'the verifier',
  },
  card: {
    run: (tools: Tools): Promise<CardResult> => systemCard(tools, cardPresets.smoke, defaultWorld),
    comes: '18 evaluations after mitigation',
  },
}

test.each(Object.keys(tastes) as (keyof typeof tastes)[])('%s: a taste', async (name) => {
  const { page, errors, foreign } = await openPage(browser, `${address}#/${name}`)
  await page.getByText('software').waitFor()
  const estimate = page.getByText(/^On two processor cores .* \(a taste: /)
  await estimate.waitFor()
  console.log(`${name}: ${await estimate.textContent()}`)
  await inspect(page, `${name}-start`)
  await watchLongTasks(page)
  await page.getByRole('button', { name: 'Just a taste' }).click()
  const { run, comes } = tastes[name]
  await page.getByText(`Still to come, in whole or in part:`).filter({ hasText: comes }).waitFor()
  await page
    .getByRole('region', { name: /^Report: / })
    .getByRole('table')
    .first()
    .waitFor()
  await page.getByText('Done.').waitFor({ timeout: 100_000 })
  await expect.poll(async () => (await recordsOf(page))[0].status).toBe('done')
  const [{ seconds, resultHash, report }] = await recordsOf(page)
  // one after the other
  await expect.poll(() => page.locator('.report > div').count()).toBe(report!.blocks.length)
  await expectNoLongTasks(page, name)
  console.log(`${name}: the taste took ${seconds.toFixed(1)} s`)
  await inspect(page, name)
  const gpu = await openNodeDevice({ adapter: 'swiftshader' })
  const result = await run({ gpu, runner: createRunner({ store: new ArtifactStore(createStorage()), provenance: {} }) })
  gpu.close()
  expect(resultHash).toBe(hashOf(result as never)) // every answer, to the last bit
  expect(report!.blocks).toEqual((await studyReports[name](result as never, report!.provenance)).blocks)
  if (name === 'deliberative') {
    // the arms that were just trained can be talked to
    await page.getByRole('button', { name: 'Those trained here', pressed: true }).waitFor()
    await page.getByRole('button', { name: 'Ask all of them' }).click()
    await page.locator('.outcome strong').first().waitFor({ timeout: 60_000 })
  }
  // its report and its models are kept
  await page.getByRole('link', { name: 'Runs', exact: true }).first().click()
  await page.getByRole('link', { name: 'Open', exact: true }).click()
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
