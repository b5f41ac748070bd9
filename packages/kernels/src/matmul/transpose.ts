import type { Program } from '../program.ts'
import { grid, shader } from '../shader.ts'
import type { Tensor } from '../tensor.ts'
import { TRANSPOSE } from './transpose.wgsl.ts'

/** out[..., C, R] = inp[..., R, C] with the last two dimensions exchanged. One dispatch. */
export function transpose(program: Program, { inp, out }: { inp: Tensor; out: Tensor }): void {
  const [R, C] = inp.shape.slice(-2)
  const wanted = [...inp.shape.slice(0, -2), C, R]
  if (inp.shape.length < 2) throw new Error(`transpose: inp is (${inp.shape.join(', ')}) but must have two dimensions`)
  if (wanted.join() !== out.shape.join())
    throw new Error(`transpose: out is (${out.shape.join(', ')}) but must be (${wanted.join(', ')})`)
  if (inp.dtype !== 'f32' || out.dtype !== 'f32') throw new Error('transpose: inp and out must be f32')
  if (inp.storage === out.storage) throw new Error('transpose: inp and out share memory')
  const runs = (inp.size / R) * Math.ceil(R / 4)
  program.dispatch(shader('transpose', TRANSPOSE), { inp, out }, { R, C, runs }, grid(Math.ceil(runs / 64)))
}
