export { createDecoder, type Decoder, type GenerateOptions } from './generate.ts'
export {
  checkConfig,
  type GPTConfig,
  gptHidden,
  gptLogits,
  gptLoss,
  gptParameters,
  trainingFlopsPerToken,
} from './gpt.ts'
export { type ModelFile, readModel, writeModel } from './model-file.ts'
export { gatherRows, layer, linear, softmaxLoss } from './ops.ts'
export { type ParameterSpec, Parameters, type ParameterValues } from './parameters.ts'
export { CorruptFileError, readSafetensors, type SafetensorsTensor, writeSafetensors } from './safetensors.ts'
export { createSampler, type Sample, type Sampler, type SamplerOptions } from './sampler.ts'
export { completionPlaces, createScorer, type Scorer } from './scorer.ts'
export { Tape } from './tape.ts'
export { ByteTokenizer, CharTokenizer, type Tokenizer, tokenizerFromJSON } from './tokenizer.ts'
