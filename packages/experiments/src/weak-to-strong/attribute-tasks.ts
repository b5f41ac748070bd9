// Binary tasks on the attribute world, and a readout of attribute knowledge that needs no finetuning.
// A task gives input tokens and ground-truth labels; a model answers at the last input token.

import { Random } from '@nanoalign/kernels'
import {
  type AttributeWorld,
  attributeCount,
  attributeOf,
  bosToken,
  groupToken,
  nounToken,
  outputSize,
  type Split,
  wordToken,
} from './attribute-world.ts'
import { families, familyNamed } from './tasks/index.ts'

/** The name of a family of tasks (tasks/). */
export type TaskFamily = string
export const taskFamilies: readonly TaskFamily[] = families
  .filter((family) => family.world === 'attributes')
  .map((family) => family.name)

/** The data of one task on one split of the nouns. */
export interface AttributeTask {
  /** Family and attribute, such as `vote_3`. */
  name: string
  items: number
  inputLength: number
  /** (items, inputLength) */
  inputs: Uint32Array
  /** (items), 0 or 1 */
  labels: Uint8Array
}

/**
 * Task k (0 to 7) of a family. The one-noun families hold every noun of the split once, in the same order for all of
 * them, so item i is the same noun in each; the three-noun ones have as many triples as nouns (twice as many in val and
 * test) or as many as are wanted, drawn apart for every k.
 */
export function attributeTask(
  world: AttributeWorld,
  family: TaskFamily,
  k: number,
  split: Split,
  triplesWanted?: number,
): AttributeTask {
  if (!Number.isInteger(k) || k < 0 || k >= attributeCount)
    throw new RangeError(`attributeTask: k is ${k} but must be an integer from 0 to ${attributeCount - 1}`)
  const name = `${family}_${k}`
  const found = familyNamed(family)
  if (found.world !== 'attributes')
    throw new Error(`attributeTask: ${family} is a family of the world "${found.world}"`)
  const { nouns: size, label } = found
  const groups =
    size === 3 ? triples(world, name, split, triplesWanted) : Array.from(world.splits[split], (noun) => [noun])
  const prompts = groups.map((nouns) => {
    const tokens = [bosToken, ...nouns.map(nounToken)]
    return size === 3 ? [...tokens, groupToken] : tokens
  })
  return {
    name,
    items: prompts.length,
    inputLength: prompts[0].length,
    inputs: Uint32Array.from(prompts.flat()),
    labels: Uint8Array.from(groups, (nouns) =>
      label((i, noun = 0) => attributeOf(world, nouns[noun], i % attributeCount), k),
    ),
  }
}

/** All eight tasks of a family on one split. */
export function attributeTasks(world: AttributeWorld, family: TaskFamily, split: Split): AttributeTask[] {
  return Array.from({ length: attributeCount }, (_, k) => attributeTask(world, family, k, split))
}

/** Random triples of three different nouns of the split, none of them twice. */
function triples(world: AttributeWorld, task: string, split: Split, wanted?: number): number[][] {
  const nouns = world.splits[split]
  const random = new Random(world.seed, `attribute-world ${task} ${split}`)
  const draw = (taken: number[]): number => {
    const noun = nouns[random.integer(nouns.length)]
    return taken.includes(noun) ? draw(taken) : noun
  }
  const items = wanted ?? (split === 'val' || split === 'test' ? nouns.length * 2 : nouns.length)
  const found = new Map<string, number[]>()
  while (found.size < items) {
    const first = draw([])
    const second = draw([first])
    const triple = [first, second, draw([first, second])]
    found.set(triple.join(), triple)
  }
  return [...found.values()]
}

/** What to ask a pretrained model, and which words answer right and wrong, for measuring what it knows. */
export interface KnowledgeProbe {
  nouns: number
  inputLength: 2
  /** (nouns, 2): `bos n` for every noun, in order of frequency */
  inputs: Uint32Array
  /** (nouns, K, 2): ids of the two words for the value the noun has */
  right: Uint32Array
  /** (nouns, K, 2): ids of the two words for the other value */
  wrong: Uint32Array
}

/** The probe over all nouns, or over those given (frequency ranks). */
export function knowledgeProbe(world: AttributeWorld, nouns?: ArrayLike<number>): KnowledgeProbe {
  const chosen = nouns ? Array.from(nouns) : Array.from({ length: world.nounCount }, (_, noun) => noun)
  const words = (other: 0 | 1) =>
    Uint32Array.from(
      chosen.flatMap((noun) =>
        Array.from({ length: attributeCount }, (_, k) => {
          const value = attributeOf(world, noun, k) ^ other
          return [wordToken(k, value, 0), wordToken(k, value, 1)]
        }).flat(),
      ),
    )
  return {
    nouns: chosen.length,
    inputLength: 2,
    inputs: Uint32Array.from(chosen.flatMap((noun) => [bosToken, nounToken(noun)])),
    right: words(0),
    wrong: words(1),
  }
}

/**
 * Own-readout attribute knowledge: the share of (noun, attribute) for which the words of the right value together are
 * more probable after `bos n` than those of the wrong one. Chance is 0.5. `logits` is (nouns, 37), at the noun.
 */
export function attributeKnowledge({ nouns, right, wrong }: KnowledgeProbe, logits: Float32Array): number {
  if (logits.length !== nouns * outputSize)
    throw new RangeError(`attributeKnowledge: ${logits.length} logits but ${nouns} nouns × ${outputSize} are needed`)
  let known = 0
  for (let i = 0; i < nouns * attributeCount; i++) {
    const row = Math.floor(i / attributeCount) * outputSize
    const logSum = (words: Uint32Array) => logAddExp(logits[row + words[2 * i]], logits[row + words[2 * i + 1]])
    if (logSum(right) > logSum(wrong)) known++
  }
  return known / (nouns * attributeCount)
}

function logAddExp(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}
