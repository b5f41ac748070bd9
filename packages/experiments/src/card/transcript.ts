// Questions and answers of a card in readable words.

import { thoughtWords } from '../deliberative/transcript.ts'
import { type PolicyWorld, parseCompletion } from '../policy-world/index.ts'
import { answerWords, completionWords, type Graded, promptWords } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import type { CardScores } from './scores.ts'

/** Named texts: what was asked, what would be right, what the model thought and said, and the verdict. */
export function exampleOf(world: PolicyWorld, { question, completion, verdict }: Graded): [string, string][] {
  const { thought, answer } = said(world, question.mode, completion)
  return [
    ['set', question.set],
    ['question', promptWords(world, question.prompt)],
    ['right', question.expected],
    ...(thought === undefined ? [] : [['thought', thought] as [string, string]]),
    ['answer', answer],
    ['verdict', verdict],
  ]
}

function said(world: PolicyWorld, mode: 'thought' | 'direct', completion: Uint32Array) {
  if (mode === 'direct') return { answer: answerWords(world, completion) || '(nothing)' }
  const { thought, answer } = parseCompletion(world, completion)
  if (!thought) return { answer: `(unreadable) ${completionWords(world, completion)}` }
  return { thought: thoughtWords(thought), answer: answer.map(world.vocabulary.word).join(' ') || '(nothing)' }
}

/** Every question with the answer of every model and its grade, one record each: for checks from outside. */
export function* cardRecords(scores: CardScores): Generator<object, void> {
  for (const { name: evaluation } of evaluations)
    for (const { name: model } of scores.result.models)
      for (const [s, graded] of (scores.graded(evaluation, model) ?? []).entries()) {
        const world = scores.world(s, model)
        for (const [item, { question, completion, scores: grade, failed, verdict }] of graded.entries())
          yield {
            evaluation,
            model,
            seed: scores.result.seeds[s].seed,
            item,
            set: question.set,
            ...(question.group !== undefined && { group: question.group }),
            question: promptWords(world, question.prompt),
            right: question.expected,
            completion: completionWords(world, completion),
            scores: grade,
            failed,
            verdict,
          }
      }
}
