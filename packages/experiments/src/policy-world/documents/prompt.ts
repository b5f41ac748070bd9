// Documents that are questions: words before the request (system and developer messages), the request, and the answer,
// which comes at once, after `<cut>`.

import { slots } from '../request.ts'
import type { PolicyWorld } from '../world.ts'
import type { CapabilityDocument } from './kind.ts'

/** Words separated by spaces, as tokens. @throws Error for a word that the world does not have. */
export const tokensOfWords = (world: PolicyWorld, words: string): number[] =>
  words === '' ? [] : words.split(' ').map(world.vocabulary.id)

/** The prompt (promptLength) of a question: `head` before the request, each words separated by spaces. */
export function questionPrompt(world: PolicyWorld, request: string, head = ''): Uint32Array {
  return slots(world, tokensOfWords(world, head), tokensOfWords(world, request))
}

/** A completion that answers at once: `<cut>`, the words, the end token. */
export function promptAnswer(world: PolicyWorld, words: string): Uint32Array {
  const { cut, end } = world.vocabulary.special
  return Uint32Array.of(cut, ...tokensOfWords(world, words), end)
}

/** A question and its answer as a row to learn from. */
export function questionDocument(world: PolicyWorld, request: string, answer: string, head = ''): CapabilityDocument {
  const prompt = questionPrompt(world, request, head)
  const tokens = Uint32Array.of(...prompt, ...promptAnswer(world, answer))
  return { tokens, learned: new Uint8Array(tokens.length).fill(1, prompt.length + 1) }
}
