import { expect, test } from 'vitest'
import type { Gpu } from './device.ts'
import { selfTest } from './self-test.ts'
import { useGpu } from './testing.ts'

const gpu = useGpu()
const portable = useGpu({ withoutSubgroups: true })

async function all(gpu: Gpu) {
  const results = []
  for await (const result of selfTest(gpu)) results.push(result)
  return results
}

test('every kernel passes, with and without subgroups', async () => {
  for (const device of [gpu(), portable()]) {
    const results = await all(device)
    expect(results.filter(({ ok }) => !ok)).toEqual([])
    expect(results.length).toBeGreaterThan(30)
    // a comparison that cannot fail would show nothing: f32 is never exactly f64
    expect(results.filter(({ worst, tolerance }) => tolerance > 0 && worst > 0).length).toBeGreaterThan(20)
  }
})

test('a wrong result is reported, not thrown', async () => {
  const device = gpu().device
  const broken: Gpu = {
    ...gpu(),
    device: new Proxy(device, {
      get(target, name) {
        // a driver that multiplies where it should add
        if (name === 'createShaderModule')
          return ({ code, ...rest }: GPUShaderModuleDescriptor) =>
            target.createShaderModule({ ...rest, code: code.replace('out[i] = a[i] + b[i]', 'out[i] = a[i] * b[i]') })
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    }),
  }
  const failed = (await all(broken)).filter(({ ok }) => !ok)
  expect(failed.map(({ kernel }) => kernel)).toEqual(['add'])
  expect(failed[0].worst).toBeGreaterThan(0.1)
})
