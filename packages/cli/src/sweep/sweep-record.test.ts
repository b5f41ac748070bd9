import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { RunStore } from '../run-folder.ts'
import { temporaryFolder } from '../testing.ts'
import { sweepExperiments } from './experiments.ts'
import { parseStudy } from './study-file.ts'
import { SweepRecord } from './sweep-record.ts'

test('how long a run took is from its own first cell on, whatever happens to the clock', async () => {
  const store = new RunStore({ out: temporaryFolder() }, {})
  const study = parseStudy('name: s\nexperiments: [{ experiment: w2s, preset: smoke, matrix: { weak: [a, b] } }]')
  const record = new SweepRecord(store, study, sweepExperiments, () => Promise.reject(), 'nanoalign sweep')
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    await record.during(async () => {
      for (const group of study.groups) {
        record.begun(group)
        await sleep(60)
        vi.setSystemTime(Date.now() - 3_600_000)
        await record.writeGroup({ group, cells: [{ seed: 1, error: 'x' }] })
      }
    })
  } finally {
    vi.useRealTimers()
  }
  const seconds = async (id: string) => (await store.load(id))!.state.seconds!
  const [first, second] = await Promise.all(study.groups.map(({ id }) => seconds(id)))
  const all = await seconds(record.id)
  for (const each of [first, second]) expect(each).toBeGreaterThan(0.05)
  expect(all).toBeGreaterThanOrEqual(first + second)
})
