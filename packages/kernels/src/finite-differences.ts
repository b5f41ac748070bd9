/**
 * Central differences of a scalar function of an array, in f64: (f(x + h) − f(x − h)) / 2h per element.
 * Checks the reference backwards (tests only).
 */
export function finiteDifferences(f: (x: Float64Array) => number, at: ArrayLike<number>, h = 1e-5): Float64Array {
  const x = Float64Array.from(at)
  return x.map((value, i) => {
    x[i] = value + h
    const above = f(x)
    x[i] = value - h
    const below = f(x)
    x[i] = value
    return (above - below) / (2 * h)
  })
}

/** Σ aᵢ·bᵢ: turns a tensor-valued function into a scalar one whose gradient is `b` times its Jacobian. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i] * b[i]
  return total
}
