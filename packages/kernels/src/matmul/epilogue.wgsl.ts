// What a product's sums go through before they are stored, in the tiles and in the sum of a split k alike.

import { GELU } from '../gelu/gelu.wgsl.ts'

/** Which of it a kernel does: constants of its text. */
export interface Epilogue {
  /** + bias[N] */
  BIAS: boolean
  /** gelu(…); where the text has a binding `slope`, gelu' is left there */
  GELU: boolean
  /** · factor[M,N], which is bound as `other` */
  FACTOR: boolean
  /** + residual[M,N], which is bound as `other` */
  RESIDUAL: boolean
  /** + what out held */
  ACCUMULATE: boolean
}

/** Constants and `fn epilogue`, for texts with storage `other`, `out` and, if it is to be written, `slope`. */
export const epilogueText = (element: 'vec4f' | 'f32', slope: boolean): string => /* wgsl */ `
const BIAS: bool = false;
const GELU: bool = false;
const FACTOR: bool = false;
const RESIDUAL: bool = false;
const ACCUMULATE: bool = false;
alias V = ${element};
${GELU}
fn epilogue(i: u32, sum: V) -> V {
  var value = sum;
  if (GELU) {
    let t = gelu_tanh(value);
    ${slope ? 'slope[i] = gelu_slope(value, t);' : ''}
    value = gelu(value, t);
  }
  if (FACTOR) { value *= other[i]; }
  if (RESIDUAL) { value += other[i]; }
  if (ACCUMULATE) { value += out[i]; }
  return value;
}
`
