// IEEE half precision (1 sign, 5 exponent, 10 fraction bits) as bits.

/** The bits of a half as those of the equal f32. */
export function widenHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13) // infinity, or NaN with its payload
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13) // 112 = the two biases' difference
  if (fraction === 0) return sign
  // a subnormal half is a normal f32: shift the leading one up to the implicit bit
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

/** The bits of the half that is nearest to a number, ties to even. */
export function narrowHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= 65520) return sign | 0x7c00 // halfway beyond the largest half: infinity
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24) // subnormal, or zero
  let exponent = Math.floor(Math.log2(size))
  if (2 ** exponent > size) exponent-- // the logarithm may round up just below a power of two
  // a fraction that rounds up to 1024 carries into the exponent, which is right
  return sign | (((exponent + 15) << 10) + roundEven((size / 2 ** exponent - 1) * 1024))
}

function roundEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
