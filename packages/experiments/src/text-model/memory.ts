// How much memory a training will take, before anything is allocated.

import { DeviceLimitError, type Gpu, sizeOf } from '@nanoalign/kernels'
import { type GPTConfig, gptParameters } from '@nanoalign/model'

export interface TrainingMemory {
  parameters: number
  /** bytes: values, gradients and AdamW's two moments */
  parameterBytes: number
  /** bytes: activations and their gradients, as the recorded program shares them; within about a fifth */
  activationBytes: number
  totalBytes: number
  /** the largest tensor, which has to fit in one binding */
  largest: { name: string; bytes: number }
}

export function trainingMemory(config: GPTConfig, { B, T }: { B: number; T: number }): TrainingMemory {
  const { nLayer, nHead, nEmbd: C, vocabSize } = config
  const parameters = gptParameters(config).reduce((total, { shape }) => total + sizeOf(shape), 0)
  const tokens = B * T
  // kept for the backward of a block: two norms, qkv, attention, two residual streams, the MLP before and after GELU
  const perBlock = 16 * C + nHead + 4
  // beside them: embedding, last norm, logits; the gradients in flight: stream, MLP twice, norm
  const perToken = nLayer * perBlock + 2 * C + vocabSize + 10 * C
  const tensors = [
    { name: 'the parameters', bytes: 4 * parameters },
    { name: 'the logits', bytes: 4 * tokens * vocabSize },
    { name: 'the hidden layer', bytes: 4 * tokens * 4 * C },
  ]
  const parameterBytes = 16 * parameters
  const activationBytes = 4 * tokens * perToken
  return {
    parameters,
    parameterBytes,
    activationBytes,
    totalBytes: parameterBytes + activationBytes,
    largest: tensors.reduce((a, b) => (b.bytes > a.bytes ? b : a)),
  }
}

/**
 * `hostBytes`: memory of the machine, of which a software adapter takes its own.
 * @throws DeviceLimitError with the estimate and the limit when the training cannot fit.
 */
export function checkTrainingMemory(gpu: Gpu, memory: TrainingMemory, hostBytes = Infinity): void {
  const { name, software, limits } = gpu.adapter
  const { parameters, totalBytes, largest } = memory
  const size = `training ${parameters.toLocaleString('en')} parameters needs about ${gibibytes(totalBytes)}`
  const hint = 'Use fewer layers, a smaller width or batch, or a shorter context'
  const binding = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
  if (largest.bytes > binding)
    throw new DeviceLimitError(
      `${size}, ${gibibytes(largest.bytes)} of it in one buffer for ${largest.name}, ` +
        `but ${name} allows ${gibibytes(binding)} per buffer. ${hint}`,
    )
  if (software && totalBytes > 0.8 * hostBytes)
    throw new DeviceLimitError(
      `${size}, but this machine has ${gibibytes(hostBytes)}, which ${name} (software) lives in. ${hint}`,
    )
}

function gibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
