export {
  answerTokens,
  type Completion,
  parseCompletion,
  solve,
  type Thought,
} from './completion.ts'
export { defaultWorld } from './default-world.ts'
export { sumQuestion } from './documents/arithmetic.ts'
export { capabilityRows } from './documents/stream.ts'
export { type Judgement, judgeCompletion } from './judgement.ts'
export { goodnessAt, type MetricName, metric, metricAbout, safeUnderAll } from './metrics.ts'
export { promptTokens, type Request, requestText } from './request.ts'
export {
  isForTests,
  isHeldOut,
  jailbreakRequests,
  jailbreakTransforms,
  outOfDistribution,
  safetyTrainingRequests,
  type TestSet,
  testRequests,
  testSetAbout,
  testSets,
  testSetsOf,
  trainingTopics,
} from './splits.ts'
export { createPolicyWorld, decide, type PolicyWorld } from './world.ts'
export {
  type Clause,
  type Disposition,
  dispositions,
  type Policy,
  type PolicyWorldFile,
  parsePolicyWorld,
} from './world-file.ts'
