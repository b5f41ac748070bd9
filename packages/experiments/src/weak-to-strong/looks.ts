// Looks at a model during its finetuning: what it then believes about validation items and the first test items.

import { joined, split, toBytes, toFloats } from '../training.ts'
import { agreement } from './accuracy.ts'

export interface Look {
  onVal: Float32Array
  onTest: Float32Array
}

/** Test items that a look sees: the first of them. */
export const LOOK_ITEMS = 1_000

/**
 * Early stopping: whether a look is the best so far, by agreement with the labels wanted of the validation items; the later
 * of equals.
 */
export function bestSoFar(wanted: ArrayLike<number>): (look: Look) => boolean {
  let best = -1
  return ({ onVal }) => {
    const score = agreement(onVal, wanted)
    if (score < best) return false
    best = score
    return true
  }
}

export const encodeLooks = (looks: readonly Look[]) => ({
  'looks-val.f32': toBytes(joined(looks.map((look) => look.onVal))),
  'looks-test.f32': toBytes(joined(looks.map((look) => look.onTest))),
})

/** The inverse of {@link encodeLooks}, for a test of so many items. */
export function decodeLooks(blobs: Record<string, Uint8Array>, testItems: number): Look[] {
  const onTest = toFloats(blobs['looks-test.f32'])
  const count = onTest.length / Math.min(LOOK_ITEMS, testItems)
  const perLook = split(onTest, count)
  return split(toFloats(blobs['looks-val.f32']), count).map((onVal, i) => ({ onVal, onTest: perLook[i] }))
}
