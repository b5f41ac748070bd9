// The numbers that a word of two halves (IEEE 754 binary16) stands for.

export function unpackHalves(words: ArrayLike<number>): Float64Array {
  const values = new Float64Array(2 * words.length)
  for (let i = 0; i < values.length; i++) values[i] = half((words[i >> 1] >>> (16 * (i & 1))) & 0xffff)
  return values
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}
