// The smallest ONNX file: one MatMul of two inputs, as protobuf written by hand.

const varint = (value) => {
  const bytes = []
  let n = BigInt(value)
  do {
    const low = Number(n & 127n)
    n >>= 7n
    bytes.push(n ? low | 128 : low)
  } while (n)
  return bytes
}
const integer = (field, value) => [...varint(field << 3), ...varint(value)]
const message = (field, bytes) => [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes]
const string = (field, value) => message(field, [...new TextEncoder().encode(value)])

function tensor(name, dims) {
  const shape = dims.flatMap((d) => message(1, integer(1, d)))
  return [...string(1, name), ...message(2, message(1, [...integer(1, 1), ...message(2, shape)]))]
}

export function matmulModel(M, K, N) {
  const node = [...string(1, 'a'), ...string(1, 'b'), ...string(2, 'c'), ...string(4, 'MatMul')]
  const graph = [
    ...message(1, node),
    ...string(2, 'matmul'),
    ...message(11, tensor('a', [M, K])),
    ...message(11, tensor('b', [K, N])),
    ...message(12, tensor('c', [M, N])),
  ]
  return new Uint8Array([...integer(1, 8), ...message(8, [...string(1, ''), ...integer(2, 17)]), ...message(7, graph)])
}
