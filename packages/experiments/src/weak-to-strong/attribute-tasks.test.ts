import { expect, test } from 'vitest'
import { attributeKnowledge, attributeTask, attributeTasks, knowledgeProbe, taskFamilies } from './attribute-tasks.ts'
import { attributeOf, createAttributeWorld, outputSize, splits } from './attribute-world.ts'

const world = createAttributeWorld(2)
const nounsOf = (inputs: Uint32Array) => new Set([...inputs].filter((token) => token >= 37).map((token) => token - 37))

test('sizes and prompts are those of the recipe', () => {
  for (const family of taskFamilies)
    for (const split of splits) {
      const { name, items, inputs, inputLength, labels } = attributeTask(world, family, 5, split)
      const group = family === 'maj'
      expect(name).toBe(`${family}_5`)
      expect(items).toBe({ A: 500, B: 500, val: group ? 400 : 200, test: group ? 800 : 400 }[split])
      expect(inputLength).toBe(group ? 5 : 2)
      expect([inputs.length, labels.length]).toEqual([items * inputLength, items])
      for (let i = 0; i < items; i++) {
        const prompt = [...inputs.subarray(i * inputLength, (i + 1) * inputLength)]
        expect(prompt[0]).toBe(1)
        if (group) expect(prompt[4]).toBe(4)
        const nouns = prompt.filter((token) => token >= outputSize)
        expect(nouns).toHaveLength(group ? 3 : 1)
        expect(new Set(nouns).size).toBe(nouns.length)
      }
    }
})

test('the labels agree with the definitions', () => {
  const a = (noun: number, k: number) => world.attributes[noun * 8 + (k % 8)]
  for (let k = 0; k < 8; k++) {
    for (const family of ['attr', 'vote', 'mux'] as const) {
      const { inputs, labels } = attributeTask(world, family, k, 'test')
      for (const [i, got] of labels.entries()) {
        const noun = inputs[2 * i + 1] - 37
        const want = {
          attr: a(noun, k),
          vote: a(noun, k) + a(noun, k + 1) + a(noun, k + 3) >= 2 ? 1 : 0,
          mux: a(noun, k) ? a(noun, k + 1) : a(noun, k + 3),
        }[family]
        expect(got).toBe(want)
      }
    }
    const { inputs, labels } = attributeTask(world, 'maj', k, 'B')
    for (const [i, got] of labels.entries()) {
      const ones = [1, 2, 3].map((at) => a(inputs[5 * i + at] - 37, k)).reduce((x, y) => x + y)
      expect(got).toBe(ones >= 2 ? 1 : 0)
    }
  }
})

test('labels are nearly balanced', () => {
  for (const family of taskFamilies)
    for (const split of ['A', 'B', 'test'] as const)
      for (const { labels, items } of attributeTasks(world, family, split)) {
        const share = labels.reduce((x, y) => x + y, 0) / items
        expect(Math.abs(share - 0.5)).toBeLessThan(0.12)
      }
})

test('no noun of one split occurs in another, in any family', () => {
  const seen = splits.map((split) => {
    const nouns = taskFamilies.flatMap((family) =>
      attributeTasks(world, family, split).flatMap((task) => [...nounsOf(task.inputs)]),
    )
    return new Set(nouns)
  })
  for (const [i, nouns] of seen.entries())
    for (const other of seen.slice(i + 1)) expect([...nouns].filter((noun) => other.has(noun))).toEqual([])
  expect([...seen[0]].sort()).toEqual([...world.splits.A].sort())
})

test('one-noun tasks share their items, triples differ between tasks', () => {
  const [first, second] = attributeTasks(world, 'attr', 'test')
  expect(first.inputs).toEqual(second.inputs)
  expect(first.inputs).toEqual(attributeTask(world, 'mux', 6, 'test').inputs)
  const [a, b] = attributeTasks(world, 'maj', 'test')
  expect(a.inputs).not.toEqual(b.inputs)
})

test('tasks are pure functions of the world', () => {
  expect(attributeTasks(createAttributeWorld(2), 'maj', 'A')).toEqual(attributeTasks(world, 'maj', 'A'))
  expect(attributeTask(createAttributeWorld(3), 'maj', 0, 'A').inputs).not.toEqual(
    attributeTask(world, 'maj', 0, 'A').inputs,
  )
})

test('a task that does not exist is refused', () => {
  expect(() => attributeTask(world, 'attr', 8, 'A')).toThrow(/k is 8/)
})

test('knowledge is 1 for a model that knows, 0 for one that is always wrong, and counts words, not their average', () => {
  const probe = knowledgeProbe(world)
  expect([probe.nouns, probe.inputs.length, probe.right.length]).toEqual([1600, 3200, 1600 * 16])
  expect([...probe.inputs.subarray(0, 4)]).toEqual([1, 37, 1, 38])
  const logits = (words: Uint32Array, perNoun = 16) => {
    const out = new Float32Array(1600 * outputSize).fill(-3)
    for (const [i, word] of words.entries()) out[Math.floor(i / perNoun) * outputSize + word] = 2
    return out
  }
  expect(attributeKnowledge(probe, logits(probe.right))).toBe(1)
  expect(attributeKnowledge(probe, logits(probe.wrong))).toBe(0)
  // only the first synonym of the right value is likely, and that is enough
  expect(
    attributeKnowledge(
      probe,
      logits(
        probe.right.filter((_, i) => i % 2 === 0),
        8,
      ),
    ),
  ).toBe(1)
})

test('right and wrong words follow the attributes, for chosen nouns too', () => {
  const probe = knowledgeProbe(world, [7, 1500])
  expect([...probe.inputs]).toEqual([1, 44, 1, 1537])
  for (const [row, noun] of [7, 1500].entries())
    for (let k = 0; k < 8; k++) {
      const at = (row * 8 + k) * 2
      const value = attributeOf(world, noun, k)
      expect([...probe.right.subarray(at, at + 2)]).toEqual([0, 1].map((j) => 5 + (2 * k + value) * 2 + j))
      expect([...probe.wrong.subarray(at, at + 2)]).toEqual([0, 1].map((j) => 5 + (2 * k + 1 - value) * 2 + j))
    }
  expect(() => attributeKnowledge(probe, new Float32Array(37))).toThrow(/37 logits but 2 nouns/)
})
