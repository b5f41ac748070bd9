import { expect, test } from 'vitest'
import { createPolicyWorld, defaultWorld, safetyTrainingRequests, solve } from '../policy-world/index.ts'
import type { arms } from './arms.ts'
import { trainingFlops } from './costs.ts'
import type { Generated } from './filter.ts'
import { deliberativePresets } from './options.ts'
import { selectExamples } from './select.ts'

const world = createPolicyWorld(defaultWorld, 1)
const requests = safetyTrainingRequests(world, 2)
const { judge } = deliberativePresets.quick

function sample(item: number, score: number, right = true): Generated {
  const { facts } = requests[item]
  const policy = right ? world.policy(world.category(facts)) : { clauses: [], otherwise: 'comply' as const }
  const { thought, answer } = solve(world, facts, policy)
  const tokens = Uint32Array.of(...thought, ...answer)
  return { item, tokens, wellFormed: true, score, answerRight: right, thoughtRight: right }
}

test('critique and revise keeps drafts that pass, and takes one revision of the others, unjudged', () => {
  const drafts = [sample(0, 0.9, false), sample(1, 0.1, false)]
  const samples = [sample(0, 0.9), sample(1, 0.2), sample(1, 0.9)]
  const { examples, kept, quality } = selectExamples(world, requests, samples, drafts, 'critique', judge, 1)
  expect(kept).toEqual([
    { from: 'drafts', index: 0 },
    { from: 'samples', index: 1 },
  ])
  expect(examples).toHaveLength(2)
  expect(quality).toMatchObject({ kept: 2, rightAfter: 0.5 })
})

test('the judged selection takes the best sample, and says which', () => {
  const samples = [sample(0, 0.2), sample(1, 0.6), sample(1, 0.9)]
  const { kept, examples } = selectExamples(world, requests, samples, [], 'judged', judge, 1)
  expect(kept).toEqual([{ from: 'samples', index: 2 }])
  expect([...examples[0].thought, ...examples[0].answer]).toEqual([...samples[2].tokens])
})

test('training costs: equal for thoughts and answers alone, four times for four times the steps, nothing for nothing', () => {
  const options = deliberativePresets.quick
  const flops = (arm: keyof typeof arms) => trainingFlops(arm, options, world, 1000)
  expect(flops('sft')).toBe(flops('direct'))
  const learning = 6 * options.sft.steps * options.sft.batch * world.layout.rowLength * 1000
  expect(flops('direct-long') - flops('direct')).toBe(3 * learning)
  expect(flops('unfiltered')).toBeLessThan(flops('sft'))
  expect(flops('sft-rl') - flops('sft')).toBe(flops('rl'))
  expect(flops('given-spec')).toBe(0)
})
