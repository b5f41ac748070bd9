// The model judge's scores of sampled answers, for best-of-n: the judge picks, by the specification in its context.

import type { Gpu } from '@nanoalign/kernels'
import type { ModelFile } from '@nanoalign/model'
import { createPolicyWorld, type PolicyWorldFile, parseCompletion } from '../policy-world/index.ts'
import { type Artifact, defineStage } from '../stages/stage.ts'
import { decodeJson, encodeJson } from '../training.ts'
import { type Answers, requestsOf } from './answer-stage.ts'
import { Engine } from './engine.ts'
import { judgeByModel, thoughtOf } from './model-judge.ts'

export interface ScoreInputs {
  world: PolicyWorldFile
  seed: number
  /** the judge's model */
  judge: Artifact<{ model: ModelFile }>
  /** the judge's thoughts per request */
  runs: number
  answers: Artifact<Answers>
  /** samples per request, one after the other */
  samples: number
}

/** A score from 0 to 1 for each answer, by test set. */
export type AnswerScores = Record<string, number[]>

export function scoreStage(gpu: Gpu) {
  return defineStage<ScoreInputs, AnswerScores>({
    name: 'deliberative-score',
    version: 1,
    async run({ world: file, seed, judge, runs, answers, samples }, context) {
      const world = createPolicyWorld(file, seed)
      const engine = new Engine(gpu, world, judge.value.model, seed)
      const scores: AnswerScores = {}
      try {
        const sets = Object.entries(answers.value)
        for (const [i, [set, rows]] of sets.entries()) {
          context.signal.throwIfAborted()
          const requests = requestsOf(world, set, rows.length / samples)
          const candidates = rows.map((tokens, j) => {
            const { wellFormed } = parseCompletion(world, tokens)
            const thought = thoughtOf(tokens, world.vocabulary.special.thinkEnd) ?? new Uint32Array()
            const answer = wellFormed ? tokens.slice(thought.length) : undefined
            return { request: requests[Math.floor(j / samples)], thought, answer }
          })
          scores[set] = await judgeByModel(engine, candidates, { runs, stream: 2 ** 15 + i })
          context.report({ step: i + 1, steps: sets.length, note: set })
        }
      } finally {
        await engine.destroy()
      }
      return scores
    },
    encode: (scores) => ({ 'scores.json': encodeJson(scores) }),
    decode: (blobs) => decodeJson(blobs['scores.json']),
  })
}
