import { expect, test } from 'vitest'
import { attributeTask } from './attribute-tasks.ts'
import { createAttributeWorld } from './attribute-world.ts'
import { errorStructures, structuredErrors } from './error-structures.ts'
import { comparisons, textLength } from './reward-world.ts'
import { mostConfident } from './student.ts'

test('filtering keeps the most confident labels, the same share of either', () => {
  const labels = Float32Array.from([0.9, 0.6, 0.8, 0.7, 0.1, 0.4])
  expect(mostConfident(labels, 0.5)).toEqual([0, 2, 4])
  expect(mostConfident(labels, 1)).toEqual([0, 1, 2, 3, 4, 5])
})

test('every error structure makes exactly as many errors as the weak model, where it says', () => {
  const world = createAttributeWorld(1)
  const { labels: truth, inputs, items } = attributeTask(world, 'attr', 0, 'B')
  const beliefs = (p: (i: number) => number) => ({
    onB: Float32Array.from(truth, (_, i) => p(i)),
    onTest: new Float32Array(),
  })
  const weak = beliefs((i) => (i % 5 === 0 ? 1 - truth[i] : truth[i]))
  const ceiling = beliefs((i) => Math.abs(truth[i] - 0.4 * (i / items))) // ever less sure, always right
  const wrong = errorStructures.map((structure) => {
    const labels = structuredErrors(structure, weak, ceiling, world, 'attr', 0)
    return Array.from(truth.keys()).filter((i) => labels[i] !== truth[i])
  })
  for (const indices of wrong) expect(indices).toHaveLength(100)
  const [own, random, rare, frequent, unsure, adversarial] = wrong
  expect(own.every((i) => i % 5 === 0)).toBe(true)
  expect(random).not.toEqual(own)
  const noun = (i: number) => inputs[2 * i + 1]
  expect(Math.min(...rare.map(noun))).toBeGreaterThan(Math.max(...frequent.map(noun)))
  expect(Math.min(...unsure)).toBe(400)
  expect(Math.max(...adversarial)).toBe(99)
})

test('comparisons have no ties, the stated lengths, and a length cue of about the recipe’s strength', () => {
  const world = createAttributeWorld(1)
  const data = comparisons(world, 2, 'test')
  expect(data.inputs).toHaveLength(2 * data.pairs * textLength)
  expect([...new Set(data.lengths)].sort()).toEqual([4, 5, 6, 7])
  const quality = (text: number) =>
    Array.from(data.inputs.slice(text * textLength, (text + 1) * textLength))
      .filter((id) => id >= 37)
      .reduce((sum, id) => sum + world.attributes[(id - 37) * 8 + 2], 0)
  let unequal = 0
  let longerIsBetter = 0
  for (let pair = 0; pair < data.pairs; pair++) {
    expect(quality(2 * pair + 1) > quality(2 * pair)).toBe(data.labels[pair] === 1)
    expect(quality(2 * pair + 1)).not.toBe(quality(2 * pair))
    const longer = data.lengths[2 * pair + 1] - data.lengths[2 * pair]
    if (longer !== 0) unequal++
    if (longer !== 0 && longer > 0 === (data.labels[pair] === 1)) longerIsBetter++
  }
  expect(longerIsBetter / unequal).toBeGreaterThan(0.74) // the recipe: 0.782
  expect(longerIsBetter / unequal).toBeLessThan(0.82)
})
