// ONNX Runtime Web with its WebGPU provider: matmul only, as it does not train.

import { installGpu, sample, serve } from './child.mjs'
import { matmulModel } from './onnx-model.mjs'

await installGpu()
// its wasm heap is shared memory, which Dawn's writeBuffer does not take: hand on a copy
const { writeBuffer } = GPUQueue.prototype
GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...range) {
  const source = data.buffer ?? data
  if (!(source instanceof SharedArrayBuffer)) return writeBuffer.call(this, buffer, offset, data, ...range)
  const bytes = data.buffer ? new Uint8Array(source, data.byteOffset, data.byteLength) : new Uint8Array(source)
  return writeBuffer.call(this, buffer, offset, bytes.slice(), ...range)
}
// by URL: the package's "node" condition leads to a file without WebGPU
const folder = new URL('./node_modules/onnxruntime-web/dist/', import.meta.url)
const ort = await import(new URL('ort.webgpu.min.mjs', folder).href)
ort.env.wasm.numThreads = 1
ort.env.wasm.wasmPaths = folder.href
ort.env.logLevel = 'error'

let run = async () => {}
let finish = async () => {}

serve({
  sample: (times) => sample(times, run, finish),

  async matmul({ M, N, K }, a, b) {
    const session = await ort.InferenceSession.create(matmulModel(M, K, N), {
      executionProviders: ['webgpu'],
      preferredOutputLocation: { c: 'gpu-buffer' },
    })
    const device = await ort.env.webgpu.device
    const upload = (data, dims) => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC
      const buffer = device.createBuffer({ size: data.byteLength, usage })
      device.queue.writeBuffer(buffer, 0, data)
      return ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims })
    }
    const inputs = { a: upload(a, [M, K]), b: upload(b, [K, N]) }
    const { c } = await session.run(inputs)
    const product = await c.getData(true)
    run = async () => (await session.run(inputs)).c.dispose()
    finish = () => device.queue.onSubmittedWorkDone()
    return product
  },
})
