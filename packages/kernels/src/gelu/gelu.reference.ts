// The definition of GELU (tanh approximation) and its derivative, in f64.

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI)

export function geluReference(x: number): number {
  return 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x ** 3)))
}

export function geluDerivativeReference(x: number): number {
  const t = Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x ** 3))
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x * x)
}
