export { type AdapterDescription, type Gpu, type OpenOptions, openDevice } from './device.ts'
export { DeviceLimitError, DeviceLostError, GpuError, NoAdapterError } from './errors.ts'
export { Program, runOnce, submit } from './program.ts'
export { cumulativeSums, hashName, RANDOM_WGSL, Random, threefry2x32 } from './random.ts'
export { grid, pipelineCount, type Shader, shader } from './shader.ts'
export {
  createTensor,
  type DType,
  destroyTensor,
  read,
  readFloats,
  sizeOf,
  Tensor,
  type TensorData,
  upload,
  write,
} from './tensor.ts'
