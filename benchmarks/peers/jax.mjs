// jax-js: matmul, and a GPT training step with jit(valueAndGrad) and a handwritten Adam (its optimizers are not on npm).

import './iterator-helpers.mjs'
import { installGpu, oneHot, sample, serve } from './child.mjs'

await installGpu()
const { init, defaultDevice, numpy: np, nn, jit, valueAndGrad, tree } = await import('@jax-js/jax')
await init('webgpu')
defaultDevice('webgpu')

let run = async () => {}
let finish = async () => {}

serve({
  sample: (times) => sample(times, run, finish),

  /** a (M, K), b (K, N) → the product, and readiness to sample it */
  async matmul({ M, N, K }, a, b) {
    const A = np.array(a, { shape: [M, K] })
    const B = np.array(b, { shape: [K, N] })
    const dot = jit(np.dot)
    const product = await dot(A.ref, B.ref).data()
    // jax-js computes lazily: a result that is disposed of before it was computed never is, so all are held
    let pending = []
    run = async () => {
      pending.push(dot(A.ref, B.ref))
    }
    finish = async () => {
      for (const result of pending) await result.blockUntilReady()
      for (const result of pending) result.dispose()
      pending = []
    }
    return product
  },

  /** Takes up to 5 steps, until `maxMs` have passed, and returns their losses. */
  async training({ shape, parameters, ids, targets, adam, maxMs }) {
    const { B, T, nHead, nEmbd: C, nLayer, vocabSize: V } = shape
    const norm = (x, p, name) => nn.standardize(x, -1).mul(p[`${name}.weight`]).add(p[`${name}.bias`])
    const dense = (x, p, name) => np.dot(x, p[`${name}.weight`]).add(p[`${name}.bias`])
    const logits = (p, x) => {
      let h = np.dot(x, p['wte.weight'].ref).add(p['wpe.weight']) // x: one-hot (B, T, V)
      for (let i = 0; i < nLayer; i++) {
        const qkv = dense(norm(h.ref, p, `h.${i}.ln_1`), p, `h.${i}.attn.c_attn`)
        const [q, k, v] = np.split(qkv, 3, -1).map((t) => t.reshape([B, T, nHead, C / nHead]))
        const a = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([B, T, C])
        h = h.add(dense(a, p, `h.${i}.attn.c_proj`))
        const m = nn.gelu(dense(norm(h.ref, p, `h.${i}.ln_2`), p, `h.${i}.mlp.c_fc`))
        h = h.add(dense(m, p, `h.${i}.mlp.c_proj`))
      }
      return np.dot(norm(h, p, 'ln_f'), p['wte.weight'].transpose())
    }
    const loss = (p, x, y) => np.negative(np.mean(np.sum(nn.logSoftmax(logits(p, x), -1).mul(y), -1)))
    const gradient = jit(valueAndGrad(loss))
    const { lr, beta1, beta2, eps } = adam
    const update = jit((p, g, m, v, c1, c2) => {
      const m2 = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), m, tree.ref(g))
      const v2 = tree.map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), v, g)
      const p2 = tree.map(
        (p, m, v) =>
          p.sub(
            m
              .mul(c1.ref)
              .div(np.sqrt(v.mul(c2.ref)).add(eps))
              .mul(lr),
          ),
        p,
        tree.ref(m2),
        tree.ref(v2),
      )
      c1.dispose()
      c2.dispose()
      return [p2, m2, v2]
    })
    let P = Object.fromEntries(
      Object.entries(parameters).map(([name, { data, dims }]) => [name, np.array(data, { shape: dims })]),
    )
    const zeros = () => tree.map((x) => np.zeros(x.shape), P)
    let [moment, second] = [zeros(), zeros()]
    const x = np.array(oneHot(ids, V), { shape: [B, T, V] })
    const y = np.array(oneHot(targets, V), { shape: [B, T, V] })
    let step = 0
    let last
    run = async () => {
      step++
      last?.dispose()
      const [value, g] = gradient(tree.ref(P), x.ref, y.ref)
      last = value
      const [c1, c2] = [beta1, beta2].map((beta) => np.array([1 / (1 - beta ** step)]))
      ;[P, moment, second] = update(P, g, moment, second, c1, c2)
    }
    finish = () => P['ln_f.bias'].blockUntilReady()
    const losses = []
    const start = performance.now()
    for (let i = 0; i < 5 && performance.now() - start < maxMs; i++) {
      await run()
      losses.push(await last.ref.jsAsync())
    }
    return losses
  },
})
