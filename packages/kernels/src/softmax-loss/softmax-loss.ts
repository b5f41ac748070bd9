// The one loss of the project: cross-entropy against K weighted targets per row, forward and gradient fused.
// Next-token loss is K = 1 with w ∈ {0, 1/count}; soft labels are K = classes; policy gradients are K = 1 with w = advantage.

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import { CLASS_ACCESS, SOFTMAX_LOSS } from './softmax-loss.wgsl.ts'

/**
 * losses[n] = −Σₖ weights[n, k] · log softmax(logits[n])[ids[n, k]].
 * logits (N, V); ids (N, K) u32, each < V where its weight is not 0; weights (N, K); losses (N).
 * With `gradient`, logits are replaced by d(Σ losses)/d(logits) = (Σₖ w)·softmax − Σₖ w·onehot.
 */
export function softmaxLoss(
  program: Program,
  t: { logits: Tensor; ids: Tensor; weights: Tensor; losses: Tensor },
  { gradient }: { gradient: boolean },
): void {
  const [N, classes] = t.logits.shape
  const K = t.ids.size / N
  if (!Number.isInteger(K)) throw new Error(`softmaxLoss: ids has ${t.ids.size} elements, no multiple of ${N} rows`)
  checkSize('softmaxLoss', 'weights', t.weights, N * K)
  checkSize('softmaxLoss', 'losses', t.losses, N)
  const width = vectorWidth(classes)
  const { read, lower } = CLASS_ACCESS[width]
  const source = SOFTMAX_LOSS.replace('LOGIT_AT', read).replace('SUBTRACT_AT', lower)
  program.dispatch(
    shader('softmax-loss', forVectorWidth(source, classes), { GRADIENT: gradient }),
    t,
    { N, C: classes / width, K, classes },
    grid(Math.ceil(N / 32)),
  )
}
