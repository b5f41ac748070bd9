// Logistic regression by Newton's method, in f64: standardised features, soft labels, an L2 penalty on the weights.
// The loss is strictly convex, so the result does not depend on a start, an order or a step size.

export interface Probe {
  /** P(label = 1) of every row. features: (items, width) */
  predict(features: ArrayLike<number>): Float32Array
}

const ITERATIONS = 30

/**
 * Minimises (1/N) Σₙ CE(σ(w·x̃ₙ + b), yₙ) + (l2/2)·‖w‖² with x̃ standardised by the training items' mean and deviation.
 * features (items, width), labels (items) in [0, 1].
 */
export function fitProbe(features: ArrayLike<number>, labels: ArrayLike<number>, { l2 = 1e-2 } = {}): Probe {
  const N = labels.length
  const width = features.length / N
  if (!Number.isInteger(width) || width < 1)
    throw new RangeError(`fitProbe: ${features.length} features are no whole number per each of ${N} labels`)
  const { mean, scale } = standardisation(features, N, width)
  const D = width + 1 // the last column is the bias's
  const X = new Float64Array(N * D)
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < width; c++) X[n * D + c] = (features[n * width + c] - mean[c]) * scale[c]
    X[n * D + width] = 1
  }
  const w = new Float64Array(D)
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const gradient = w.map((value, c) => (c < width ? l2 * value : 0))
    const hessian = new Float64Array(D * D)
    for (let c = 0; c < D; c++) hessian[c * D + c] = c < width ? l2 : 1e-9
    for (let n = 0; n < N; n++) {
      const row = X.subarray(n * D, (n + 1) * D)
      const p = sigmoid(dot(w, row))
      const error = (p - labels[n]) / N
      // p·(1 − p) vanishes where the probe is sure; the floor keeps a step from overshooting there
      const curvature = Math.max(p * (1 - p), 1e-4) / N
      for (let i = 0; i < D; i++) {
        gradient[i] += error * row[i]
        const scaled = curvature * row[i]
        for (let j = 0; j <= i; j++) hessian[i * D + j] += scaled * row[j]
      }
    }
    const step = solve(hessian, gradient, D)
    let largest = 0
    for (let i = 0; i < D; i++) {
      w[i] -= step[i]
      largest = Math.max(largest, Math.abs(step[i]))
    }
    if (largest < 1e-8) break
  }
  return {
    predict(rows) {
      if (rows.length % width !== 0) throw new RangeError(`probe: ${rows.length} features are no rows of ${width}`)
      return Float32Array.from({ length: rows.length / width }, (_, n) => {
        let z = w[width]
        for (let c = 0; c < width; c++) z += w[c] * (rows[n * width + c] - mean[c]) * scale[c]
        return sigmoid(z)
      })
    },
  }
}

function standardisation(features: ArrayLike<number>, N: number, width: number) {
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (let c = 0; c < width; c++) {
    for (let n = 0; n < N; n++) mean[c] += features[n * width + c] / N
    let variance = 0
    for (let n = 0; n < N; n++) variance += (features[n * width + c] - mean[c]) ** 2 / N
    scale[c] = variance > 1e-12 ? 1 / Math.sqrt(variance) : 0 // a constant feature says nothing
  }
  return { mean, scale }
}

/** Solves A·x = b for a symmetric positive definite A (its lower half), by Cholesky; A is overwritten. */
function solve(A: Float64Array, b: Float64Array, D: number): Float64Array {
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * D + j]
      for (let k = 0; k < j; k++) sum -= A[i * D + k] * A[j * D + k]
      A[i * D + j] = i === j ? Math.sqrt(sum) : sum / A[j * D + j]
    }
  }
  const x = Float64Array.from(b)
  for (let i = 0; i < D; i++) {
    for (let k = 0; k < i; k++) x[i] -= A[i * D + k] * x[k]
    x[i] /= A[i * D + i]
  }
  for (let i = D - 1; i >= 0; i--) {
    for (let k = i + 1; k < D; k++) x[i] -= A[k * D + i] * x[k]
    x[i] /= A[i * D + i]
  }
  return x
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
