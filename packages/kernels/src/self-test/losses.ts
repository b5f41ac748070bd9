// Losses and their targets.

import { matmulReference } from '../matmul/matmul.reference.ts'
import { confidenceTargets, confidenceTargetsReference } from '../softmax-loss/confidence-targets.ts'
import { hardenedTargets, hardenedTargetsReference } from '../softmax-loss/hardened-targets.ts'
import { productTargets, productTargetsReference } from '../softmax-loss/product-targets.ts'
import { projectedLoss } from '../softmax-loss/projected-loss.ts'
import { releasedConfidenceReference, releasedConfidenceTargets } from '../softmax-loss/released-confidence-targets.ts'
import { reverseKlReference, reverseKlTargets } from '../softmax-loss/reverse-kl-targets.ts'
import { softmaxLossReference } from '../softmax-loss/softmax-loss.reference.ts'
import { softmaxLoss } from '../softmax-loss/softmax-loss.ts'
import type { Bench, Check, SelfTestCase } from './bench.ts'

export const lossCases: SelfTestCase[] = [
  { shape: '33 rows of 37, 3 targets', record: softmaxLossChecks },
  { shape: '33 rows', record: targetChecks },
  { shape: '70 rows of 20, width 12', record: projectedLossChecks },
]

function softmaxLossChecks(bench: Bench): Check[] {
  const [N, V, K] = [33, 37, 3]
  const [logits, ids, weights] = [bench.noise(N, V), bench.integers(V, N, K), bench.noise(N, K)]
  const losses = bench.out(N)
  const inputs = { logits: logits.tensor, ids: ids.tensor, weights: weights.tensor }
  softmaxLoss(bench.program, { ...inputs, losses }, { gradient: true })
  const want = softmaxLossReference(logits.data, ids.data, weights.data, { N, V, K })
  return [
    { kernel: 'softmax loss', got: losses, want: want.losses },
    { kernel: 'softmax loss gradient', got: logits.tensor, want: want.dlogits },
  ]
}

function targetChecks(bench: Bench): Check[] {
  const N = 33
  const { tensor: logits, data } = bench.noise(N, 2)
  const beliefs = bench.noise(N).data.map((x) => 1 / (1 + Math.exp(-x)))
  const weak = bench.put(beliefs, N)
  const alpha = bench.put(new Float32Array([0.75]), 1)
  const [confidence, released, product, reverse] = Array.from({ length: 4 }, () => bench.out(N, 2))
  confidenceTargets(bench.program, { logits, weak, alpha, weights: confidence })
  releasedConfidenceTargets(bench.program, { logits, weak, alpha, weights: released })
  productTargets(bench.program, { logits, weak, weights: product })
  reverseKlTargets(bench.program, { logits, weak, weights: reverse })
  const [V, K] = [37, 3]
  const [many, labels, shares] = [bench.noise(N, V), bench.integers(V, N, K), bench.noise(N, K)]
  const [ids, hardened] = [bench.program.tensor([N, K + 1], 'ids', 'u32'), bench.out(N, K + 1)]
  const inputs = { logits: many.tensor, labels: labels.tensor, labelWeights: shares.tensor, alpha }
  hardenedTargets(bench.program, { ...inputs, ids, weights: hardened })
  const own = hardenedTargetsReference(many.data, labels.data, shares.data, 0.75, { N, V, K })
  return [
    { kernel: 'confidence targets', got: confidence, want: confidenceTargetsReference(data, beliefs, 0.75) },
    { kernel: 'confidence targets, released', got: released, want: releasedConfidenceReference(data, beliefs, 0.75) },
    { kernel: 'hardened targets', got: hardened, want: own.weights },
    { kernel: 'product targets', got: product, want: productTargetsReference(data, beliefs) },
    { kernel: 'reverse KL targets', got: reverse, want: reverseKlReference(data, beliefs).weights },
  ]
}

function projectedLossChecks(bench: Bench): Check[] {
  const [N, C, V] = [70, 12, 20]
  const [inp, table] = [bench.noise(N, C), bench.noise(V, C)]
  const [ids, weights] = [bench.integers(V, N, 1), bench.noise(N, 1)]
  const [losses, dinp, dtable] = [bench.out(N), bench.out(N, C), bench.put(new Float32Array(V * C), V, C)]
  const inputs = { inp: inp.tensor, table: table.tensor, ids: ids.tensor, weights: weights.tensor }
  projectedLoss(bench.program, { ...inputs, losses }, { gradients: { dinp, dtable }, rows: 64 })
  const logits = matmulReference({ M: N, N: V, K: C, a: inp.data, b: table.data, transposeB: true })
  const want = softmaxLossReference(logits, ids.data, weights.data, { N, V, K: 1 })
  const { dlogits } = want
  return [
    { kernel: 'projected loss', got: losses, want: want.losses },
    {
      kernel: 'projected loss: input',
      got: dinp,
      want: matmulReference({ M: N, N: C, K: V, a: dlogits, b: table.data }),
    },
    {
      kernel: 'projected loss: table',
      got: dtable,
      want: matmulReference({ M: V, N: C, K: N, a: dlogits, b: inp.data, transposeA: true }),
      tolerance: 4e-5, // a sum over rows of products of two sums
    },
  ]
}
