// Readers of runs that may come from a stranger, a crash or a bad disk, on damaged input: a value or one clear error, soon, in
// bounded memory. NANOALIGN_FUZZ=100000 is the long form.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ArchiveError, packRun, type RunArchive, reportHtml, reportText, unpackRun } from '@nanoalign/experiments'
import { parseHTML } from 'linkedom'
import { expect, test, vi } from 'vitest'
import { mutations } from '../../../../scripts/fuzz/fuzz.ts'
import { damageBytes, damageJson, damageText } from '../../../../scripts/fuzz/mutate.ts'
import { compareCards, parseScorecard } from '../commands/card-diff.ts'
import { UsageError } from '../errors.ts'
import { seeds } from '../options.ts'
import { reportOf, trusting } from '../reports.ts'
import { runsOf } from '../run-archive.ts'
import { parseRun, type Run, RunStore, runId } from '../run-folder.ts'
import { openStore, parseSize } from '../store/open-store.ts'
import { sweepReport } from '../sweep/sweep-report.ts'
import { run, temporaryFolder } from '../testing.ts'
import { hold, isError, isPlain, shortened, text, utf8 } from './testing.ts'

const folder = temporaryFolder()

const config = { command: 'train', preset: 'tiny', options: { seed: 1, steps: 20 }, data: { name: 'x', sha256: 'y' } }
const state = {
  status: 'done',
  command: "nanoalign train --data 'a b'",
  adapter: 'a',
  versions: { node: '20' },
  started: '2026-01-01T00:00:00.000Z',
  process: { pid: 1, host: 'h' },
}
const filesOf = (config: object) => ({
  'config.json': utf8(JSON.stringify(config)),
  'run.json': utf8(JSON.stringify(state)),
  'result.json': utf8('{}'),
})
const member = { ...config, preset: 'small' }
const archive = (): RunArchive => ({
  id: runId(config),
  files: filesOf(config),
  members: { [runId(member)]: filesOf(member) },
  stages: {},
  checkpoints: {},
})

test('records of runs', () =>
  hold(
    {
      name: 'run record',
      whole: { config: JSON.stringify(config), state: JSON.stringify(state) },
      make: (dice) => ({
        config: damageJson(dice, [JSON.stringify(config)]),
        state: damageJson(dice, [JSON.stringify(state)]),
      }),
      read: (input) => {
        const found = parseRun('x', JSON.parse(input.config), JSON.parse(input.state))
        if (!found) throw new UsageError('refused')
        return runId(found.config)
      },
      isRefusal: isError(UsageError, SyntaxError, TypeError), // TypeError: canonicalJson of what cannot be hashed
    },
    1500,
  ))

test('archives of runs, by their bytes and by what is in them', () =>
  hold(
    {
      name: 'archive',
      whole: packRun(archive()),
      make: (dice) => {
        const made = archive()
        if (dice(2)) return damageBytes(dice, [packRun(made)])
        for (const files of [made.files, ...Object.values(made.members!)])
          for (const name of ['config.json', 'run.json'])
            if (dice(2)) files[name] = utf8(damageJson(dice, [text(files[name])]))
        return packRun(made)
      },
      read: (zip) => {
        const unpacked = unpackRun(zip)
        const { run, members } = runsOf(unpacked)
        return { unpacked, runs: [run, ...members.map(({ run }) => run)] }
      },
      isRefusal: isError(ArchiveError),
      check: ({ unpacked, runs }) => {
        for (const run of runs) expect(run.id).toBe(runId(run.config))
        expect(JSON.stringify(runs)).not.toMatch(/\\u00|[\u007f-\u009f]/)
        for (const files of [unpacked.files, ...Object.values(unpacked.members ?? {})])
          for (const name of Object.keys(files)) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*$/)
      },
    },
    500,
  ))

test('places of stores, sizes and seeds of a command line', () =>
  hold(
    {
      name: 'command line values',
      whole: '1,2,3',
      make: (dice) => damageText(dice, ['s3://bucket/a/b', '1.5GB', '1,2,3', '10']),
      read: (word) => {
        const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', NANOALIGN_CACHE_SIZE: '0' }
        if (word.includes('://')) expect(openStore(word, env).location).toMatch(/^s3:\/\/[a-z0-9]/)
        const bytes = parseSize(word)
        if (bytes !== undefined) expect(Number.isSafeInteger(bytes)).toBe(true)
        return seeds(word)
      },
      isRefusal: (error) =>
        isError(UsageError)(error) || (error as { code?: string }).code === 'commander.invalidArgument',
      check: (list) => expect(list.every((seed) => Number.isInteger(seed) && seed >= 0)).toBe(true),
    },
    1500,
  ))

test('scorecards', () => {
  const evaluation = { name: 'a', title: 'A', models: { baseline: [{ name: 'm', value: 1, low: 0, high: 1 }] } }
  const sample = JSON.stringify({
    format: 'nanoalign-scorecard',
    version: 1,
    subject: 's',
    models: [{ name: 'baseline', label: 'b' }],
    seeds: [1],
    sizes: {},
    evaluations: [evaluation],
    preferences: [],
    monitor: [],
    preparedness: {},
    overall: {},
  })
  const provenance = { adapter: 'a', command: 'c', date: 'd', versions: {} }
  return hold(
    {
      name: 'scorecard',
      whole: sample,
      make: (dice) => damageJson(dice, [sample]),
      read: (json) =>
        compareCards(
          { name: 'x', card: parseScorecard(json, 'x') },
          { name: 'y', card: parseScorecard(sample, 'y') },
          provenance,
        ),
      isRefusal: isError(UsageError),
    },
    500,
  )
})

// most of a report's time are the draws of its intervals, which are all alike
vi.mock('../../../experiments/src/statistics/resamples.ts', () => ({ RESAMPLES: { accuracy: 20, share: 20, fit: 3 } }))

const LONG = process.env.NANOALIGN_FUZZ !== undefined
const SMALL = ['--layers', '1', '--heads', '2', '--width', '32', '--context', '16', '--batch', '2', '--steps', '20']
const SMOKE = ['--preset', 'smoke']
/** Commands that have results, and their parts of all inputs of the long form: the last two take tens of milliseconds each. */
const RESULTS: [name: string, command: string[], part: number][] = [
  ['train', ['train', ...SMALL], 4],
  ['w2s', ['w2s', ...SMOKE, '--seeds', '1', '--methods', 'naive'], 4],
  ['w2s-game', ['w2s', '--task', 'board', ...SMOKE], 4],
  ['reason', ['reason', ...SMOKE], 4],
  ['deliberate', ['deliberate', ...SMOKE], 1],
  ['card', ['card', ...SMOKE], 1],
]
const PARTS = RESULTS.reduce((sum, [, , part]) => sum + part, 0)

const resultReport = (config: Run['config'], json: string) =>
  reportOf({ id: 'x', config, state: { ...state, status: 'done' } }, JSON.parse(json))

/** The result with its lists cut as short as a report can be made of. */
async function shortest(config: Run['config'], result: unknown): Promise<string> {
  for (const most of [4, 16, 64]) {
    const json = JSON.stringify(shortened(result, most))
    const report = await resultReport(config, json).catch(() => undefined)
    if (report) return json
  }
  return JSON.stringify(result)
}

/** One in so many reports is drawn as text and page, too: that takes a tenth of a second. */
const DRAWN = 50

test.each(LONG ? RESULTS : RESULTS.slice(0, 2))(
  'results of %s become a report, or an error that the commands turn into one line',
  async (name, command, part) => {
    const out = path.join(folder, name)
    expect((await run([...command, '--out', out])).code).toBe(0)
    const store = new RunStore({ out })
    const [{ id, config }] = await store.list()
    const sample = await shortest(config, JSON.parse(readFileSync(path.join(out, id, 'result.json'), 'utf8')))
    let accepted = 0
    await hold(
      {
        name: `result of ${name}`,
        whole: sample,
        make: (dice) => damageJson(dice, [sample]),
        async read(json) {
          return trusting(store, { id, config, state: { ...state, status: 'done' } }, async () => {
            const report = await resultReport(config, json)
            if (accepted++ % DRAWN !== 0) return { text: '', html: '' }
            const { document } = parseHTML('<!doctype html><html><body></body></html>')
            return { text: reportText(report, { width: 80 }), html: reportHtml(report, document) }
          })
        },
        isRefusal: (error) => isError(SyntaxError)(error) || isPlain(error),
        check: ({ text, html }) => {
          expect(html).not.toContain('<script>alert')
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
          expect(text + html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        },
      },
      100,
      LONG ? Math.ceil((mutations(100) * part) / PARTS) : Infinity,
    )
  },
)

test('results of studies', () => {
  const sample = JSON.stringify({
    study: { name: 's', experiments: [] },
    runs: [
      { id: 'a', experiment: 'w2s', label: 'weak a', cells: [{ seed: 1 }, { seed: 2, error: 'no memory' }] },
      { id: 'b', experiment: 'w2s', label: 'weak b', cells: [{ seed: 1 }] },
    ],
    leftOut: ['weak c: larger than its student'],
  })
  const provenance = { adapter: 'a', command: 'c', date: 'd', versions: {} }
  const table = { kind: 'table' as const, caption: 't', columns: ['x', 'y'], rows: [['1', '2']] }
  const reports = new Map(['a', 'b'].map((id) => [id, { title: id, blocks: [table], provenance }]))
  const madeBy = { adapters: { a: 1, b: 2 }, code: { c: 3 }, kernels: { d: 3 } }
  return hold(
    {
      name: 'result of a study',
      whole: sample,
      make: (dice) => damageJson(dice, [sample]),
      read: (json) => reportText(sweepReport(JSON.parse(json), reports, madeBy, provenance), { width: 80 }),
      isRefusal: (error) => isError(TypeError, RangeError, SyntaxError)(error) || isPlain(error),
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey
      check: (report) => expect(report).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/),
    },
    500,
  )
})
