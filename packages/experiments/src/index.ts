// A run in one file.
export { ArchiveError, isZip, packRun, type RunArchive, unpackRun } from './archive/run-archive.ts'
// What a device can do, and what a study needs.
export { type Calibration, calibrate, estimatedSeconds } from './calibrate.ts'
// The system card.
export { cardClaims } from './card/claims.ts'
export { cardDifferences, cardDiffReport } from './card/diff.ts'
export { evaluations as cardEvaluations } from './card/evaluations/index.ts'
export { type CardOptions, cardPresets, checkCardOptions } from './card/options.ts'
export { type Level as CardLevel, levels as cardLevels } from './card/preparedness.ts'
export { reasoningCard } from './card/reasoning-card.ts'
export { cardReport } from './card/report.ts'
export { type CardResult, type ModelName as CardModelName, modelNames as cardModelNames } from './card/result.ts'
export { gate, isScorecard, type Scorecard, scorecard } from './card/scorecard.ts'
export { CardScores } from './card/scores.ts'
export { type CardSubject, cardStageCounts, evaluateModels, systemCard } from './card/study.ts'
export { subjectsOfRun } from './card/subjects.ts'
export { cardRecords, exampleOf } from './card/transcript.ts'
// Deliberative alignment.
export { readAnswer } from './deliberative/answer-stage.ts'
export { type ArmName, armNames, arms as deliberativeArms } from './deliberative/arms.ts'
export { deliberativeClaims } from './deliberative/claims.ts'
export { Engine as PolicyEngine } from './deliberative/engine.ts'
export { metricRows } from './deliberative/metrics-table.ts'
export {
  checkDeliberativeOptions,
  type DeliberativeOptions,
  deliberativePresets,
  deliberativeStageCounts,
  judgeKinds,
} from './deliberative/options.ts'
export { deliberativeReport } from './deliberative/report.ts'
export type { DeliberativeResult } from './deliberative/result.ts'
export { Scores as DeliberativeScores } from './deliberative/scores.ts'
export { deliberate } from './deliberative/study.ts'
export { clauseTexts, transcript, transcriptRecords, transcriptText } from './deliberative/transcript.ts'
export {
  type CompletionStep,
  completionSteps,
  createPolicyWorld,
  type Disposition,
  defaultWorld,
  dispositions,
  type Facts,
  type Judgement,
  jailbreakTransforms,
  judgeCompletion,
  type PolicyWorld,
  type PolicyWorldFile,
  parsePolicyWorld,
  plainSurface,
  promptTokens,
  readRequest,
  requestTokens,
  type Surface,
  slots,
  specificationTokens,
} from './policy-world/index.ts'
export { reasoningClaims } from './reasoning/claims.ts'
// Learning to reason.
export { reasoningFamilies } from './reasoning/families/index.ts'
export {
  checkReasoningOptions,
  type ReasoningOptions,
  reasoningPresets,
  reasoningStageCounts,
} from './reasoning/options.ts'
export { reasoningReport } from './reasoning/report.ts'
export { type ReasoningResult, reason } from './reasoning/study.ts'
// Reports: data, and how to show them.

// Benchmarks.
export * from './benchmark/index.ts'
export { type FigureDocument, type FigureOptions, figureSvg } from './report/figure-plot.ts'
export { blockHtml, reportHtml } from './report/html.ts'
export { reportStyle } from './report/html-style.ts'
export { reportMarkdown } from './report/markdown.ts'
export type { Block, Figure, Provenance, Report } from './report/report.ts'
export { reportText } from './report/text.ts'
// Stages: memoised steps in a store.
export { experimentStages } from './stage-table.ts'
export { hashOf } from './stages/canonical-json.ts'
export { adapterClass, type Makers, MakerTally, madeByTable, mixedBlocks, withMakers } from './stages/made-by.ts'
export { noDevice } from './stages/no-device.ts'
export { type OnPart, type Part, seedsLeft } from './stages/part.ts'
export { createPlanner, type PlannedStage, pathLengths, type StagePlans } from './stages/planner.ts'
export {
  Artifact,
  adaptersKey,
  createRunner,
  defineStage,
  type MadeBy,
  madeBy,
  type Runner,
  type RunnerOptions,
  type StageContext,
  type StageDefinition,
  type StageEvent,
  type StageProgress,
  stageKey,
} from './stages/stage.ts'
export {
  type AnyStage,
  inputKeys,
  MissingInputError,
  runStageJob,
  type StageJob,
  stageJob,
} from './stages/stage-job.ts'
export { ArtifactStore, type BlobCache } from './stages/store.ts'
// Training on text.
export { type GenerateTextOptions, generateText } from './text-model/generate-text.ts'
export { checkTrainingMemory, type TrainingMemory, trainingMemory } from './text-model/memory.ts'
export {
  checkTextModelOptions,
  type TextModelOptions,
  type TextModelPreset,
  textModelConfig,
  textModelPresets,
} from './text-model/options.ts'
export { textModelReport } from './text-model/report.ts'
export { type TextData, textData } from './text-model/text-data.ts'
export { type TextMetrics, type TextModelResult, trainText } from './text-model/train-text.ts'
// Weak-to-strong generalization.
export { type AttributeTask, attributeTask } from './weak-to-strong/attribute-tasks.ts'
export {
  type AttributeWorld,
  attributeCount,
  attributeOf,
  createAttributeWorld,
  nounToken,
} from './weak-to-strong/attribute-world.ts'
export { type Claim, claimsMarkdown, untestableClaims, weakToStrongClaims } from './weak-to-strong/claims.ts'
// Weak-to-strong generalization on games.
export { gameClaims } from './weak-to-strong/games/claims.ts'
export { gameNamed, games } from './weak-to-strong/games/index.ts'
export { gameMethods } from './weak-to-strong/games/methods.ts'
export {
  checkGameOptions,
  type GameOptions,
  gameAnalyses,
  gamePresets,
  gameStageCounts,
} from './weak-to-strong/games/options.ts'
export { gameReport } from './weak-to-strong/games/report.ts'
export type { GameResult } from './weak-to-strong/games/result.ts'
export { gameWeakToStrong } from './weak-to-strong/games/study.ts'
export { methods as weakToStrongMethods } from './weak-to-strong/methods/index.ts'
export {
  checkWeakToStrongOptions,
  needsText,
  type Pair as WeakToStrongPair,
  pairsOf as weakToStrongPairs,
  tasksOf as weakToStrongTasks,
  type WeakToStrongAnalysis,
  type WeakToStrongOptions,
  weakToStrongAnalyses,
} from './weak-to-strong/options.ts'
export { weakToStrongPresets } from './weak-to-strong/presets.ts'
export type { Pretrained } from './weak-to-strong/pretrain-stage.ts'
export { type FamilySummary, summarize, weakToStrongReport } from './weak-to-strong/report.ts'
export type { SeedResult, TaskResult, WeakToStrongResult } from './weak-to-strong/result.ts'
export { weakToStrongStageCounts } from './weak-to-strong/stage-counts.ts'
export { type WeakToStrongStages, weakToStrongStages } from './weak-to-strong/stages.ts'
export { type WeakToStrongContext, weakToStrong } from './weak-to-strong/study.ts'
export { families as weakToStrongFamilies, familyNamed as weakToStrongFamily } from './weak-to-strong/tasks/index.ts'
export { attributeSizes as weakToStrongSizes } from './weak-to-strong/worlds/attributes.ts'
export type { LadderSize } from './weak-to-strong/worlds/world.ts'
