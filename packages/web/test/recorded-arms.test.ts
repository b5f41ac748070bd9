// The recorded models of the lab belong to the specification that the page shows, and stay small.

import { readFileSync, statSync } from 'node:fs'
import { createPolicyWorld, defaultWorld, hashOf } from '@nanoalign/experiments'
import { readModel } from '@nanoalign/model'
import { expect, test } from 'vitest'

const folder = new URL('../public/arms/', import.meta.url)

test('recorded arms fit the world that they are asked in', () => {
  const { seed, world, arms, command } = JSON.parse(readFileSync(new URL('arms.json', folder), 'utf8'))
  expect(world).toBe(hashOf(defaultWorld as never))
  expect(command).toMatch(/^nanoalign deliberate --preset (quick|laptop)/)
  expect(Object.keys(arms).sort()).toEqual(['direct', 'none', 'sft', 'sft-rl'])
  const { vocabulary, layout } = createPolicyWorld(defaultWorld, seed)
  for (const { file, bytes } of Object.values(arms as Record<string, { file: string; bytes: number }>)) {
    const path = new URL(file, folder)
    expect(statSync(path).size).toBe(bytes)
    expect(bytes).toBeLessThan(400_000)
    const { config } = readModel(readFileSync(path))
    expect([config.vocabSize, config.blockSize]).toEqual([vocabulary.size, layout.rowLength])
  }
})
