// Shape checks of the attention launchers.

import type { Tensor } from '../tensor.ts'

/** The head size that `out` (tokens, nHead·hs) implies. @throws Error when it is not a whole number of 1..128. */
export function headSizeOf(op: string, out: Tensor, tokens: number, nHead: number): number {
  const hs = out.size / (tokens * nHead)
  if (!Number.isInteger(hs) || hs < 1 || hs > 128)
    throw new Error(
      `${op}: out is (${out.shape.join(', ')}), which makes ${hs} elements per token and head for ${tokens} tokens and ` +
        `nHead = ${nHead}; the head size must be a whole number of 1..128`,
    )
  return hs
}

/** Any shape with the right number of elements will do, so that views need not be made. */
export function expectShapes(op: string, tensors: Record<string, [tensor: Tensor, ...shape: number[]]>): void {
  for (const [name, [tensor, ...shape]] of Object.entries(tensors))
    if (tensor.size !== shape.reduce((a, b) => a * b, 1))
      throw new Error(`${op}: ${name} is (${tensor.shape.join(', ')}) but must be (${shape.join(', ')})`)
}
