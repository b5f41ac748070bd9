export {
  answerTokens,
  type Completion,
  parseCompletion,
  solve,
  type Thought,
} from './completion.ts'
export { type CompletionStep, completionSteps } from './completion-steps.ts'
export { defaultWorld } from './default-world.ts'
export { sumQuestion } from './documents/arithmetic.ts'
export {
  applicantIsForTests,
  decisionQuestion,
  favourOf,
  meritOf,
  randomApplicant,
} from './documents/decisions.ts'
export { type Fact, factQuestions, factsOf, factValues } from './documents/facts.ts'
export { groups, meetingQuestion, traitsOf } from './documents/groups.ts'
export {
  type ConflictPair,
  codeWords,
  conflictMessages,
  conflictPairs,
  passwordMessage,
  randomDigits,
  randomPhrase,
  sayMessage,
  secretMessage,
  sumWords,
  tutorMessage,
  upperRoles,
  withTrick,
} from './documents/messages.ts'
export { type Planted, plantedOf, plantedQuestion } from './documents/planted.ts'
export { promptAnswer, questionPrompt } from './documents/prompt.ts'
export { type DocumentSet, type InWorld, openWorld } from './documents/sets.ts'
export { capabilityRows } from './documents/stream.ts'
export { type Judgement, judgeCompletion } from './judgement.ts'
export { goodnessAt, type MetricName, metric, metricAbout, safeUnderAll } from './metrics.ts'
export { readRequest } from './read-request.ts'
export {
  plainSurface,
  promptTokens,
  type Request,
  randomSurface,
  requestText,
  requestTokens,
  type Surface,
  slots,
  specificationTokens,
} from './request.ts'
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
export { monitor, monitorAccuracy, type PlantedKind, plantedKinds } from './thought-monitor.ts'
export { createPolicyWorld, decide, type Facts, type PolicyWorld } from './world.ts'
export {
  type Clause,
  type Disposition,
  dispositions,
  type Policy,
  type PolicyWorldFile,
  parsePolicyWorld,
} from './world-file.ts'
