// Principal component analysis on the GPU: mean, covariance, power iteration, projection.

import { destroyTensor, type Gpu, grid, Program, Random, readFloats, shader, upload } from '@nanoalign/kernels'
import { AXES, COVARIANCE, MEAN, PROJECT } from './pca.wgsl.ts'

const MOST_COLUMNS = 256
const ITERATIONS = 300

export interface Components {
  /** (R, K): the rows' coordinates along the axes, around their mean */
  projected: Float32Array<ArrayBuffer>
  /** (K, C), of length 1 and orthogonal, most variance first */
  axes: Float32Array<ArrayBuffer>
  /** (K): variance along each, as a share of all */
  shares: number[]
}

/**
 * The K principal components of R rows of C numbers.
 * @throws RangeError when C is beyond 256, or the data are no whole number of rows.
 */
export async function principalComponents(
  gpu: Gpu,
  rows: Float32Array<ArrayBuffer>,
  columns: number,
  K = 3,
): Promise<Components> {
  const [R, C] = [rows.length / columns, columns]
  if (!Number.isInteger(R) || R < 1)
    throw new RangeError(`principalComponents: ${rows.length} numbers are no whole number of rows of ${C}`)
  if (C > MOST_COLUMNS || C < K)
    throw new RangeError(`principalComponents: C is ${C} but must be from K = ${K} to ${MOST_COLUMNS}`)
  const random = new Random(0, 'principal components')
  const program = new Program(gpu, 'principal components')
  const x = upload(gpu, rows, [R, C], 'rows')
  const start = upload(
    gpu,
    Float32Array.from({ length: K * C }, () => random.normal()),
    [K, C],
    'start',
  )
  const mean = program.tensor([C], 'mean')
  const cov = program.keep(program.tensor([C, C], 'covariance'))
  const axes = program.keep(program.tensor([K, C], 'axes'))
  const variances = program.keep(program.tensor([K], 'variances'))
  const out = program.keep(program.tensor([R, K], 'projected'))
  program.dispatch(shader('pca/mean', MEAN), { x, mean }, { R, C }, grid(Math.ceil(C / 64)))
  program.dispatch(shader('pca/covariance', COVARIANCE), { x, mean, cov }, { R, C }, grid(Math.ceil((C * C) / 64)))
  const iterations = { C, K, iterations: ITERATIONS }
  program.dispatch(shader('pca/axes', AXES), { cov, start, axes, variances }, iterations, grid(1))
  program.dispatch(shader('pca/project', PROJECT), { x, mean, axes, out }, { R, C, K }, grid(Math.ceil(R / 64)))
  await program.build()
  try {
    program.submit()
    const covariance = await readFloats(gpu, cov)
    let all = 0
    for (let c = 0; c < C; c++) all += covariance[c * C + c]
    const along = await readFloats(gpu, variances)
    return {
      projected: await readFloats(gpu, out),
      axes: await readFloats(gpu, axes),
      shares: Array.from(along, (variance) => (all > 0 ? variance / all : 0)),
    }
  } finally {
    program.destroy()
    for (const tensor of [x, start]) destroyTensor(tensor)
  }
}
