import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { RunStore } from './run-folder.ts'
import { temporaryFolder } from './testing.ts'

test('very many runs are read a few at a time: one that cannot be opened would be missing in the list', async () => {
  const out = temporaryFolder()
  for (let i = 0; i < 200; i++) mkdirSync(path.join(out, `run-${i}`))
  let [atOnce, most] = [0, 0]
  class Counting extends RunStore {
    override async load(id: string) {
      most = Math.max(most, ++atOnce)
      return super.load(id).finally(() => atOnce--)
    }
  }
  expect(await new Counting({ out }, {}).list()).toEqual([])
  expect(most).toBeLessThanOrEqual(32)
})
