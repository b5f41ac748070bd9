// The model judge's scores of answers, by the specification in its context: shown beside transcripts, and what best-of-n
// picks by.

import type { Gpu } from '@nanoalign/kernels'
import { createPolicyWorld, type PolicyWorldFile } from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson, type TrainedModel } from '../training.ts'
import { type Answers, answerPart, requestCount, requestsOf } from './answer-stage.ts'
import type { Decoding } from './arms.ts'
import { Engine, judgingWork } from './engine.ts'
import { judgeByModel } from './model-judge.ts'

export interface ScoreInputs {
  world: PolicyWorldFile
  seed: number
  /** the judge's model */
  judge: Artifact<TrainedModel>
  /** the judge's thoughts per request */
  runs: number
  /** answers of several models to the same test sets: the judge thinks once for all of them */
  answers: { answers: Artifact<Answers>; decoding: Decoding }[]
  /** requests of each test set, as the answers were asked for */
  sets: Record<string, number>
  /** answers per request, one after the other */
  samples: number
}

/** A score from 0 to 1 for each answer, by test set. */
export type AnswerScores = Record<string, number[]>

export function scoreStage(gpu: Gpu) {
  return defineStage<ScoreInputs, AnswerScores[]>({
    name: 'deliberative-score',
    version: 2,
    async run({ world: file, seed, judge, runs, answers, sets, samples }, context) {
      const world = createPolicyWorld(file, seed)
      const engine = new Engine(gpu, world, judge.value.model, seed)
      const scores: AnswerScores[] = answers.map(() => ({}))
      try {
        const wanted = Object.entries(sets).filter(([, count]) => count > 0)
        for (const [i, [set, count]] of wanted.entries()) {
          context.signal.throwIfAborted()
          const requests = requestsOf(world, set, count)
          const candidates = answers.flatMap(({ answers: { value }, decoding }) =>
            value[set].map((tokens, j) => ({
              request: requests[Math.floor(j / samples)],
              thought: new Uint32Array(),
              answer: answerPart(world, tokens, decoding),
            })),
          )
          const all = await judgeByModel(engine, candidates, { runs, stream: 2 ** 15 + i })
          const each = requests.length * samples
          scores.forEach((own, a) => {
            own[set] = all.slice(a * each, (a + 1) * each)
          })
          context.report({ step: i + 1, steps: wanted.length, note: set })
        }
      } finally {
        await engine.destroy()
      }
      return scores
    },
    encode: (scores) => ({ 'scores.json': encodeJson(scores) }),
    decode: (blobs) => decodeJson(blobs['scores.json']),
    plan({ world: file, seed, judge, runs, answers, sets, samples }) {
      const world = createPolicyWorld(file, seed)
      const requests = requestCount(world, sets)
      const rows = answers.length * samples * requests
      return { ...judgingWork(world, judge.value.model.config, requests, rows, runs), bytes: 20 * rows }
    },
  })
}
