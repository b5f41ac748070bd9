// Lists of token rows as bytes: lengths, then all tokens, 16 bits each.

/** @throws RangeError for a token beyond 16 bits. */
export function packRows(rows: readonly Uint32Array[]): Uint8Array {
  const total = rows.reduce((sum, row) => sum + row.length, 0)
  const packed = new Uint16Array(2 + rows.length + total)
  packed[0] = rows.length & 0xffff
  packed[1] = rows.length >>> 16
  let at = 2 + rows.length
  rows.forEach((row, i) => {
    packed[2 + i] = row.length
    for (const token of row) {
      if (token > 0xffff) throw new RangeError(`packRows: token ${token} of row ${i} does not fit in 16 bits`)
      packed[at++] = token
    }
  })
  return new Uint8Array(packed.buffer)
}

export function unpackRows(bytes: Uint8Array): Uint32Array[] {
  const packed = new Uint16Array(bytes.slice().buffer)
  const count = packed[0] + packed[1] * 0x10000
  let at = 2 + count
  return Array.from({ length: count }, (_, i) => {
    const row = Uint32Array.from(packed.subarray(at, at + packed[2 + i]))
    at += packed[2 + i]
    if (row.length !== packed[2 + i]) throw new RangeError(`unpackRows: row ${i} is cut short`)
    return row
  })
}
