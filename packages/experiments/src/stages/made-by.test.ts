import { createStorage } from 'unstorage'
import { expect, test } from 'vitest'
import { MakerTally, mixedBlocks, withMakers } from './made-by.ts'
import { Artifact, createRunner, defineStage, type StageEvent } from './stage.ts'
import { ArtifactStore } from './store.ts'

const answer = defineStage<{ n: number }, number>({
  name: 'answer',
  version: 1,
  run: async ({ n }) => n,
  encode: (n) => ({ 'n.json': new TextEncoder().encode(String(n)) }),
  decode: (blobs) => Number(new TextDecoder().decode(blobs['n.json'])),
})
const adapterOf = (name: string) => ({ name, software: true, driver: '1.0', subgroupSize: 4 })

test('a result on artifacts of another adapter, code and tuning, found in a shared store, names them all', async () => {
  const store = new ArtifactStore(createStorage())
  const tally = new MakerTally()
  const onEvent = (event: StageEvent) => {
    if ('madeBy' in event && event.madeBy) tally.add(event.key, event.madeBy)
  }
  const runner = (adapter: string, code: string, tuning?: string) =>
    createRunner({ store, provenance: { adapter: adapterOf(adapter), code }, tuning, onEvent })
  await runner('A', 'old').stage(answer, { n: 1 })
  expect(mixedBlocks(tally.counts)).toEqual([])
  const found = await runner('B', 'new').stage(answer, { n: 1 })
  await runner('B', 'new', '1a2b3c4d').stage(answer, { n: 2 })
  expect(found).toBeInstanceOf(Artifact)
  expect(tally.counts).toEqual({
    adapters: { 'A, software, 1.0, subgroups of 4': 1, 'B, software, 1.0, subgroups of 4': 1 },
    code: { old: 1, new: 1 },
    kernels: { 'default kernels': 1, 'tuned kernels 1a2b3c4d': 1 },
  })
  const report = { title: 't', blocks: [], provenance: { adapter: '', command: '', date: '', versions: {} } }
  const mixed = withMakers(report, tally.counts).blocks
  expect(JSON.stringify(mixed)).toMatch(/Made on 2 classes of adapters.*Made by 2 versions/)
  expect(tally.adapterText).toBe('A, software, 1.0, subgroups of 4 + B, software, 1.0, subgroups of 4')
})
