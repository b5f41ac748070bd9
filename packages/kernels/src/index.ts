// Devices, tensors, programs, and the ops: each op records its dispatches into a Program.

export { type AdamWSettings, adamw, adamwSettings } from './adamw/adamw.ts'
export { recordStep } from './adamw/record-step.ts'
export { attentionBackward } from './attention/attention-backward.ts'
export { attentionDecode } from './attention/attention-decode.ts'
export { type AttentionDims, attentionForward } from './attention/attention-forward.ts'
export type { AttentionVariant } from './attention/rows.wgsl.ts'
export { storeKeysValues } from './attention/store-keys-values.ts'
export { type AdapterDescription, type Gpu, type OpenOptions, openDevice } from './device.ts'
export { add, addInto, fill } from './elementwise/elementwise.ts'
export { embeddingForward, gatherRows, gatherRowsBackward, positionBackward } from './embedding/embedding.ts'
export { DeviceLimitError, DeviceLostError, GpuError, NoAdapterError, OutOfMemoryError } from './errors.ts'
export { geluBackward, geluForward } from './gelu/gelu.ts'
export { packHalf } from './half/half.ts'
export { layerNormBackward, layerNormForward } from './layer-norm/layer-norm.ts'
export { linearLayerNorm } from './layer-norm/linear-layer-norm.ts'
export { type MatmulOptions, type MatmulTensors, matmul } from './matmul/matmul.ts'
export { transpose } from './matmul/transpose.ts'
export { Program, runOnce, submit } from './program.ts'
export { cumulativeSums, hashName, RANDOM_WGSL, Random, threefry2x32 } from './random.ts'
export { columnSum, sum } from './reduce/reduce.ts'
export { advance } from './sampling/advance.ts'
export { appendTokens, FREE } from './sampling/append.ts'
export { type SampleOptions, sample } from './sampling/sampling.ts'
export { type SelfTestResult, selfTest } from './self-test.ts'
export { grid, pipelineCount, type Shader, shader } from './shader.ts'
export { confidenceTargets } from './softmax-loss/confidence-targets.ts'
export { hardenedTargets } from './softmax-loss/hardened-targets.ts'
export { productTargets } from './softmax-loss/product-targets.ts'
export { projectedLoss, rowsAtOnce } from './softmax-loss/projected-loss.ts'
export { releasedConfidenceTargets } from './softmax-loss/released-confidence-targets.ts'
export { reverseKlTargets } from './softmax-loss/reverse-kl-targets.ts'
export { softmaxLoss } from './softmax-loss/softmax-loss.ts'
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
export { choicesOf, type TunedClass, tune } from './tuning/tune.ts'
export { createTuning, readChoices, type Tuning, tuningKey, withTuning } from './tuning/tuning.ts'
