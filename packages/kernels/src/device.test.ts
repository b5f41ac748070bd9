// What the device reports at any time becomes an error with a name, at the next check.

import { expect, test } from 'vitest'
import { openDevice } from './device.ts'
import { DeviceLostError, GpuError, NoAdapterError, OutOfMemoryError } from './errors.ts'

class GPUOutOfMemoryError extends Error {}
class GPUValidationError extends Error {}

/** A GPU whose one device does nothing but report what it is told to. */
function fakeGpu() {
  let lose!: (info: object) => void
  const device = Object.assign(new EventTarget(), {
    features: new Set<string>(),
    lost: new Promise<object>((resolve) => {
      lose = resolve
    }),
    destroy() {},
  })
  const adapter = {
    features: new Set<string>(),
    limits: {},
    info: { vendor: 'acme', architecture: '', device: '', description: '' },
    requestDevice: async () => device,
  }
  const report = (error: Error) => device.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }))
  return { gpu: { requestAdapter: async () => adapter } as unknown as GPU, adapter, report, lose }
}

test('out of memory, and not what follows from it', async () => {
  const { gpu, report } = fakeGpu()
  const open = await openDevice(gpu)
  open.check()
  report(new GPUValidationError('buffer is invalid'))
  report(new GPUOutOfMemoryError('cannot allocate 4 GiB\n'))
  report(new GPUValidationError('bind group is invalid'))
  expect(() => open.check()).toThrow(OutOfMemoryError)
  open.check() // told once; a smaller piece of work may follow
  report(new GPUOutOfMemoryError('cannot allocate'))
  expect(() => open.check()).toThrow('acme is out of memory: cannot allocate. Make the model, the batch or the context')
})

test('other errors in their order, and a lost device above all and for ever', async () => {
  const { gpu, report, lose } = fakeGpu()
  const open = await openDevice(gpu)
  report(new GPUValidationError('first'))
  report(new GPUValidationError('second'))
  expect(() => open.check()).toThrow(GpuError)
  expect(() => open.check()).toThrow('WebGPU reported an error (Validation): second')
  report(new GPUOutOfMemoryError('cannot allocate'))
  lose({ reason: 'destroyed', message: 'gone' })
  await Promise.resolve()
  for (let i = 0; i < 2; i++) expect(() => open.check()).toThrow(DeviceLostError)
})

test('an adapter that gives no device is named, without where in the driver it went wrong', async () => {
  const { gpu, adapter } = fakeGpu()
  adapter.requestDevice = () =>
    Promise.reject(new Error('creating a fence failed (0x80004001)\n    at Check (d3d.cpp:121)\n'))
  const error = await openDevice(gpu).catch((error) => error)
  expect(error).toBeInstanceOf(NoAdapterError)
  expect(error.message).toMatch(/^acme cannot be opened: creating a fence failed \(0x80004001\); update its driver.*$/)
})
