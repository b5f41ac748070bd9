// The look inside must show the model that the kernels run.

import { openNodeDevice } from '@nanoalign/kernels/node'
import { type GPTConfig, gptParameters, Parameters } from '@nanoalign/model'
import { nextTokenReadout } from '@nanoalign/trainer'
import { expect, test } from 'vitest'
import { look } from '../src/train/look.ts'

test('next-token probabilities agree with the kernels’, and attention looks back only', async () => {
  const config: GPTConfig = { vocabSize: 11, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 12 }
  const ids = Uint32Array.of(3, 1, 4, 1, 5, 9)
  const gpu = await openNodeDevice({ adapter: 'swiftshader' })
  const parameters = new Parameters(gpu, gptParameters(config))
  parameters.initialise(7)
  const readout = await nextTokenReadout(gpu, config, parameters, { B: 1, T: ids.length })
  const shares = Array.from(await readout.run(ids), Math.exp)
  const total = shares.reduce((a, b) => a + b)
  const { next, maps } = look({ config, values: await parameters.toHost() }, ids)
  next.forEach((probability, id) => {
    expect(probability).toBeCloseTo(shares[id] / total, 5)
  })
  expect([maps.length, maps[0].length]).toEqual([2, 2])
  for (const map of maps.flat())
    for (let t = 0; t < ids.length; t++) {
      const row = map.subarray(t * ids.length, (t + 1) * ids.length)
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
      expect(row.subarray(t + 1).every((weight) => weight === 0)).toBe(true)
    }
  readout.destroy()
  parameters.destroy()
  gpu.close()
})
