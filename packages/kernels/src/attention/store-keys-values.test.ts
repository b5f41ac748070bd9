import { expect, test } from 'vitest'
import { upload } from '../tensor.ts'
import { randomFloats, runKernel, useGpu } from '../testing.ts'
import { storeKeysValues } from './store-keys-values.ts'

const gpu = useGpu()

test.each([
  [1, 1, 1, 1, 1],
  [3, 5, 2, 3, 7],
  [2, 33, 4, 16, 33],
  [9, 7, 1, 64, 8],
])(
  'B=%i T=%i nHead=%i hs=%i blockSize=%i: k and v of every place, nothing beyond',
  async (B, T, nHead, hs, blockSize) => {
    const C = nHead * hs
    const qkv = randomFloats(B * T * 3 * C, 1)
    const size = B * nHead * blockSize * hs
    const old = new Float32Array(size).fill(9)
    const { keys, values } = await runKernel(gpu(), (p) => {
      const shape = [B, nHead, blockSize, hs]
      const cache = { keys: upload(gpu(), old, shape), values: upload(gpu(), old, shape) }
      storeKeysValues(p, { qkv: upload(gpu(), qkv, [B * T, 3 * C]), ...cache }, { B, T, nHead })
      return cache
    })
    for (let i = 0; i < size; i++) {
      const d = i % hs
      const t = Math.floor(i / hs) % blockSize
      const h = Math.floor(i / hs / blockSize) % nHead
      const b = Math.floor(i / hs / blockSize / nHead)
      const from = (b * T + t) * 3 * C + h * hs + d
      if (keys[i] !== (t < T ? qkv[from + C] : 9) || values[i] !== (t < T ? qkv[from + 2 * C] : 9))
        expect.fail(`element ${i}`)
    }
  },
)

test('a prompt longer than the cache is refused', async () => {
  const cache = () => upload(gpu(), new Float32Array(4), [1, 1, 2, 2])
  await expect(
    runKernel(gpu(), (p) => {
      const tensors = { qkv: upload(gpu(), new Float32Array(18), [3, 6]), keys: cache(), values: cache() }
      storeKeysValues(p, tensors, { B: 1, T: 3, nHead: 1 })
      return tensors
    }),
  ).rejects.toThrow('T is 3 but the cache has 2 places')
})
