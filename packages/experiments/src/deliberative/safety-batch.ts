// Rows of supervised safety training: the specification is not in the prompt (context distillation, Guan et al. 2024,
// §2.3.3), mixed with capability documents.

import type { Random } from '@nanoalign/kernels'
import type { LanguageBatch } from '@nanoalign/trainer'
import { capabilityRows, type PolicyWorld } from '../policy-world/index.ts'
import type { Supervision } from './arms.ts'
import type { DeliberativeOptions } from './options.ts'

export interface SafetyExample {
  /** without a specification, ending in `<think>` */
  prompt: Uint32Array
  /** up to and including `</think>`; empty: the answer comes at once, after `<cut>` */
  thought: Uint32Array
  /** with the end token */
  answer: Uint32Array
}

/**
 * One step's batch: `batch − replay` examples in turn, the rest capability documents (all of it when no example passed
 * the filter). With `behaviours`, they are every other of the examples. Weights: the mean over targets.
 */
export function safetyBatch(
  world: PolicyWorld,
  examples: readonly SafetyExample[],
  supervision: Supervision,
  { batch, replay: wanted, truncated }: DeliberativeOptions['sft'],
  step: number,
  random: Random,
  behaviours: readonly SafetyExample[] = [],
): LanguageBatch {
  const T = world.layout.rowLength - 1
  const { pad, cut, filler } = world.vocabulary.special
  const lists = [examples, behaviours].filter(({ length }) => length > 0)
  const replay = lists.length > 0 ? wanted : batch
  const old = capabilityRows(world, random, replay)
  const ids = new Uint32Array(batch * T).fill(pad)
  const targets = new Uint32Array(batch * T).fill(pad)
  const weights = new Float32Array(batch * T)
  ids.set(old.ids)
  targets.set(old.targets)
  // their weights were a mean over their own targets
  old.weights?.forEach((weight, i) => {
    weights[i] = weight > 0 ? 1 : 0
  })
  const fresh = batch - replay
  for (let row = replay; row < batch; row++) {
    const nth = step * fresh + row - replay
    const list = lists[nth % lists.length]
    const { prompt, thought, answer } = list[Math.floor(nth / lists.length) % list.length]
    let before: Uint32Array
    let learned = 0 // tokens of `before` that are targets
    if (supervision === 'direct' || thought.length === 0) before = Uint32Array.of(cut)
    else if (supervision === 'filler') before = new Uint32Array(world.layout.thoughtLength).fill(filler)
    else if (random.uniform() < truncated) {
      learned = random.integer(thought.length)
      before = Uint32Array.of(...thought.subarray(0, learned), cut)
    } else {
      before = thought
      learned = thought.length
    }
    const tokens = Uint32Array.of(...prompt, ...before, ...answer)
    const at = row * T
    ids.set(tokens.subarray(0, tokens.length - 1), at)
    targets.set(tokens.subarray(1), at)
    const mark = (from: number, to: number) => weights.fill(1, at + from - 1, at + to - 1)
    mark(prompt.length, prompt.length + learned)
    mark(prompt.length + before.length, tokens.length)
  }
  const count = weights.reduce((sum, weight) => sum + weight, 0)
  return { ids, targets, weights: weights.map((weight) => weight / count) }
}
