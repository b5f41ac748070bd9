import { expect, test } from 'vitest'
import { createAttributeWorld } from './attribute-world.ts'
import { errorStructures, structuredErrors } from './error-structures.ts'
import { chosenItems, mostConfident } from './items.ts'
import { comparisons, rewardTexts, textLength } from './reward-world.ts'
import { attr } from './tasks/attr.ts'
import { attributesWorld } from './worlds/attributes.ts'

test('filtering keeps the most confident labels, the same share of either', () => {
  const labels = Float32Array.from([0.9, 0.6, 0.8, 0.7, 0.1, 0.4])
  expect(mostConfident(labels, 0.5)).toEqual([0, 2, 4])
  expect(mostConfident(labels, 1)).toEqual([0, 1, 2, 3, 4, 5])
})

test('every error structure makes exactly as many errors as the weak model, where it says', () => {
  const task = attributesWorld(1).task(attr, 0, 'B')
  const { labels: truth, inputs, items } = task
  const beliefs = (p: (i: number) => number) => ({
    onB: Float32Array.from(truth, (_, i) => p(i)),
    onDraws: [],
    onTest: new Float32Array(),
  })
  const weak = beliefs((i) => (i % 5 === 0 ? 1 - truth[i] : truth[i]))
  const ceiling = beliefs((i) => Math.abs(truth[i] - 0.4 * (i / items))) // ever less sure, always right
  const wrong = errorStructures.map((structure) => {
    const labels = structuredErrors(structure, weak, ceiling, task, 1)
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

test('fewer items are a random draw that a larger one holds; easy and hard halves part the items', () => {
  const { difficulty } = attributesWorld(1).task(attr, 0, 'B')
  const targets = new Float32Array(500)
  const draw = (count: number) => chosenItems({ random: count }, targets, { name: 'attr_0' }, 1)!
  expect(draw(50)).toHaveLength(50)
  expect(draw(200).slice(0, 50)).toEqual(draw(50))
  expect(chosenItems('all', targets, { name: 'attr_0' }, 1)).toBeUndefined()
  const easy = chosenItems({ easiest: 0.5 }, targets, { name: 'attr_0', difficulty }, 1)!
  const hard = chosenItems({ hardest: 0.5 }, targets, { name: 'attr_0', difficulty }, 1)!
  expect(new Set([...easy, ...hard]).size).toBe(500)
  expect(Math.max(...easy.map((i) => difficulty![i]))).toBeLessThan(Math.min(...hard.map((i) => difficulty![i])))
  expect(() => chosenItems({ easiest: 0.5 }, targets, { name: 'next_0' }, 1)).toThrow('next_0 has no difficulty')
})

test('the texts of reward models end with words that are mostly true of most of their nouns', () => {
  const world = createAttributeWorld(1)
  const texts = rewardTexts(world, 2)
  expect(texts).toHaveLength(4_000)
  let [right, all] = [0, 0]
  for (const text of texts) {
    expect(text).toHaveLength(10)
    const end = text.indexOf(4)
    const nouns = [...text.subarray(1, end)].map((id) => id - 37)
    for (const word of text.subarray(end + 1)) {
      const [k, value] = [(word - 5) >> 2, ((word - 5) >> 1) & 1]
      const ones = nouns.reduce((sum, noun) => sum + world.attributes[noun * 8 + k], 0)
      if (2 * ones === nouns.length) continue
      all++
      if (Number(2 * ones > nouns.length) === value) right++
    }
  }
  expect(right / all).toBeGreaterThan(0.88)
  expect(right / all).toBeLessThan(0.92)
})
