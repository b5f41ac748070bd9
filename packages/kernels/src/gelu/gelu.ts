// GELU (Hendrycks & Gimpel 2016) in the tanh approximation that GPT-2 uses (PyTorch: approximate='tanh').

import { checkSize } from '../check-shape.ts'
import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { forVectorWidth, vectorWidth } from '../vector-width.ts'
import { GELU_BACKWARD, GELU_FORWARD } from './gelu.wgsl.ts'

/** out = gelu(inp), element by element; any shape. */
export function geluForward(program: Program, t: { inp: Tensor; out: Tensor }): void {
  const size = t.inp.size
  checkSize('geluForward', 'out', t.out, size)
  const N = size / vectorWidth(size)
  program.dispatch(shader('gelu', forVectorWidth(GELU_FORWARD, size)), t, { N }, grid(Math.ceil(N / 64)))
}

/** dinp = dout · gelu'(inp); inp is the forward's input. dinp is overwritten. */
export function geluBackward(program: Program, t: { inp: Tensor; dout: Tensor; dinp: Tensor }): void {
  const size = t.inp.size
  checkSize('geluBackward', 'dout', t.dout, size)
  checkSize('geluBackward', 'dinp', t.dinp, size)
  const N = size / vectorWidth(size)
  program.dispatch(shader('gelu/backward', forVectorWidth(GELU_BACKWARD, size)), t, { N }, grid(Math.ceil(N / 64)))
}
