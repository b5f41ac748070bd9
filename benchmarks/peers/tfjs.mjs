// TensorFlow.js with its webgpu backend: matmul, and a GPT training step with variableGrads and its own Adam.
// Bundled by esbuild before it runs: in plain Node, tfjs's gradients register with another copy of its core.

import { installGpu, oneHot, sample, serve } from './child.mjs'

const gpu = await installGpu()
const tf = await import('@tensorflow/tfjs-core')
await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')

// the device as tfjs's own factory asks for it
const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
const { limits } = adapter
const device = await adapter.requestDevice({
  requiredFeatures: ['timestamp-query', 'bgra8unorm-storage'].filter((feature) => adapter.features.has(feature)),
  requiredLimits: Object.fromEntries(
    [
      'maxComputeWorkgroupStorageSize',
      'maxComputeWorkgroupsPerDimension',
      'maxStorageBufferBindingSize',
      'maxBufferSize',
      'maxComputeWorkgroupSizeX',
      'maxComputeInvocationsPerWorkgroup',
    ].map((name) => [name, limits[name]]),
  ),
})
tf.removeBackend('webgpu')
tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3)
await tf.setBackend('webgpu')
await tf.ready()
const backend = tf.backend()

let run = async () => {}
const finish = async () => {
  backend.endComputePassEncoder() // submitQueue alone leaves the pass open
  backend.submitQueue()
  await device.queue.onSubmittedWorkDone()
}

serve({
  sample: (times) => sample(times, run, finish),

  async matmul({ M, N, K }, a, b) {
    const A = tf.tensor2d(a, [M, K])
    const B = tf.tensor2d(b, [K, N])
    const product = tf.matMul(A, B)
    const data = await product.data()
    product.dispose()
    run = async () => tf.matMul(A, B).dispose()
    return data
  },

  /** Takes up to 5 steps, until `maxMs` have passed, and returns their losses. */
  async training({ shape, parameters, ids, targets, adam, maxMs }) {
    const { B, T, nHead, nEmbd: C, nLayer, vocabSize: V } = shape
    const D = C / nHead
    const p = Object.fromEntries(
      Object.entries(parameters).map(([name, { data, dims }]) => [name, tf.variable(tf.tensor(data, dims))]),
    )
    const mask = tf.tensor2d(
      Float32Array.from({ length: T * T }, (_, i) => (i % T <= Math.floor(i / T) ? 0 : -1e9)),
      [T, T],
    )
    const norm = (x, name) => {
      const centred = tf.sub(x, tf.mean(x, -1, true))
      const rstd = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5))
      return tf.add(tf.mul(tf.mul(centred, rstd), p[`${name}.weight`]), p[`${name}.bias`])
    }
    const dense = (x, name) => tf.add(tf.matMul(x, p[`${name}.weight`]), p[`${name}.bias`]) // x (B·T, C)
    const gelu = (x) => {
      const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x)))))
      return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)))
    }
    const heads = (x) => tf.transpose(tf.reshape(x, [B, T, nHead, D]), [0, 2, 1, 3])
    const forward = (x) => {
      const embedded = tf.add(tf.reshape(tf.matMul(x, p['wte.weight']), [B, T, C]), p['wpe.weight'])
      let h = tf.reshape(embedded, [B * T, C])
      for (let i = 0; i < nLayer; i++) {
        const [q, k, v] = tf.split(dense(norm(h, `h.${i}.ln_1`), `h.${i}.attn.c_attn`), 3, -1).map(heads)
        const scores = tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(D)), mask)
        const attended = tf.reshape(tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]), [B * T, C])
        h = tf.add(h, dense(attended, `h.${i}.attn.c_proj`))
        h = tf.add(h, dense(gelu(dense(norm(h, `h.${i}.ln_2`), `h.${i}.mlp.c_fc`)), `h.${i}.mlp.c_proj`))
      }
      return tf.matMul(norm(h, 'ln_f'), p['wte.weight'], false, true)
    }
    const x = tf.tensor2d(oneHot(ids, V), [B * T, V])
    const y = tf.tensor2d(oneHot(targets, V), [B * T, V])
    const optimizer = tf.train.adam(adam.lr, adam.beta1, adam.beta2, adam.eps)
    let last
    run = async () => {
      last?.dispose()
      last = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true)
    }
    const losses = []
    const start = performance.now()
    for (let i = 0; i < 5 && performance.now() - start < maxMs; i++) {
      await run()
      losses.push((await last.data())[0])
    }
    return losses
  },
})
