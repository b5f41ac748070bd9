// Benchmarks: what the command line and the web page share.

export { matmulCase } from './cases/matmul.ts'
export { millions, openTraining, parameterCount, type TrainingShape, trainingShape } from './cases/training.ts'
export { type Clock, wallClock } from './clock.ts'
export { type Comparison, compareBenchmarks } from './compare.ts'
export { cost, runsPerSample } from './measure.ts'
export { type PeerBenchmark, type PeerRow, peerBenchmarkSchema } from './peers.ts'
export { benchmarkReport, peersReport } from './report.ts'
export { type Benchmark, benchmarkSchema, type Ceiling, parseBenchmark, type Row } from './result.ts'
export { GROUPS, type Group, noise } from './subject.ts'
export { isWanted, runSuite, type SuiteOptions } from './suite.ts'
export { type Summary, spread, summarize as summarizeTimes } from './summary.ts'
