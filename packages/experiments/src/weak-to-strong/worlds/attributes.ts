// The attribute world as a study sees it (recipe "flatN1600"; attribute-world.ts has the generator).

import { attributeKnowledge, attributeTask, knowledgeProbe } from '../attribute-tasks.ts'
import {
  corpusBatch,
  createAttributeWorld,
  labelTokens,
  outputSize,
  pretrainingCorpus,
  rowLength,
  vocabSize,
} from '../attribute-world.ts'
import type { AttributeFamily } from '../tasks/family.ts'
import { BATCH } from './batch.ts'
import type { LadderSize, Task, World } from './world.ts'

/**
 * Larger models have also read more, so the ladder is one of pretraining compute. On equal data these sizes know
 * nearly the same: a gap between them is one of what was learned, not of what could be.
 */
export const attributeSizes: Record<string, LadderSize> = {
  a: { nLayer: 1, nHead: 1, nEmbd: 8, rows: 4_000 },
  b: { nLayer: 1, nHead: 1, nEmbd: 16, rows: 24_000 },
  c: { nLayer: 1, nHead: 2, nEmbd: 24, rows: 32_000 },
  d: { nLayer: 1, nHead: 2, nEmbd: 32, rows: 44_000 },
  f: { nLayer: 1, nHead: 2, nEmbd: 48, rows: 64_000 },
  // for the preset `full`, on a GPU; not part of the recipe
  g: { nLayer: 2, nHead: 4, nEmbd: 64, rows: 96_000 },
  h: { nLayer: 4, nHead: 4, nEmbd: 128, rows: 128_000 },
  i: { nLayer: 6, nHead: 6, nEmbd: 192, rows: 160_000 },
  j: { nLayer: 8, nHead: 8, nEmbd: 256, rows: 192_000 },
}

export function attributesWorld(seed: number): World {
  const world = createAttributeWorld(seed)
  const probe = knowledgeProbe(world)
  return {
    seed,
    config: ({ nLayer, nHead, nEmbd }) => ({ vocabSize, outputSize, blockSize: rowLength, nLayer, nHead, nEmbd }),
    pretrainingPeak: 0.2,
    finetuning: { epochs: 4, peak: 0.05 },
    corpus({ rows }, stream) {
      const corpus = pretrainingCorpus(world, { rows, stream })
      return {
        rowLength,
        batchAt(step) {
          const { inputs, targets, weights } = corpusBatch(corpus, step * BATCH, BATCH)
          const predicted = weights.reduce((total, weight) => total + weight, 0)
          return {
            ids: new Uint32Array(inputs),
            targets: new Uint32Array(targets),
            weights: Float32Array.from(weights, (weight) => weight / predicted),
          }
        },
      }
    },
    fresh: false,
    task(family, k, split): Task {
      // questions about three nouns are free: 20,000 over the eight tasks; of one noun there is only one
      const items = split === 'test' && (family as AttributeFamily).nouns === 3 ? 2_500 : undefined
      const task = attributeTask(world, family.name, k, split, items)
      return { ...task, difficulty: rarity(task) }
    },
    labelTokens,
    knowledge: {
      inputs: probe.inputs,
      inputLength: probe.inputLength,
      score: (logits) => attributeKnowledge(probe, logits),
      about: 'the share of (noun, attribute) pairs for which the words of the right value are more probable',
    },
  }
}

/** Sum of the frequency ranks of an item's nouns: a rare noun has been read about less. */
function rarity({ inputs, inputLength, items }: Omit<Task, 'difficulty'>): Float32Array {
  return Float32Array.from({ length: items }, (_, i) =>
    inputs.subarray(i * inputLength, (i + 1) * inputLength).reduce((sum, id) => sum + Math.max(0, id - outputSize), 0),
  )
}
