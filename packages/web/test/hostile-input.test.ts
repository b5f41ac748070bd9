// Addresses and files that visitors bring, damaged: a value that makes sense or an error in words, soon.
// NANOALIGN_FUZZ=100000 is the long form.

import { readFileSync } from 'node:fs'
import { deliberativePresets, packRun, reasoningPresets, weakToStrongPresets } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { fuzz, mutations } from '../../../scripts/fuzz/fuzz.ts'
import { damageJson, damageText } from '../../../scripts/fuzz/mutate.ts'
import { config as deliberative } from '../src/deliberative/config.ts'
import { fromBenchQuery, toBenchQuery, usualGroups } from '../src/kernels/bench-config.ts'
import { config as reasoning } from '../src/reasoning/config.ts'
import { fromStatesQuery, toStatesQuery } from '../src/representations/config.ts'
import { parseHash } from '../src/router.ts'
import { importRun } from '../src/runs/import-run.ts'
import { readRunFile } from '../src/runs/read-file.ts'
import { fromTrainQuery, pagePresets, toTrainQuery } from '../src/train/config.ts'
import * as weakToStrong from '../src/weak-to-strong/config.ts'

const isError = (error: unknown) => error instanceof Error && !(error instanceof TypeError)

async function hold(name: string, samples: string[], read: (text: string) => unknown, usual: number): Promise<void> {
  const json = samples[0].startsWith('{')
  const make = (dice: (below: number) => number) => (json ? damageJson(dice, samples) : damageText(dice, samples))
  const { accepted, mutations: count, slowest } = await fuzz({ name, make, read, isRefusal: isError }, mutations(usual))
  if (process.env.NANOALIGN_FUZZ)
    console.log(`${name}: ${count} inputs, ${accepted} accepted, slowest ${slowest.toFixed(0)} ms`)
  expect(accepted).toBeGreaterThan(0)
  expect(accepted).toBeLessThan(count)
}

/** Every number that got through must be one that a machine can be asked for. */
function checkNumbers(value: unknown): void {
  if (typeof value === 'number') expect(value >= 0 && value < 2 ** 32, String(value)).toBe(true)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(checkNumbers)
}

const queryOf = (hash: string) => parseHash(`#/x?${hash}`).query

test('addresses of studies', async () => {
  const study =
    <Options>({
      fromQuery,
      toQuery,
    }: {
      fromQuery(query: URLSearchParams): Options
      toQuery(options: Options): string
    }) =>
    (text: string) => {
      const options = fromQuery(queryOf(text))
      checkNumbers(options)
      // what was understood can be said again
      expect(toQuery(fromQuery(queryOf(toQuery(options))))).toEqual(toQuery(options))
    }
  await hold('weak-to-strong', [weakToStrong.toQuery(weakToStrongPresets.quick)], study(weakToStrong), 700)
  await hold('deliberative', [deliberative.toQuery(deliberativePresets.full)], study(deliberative), 700)
  await hold('reasoning', [reasoning.toQuery(reasoningPresets.full)], study(reasoning), 700)
  expect(Object.prototype).toEqual({})
})

test('addresses of the other pages', async () => {
  const training = toTrainQuery({ text: 'built-in', options: pagePresets.tiny })
  await hold('training', [training], (text) => checkNumbers(fromTrainQuery(queryOf(text)).options), 700)
  const bench = toBenchQuery({ quick: true, only: usualGroups })
  await hold('bench', [bench], (text) => fromBenchQuery(queryOf(text)), 500)
  const states = toStatesQuery(
    { weak: 'a', strong: 'b', seed: 1, family: 'attr', k: 0 },
    { look: 1, colouring: 'truth' },
  )
  await hold('states', [states], (text) => checkNumbers(fromStatesQuery(queryOf(text))), 500)
})

test('runs and reports from files', async () => {
  const report = readFileSync(new URL('../src/reference/weak-to-strong.json', import.meta.url), 'utf8')
  const run = {
    format: 1,
    id: 'a',
    page: 'train',
    name: 'n',
    query: 'a=b',
    status: 'done',
    created: '2026-01-01',
    seconds: 1,
  }
  const read = (text: string) => {
    const record = importRun(text, 'new', '2026-01-02T00:00:00Z')
    expect(record.id).toBe('new')
    expect(record.name.length).toBeLessThanOrEqual(200)
    checkNumbers(record.seconds)
  }
  await hold('run file', [JSON.stringify(run)], read, 700)
  await hold('report file', [report], read, 100)
})

test('an archive of `nanoalign runs export` opens as its report', async () => {
  const report = readFileSync(new URL('../src/reference/weak-to-strong.json', import.meta.url))
  const archive = { id: 'w2s-quick-0', files: {}, stages: {}, checkpoints: {} }
  const zip = packRun({ ...archive, report })
  const record = importRun(await readRunFile(new Blob([zip])), 'new', '2026-01-02T00:00:00Z')
  expect(record).toMatchObject({ id: 'new', status: 'done', report: { title: expect.any(String) } })
  await expect(readRunFile(new Blob([packRun(archive)]))).rejects.toThrow('run w2s-quick-0 had no report yet')
  await expect(readRunFile(new Blob([zip.slice(0, -30)]))).rejects.toThrow(/no zip file, or damaged/)
  expect(await readRunFile(new Blob(['{}']))).toBe('{}')
})
