export { type CheckpointSlot, decodeState, encodeState } from './checkpoint.ts'
export {
  classifierParameters,
  classifierReadout,
  classifierTask,
  featureReadout,
  type LabelledBatch,
  nextTokenReadout,
  type Readout,
  type StudentTargets,
} from './classifier.ts'
export {
  type CompletionBatch,
  type CompletionReadout,
  type CompletionShape,
  completionReadout,
  completionTask,
} from './completion.ts'
export { type LanguageBatch, type LanguageEvaluator, languageEvaluator, languageModelTask } from './language-model.ts'
export type { OptimizerOptions } from './optimizer.ts'
export { advantages, type PolicyAlgorithm, policyAlgorithms } from './policy/advantages.ts'
export { type PolicyEvent, type PolicyOptions, type PolicyTask, trainPolicy } from './policy/train-policy.ts'
export { type ComparisonBatch, type RewardReadout, rewardParameters, rewardReadout, rewardTask } from './reward.ts'
export { learningRate, type Schedule } from './schedule.ts'
export { evaluationBatches, unigramEntropy, windowBatches } from './text-batches.ts'
export { DivergenceError, type TrainEvent, type TrainingTask, type TrainOptions, train } from './train.ts'
