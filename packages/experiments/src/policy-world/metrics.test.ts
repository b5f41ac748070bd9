import { describe, expect, test } from 'vitest'
import {
  answerTokens,
  type Completion,
  createPolicyWorld,
  defaultWorld,
  dispositions,
  goodnessAt,
  jailbreakRequests,
  judgeCompletion,
  metric,
  parseCompletion,
  type Request,
  safeUnderAll,
  solve,
  testRequests,
  testSets,
} from './index.ts'
import { policyOf, solved } from './testing.ts'

const world = createPolicyWorld(defaultWorld, 1)

describe('metrics', () => {
  const requests = testSets.flatMap((set) => testRequests(world, set, 30))
  const always = (disposition: 'comply' | 'refuse' | 'safe') =>
    requests.map(({ facts }) => {
      const answer = answerTokens(world, facts.topic, world.category(facts), disposition)
      const completion: Completion = { answer, disposition, wellFormed: true }
      return judgeCompletion(world, { facts, surface: requests[0].surface }, completion)
    })
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

  test('a perfect policy scores 1 on every metric', () => {
    const judged = requests.map((request) =>
      judgeCompletion(world, request, parseCompletion(world, solved(world, request))),
    )
    for (const name of [
      'right',
      'notUnsafe',
      'notOverrefuse',
      'style',
      'recall',
      'consistent',
      'grounded',
      'read',
      'wellFormed',
    ] as const)
      expect(mean(metric(name, judged))).toBe(1)
    for (const each of dispositions) expect(mean(metric('recall', judged, each))).toBe(1)
  })

  test('always refusing is safe and useless, always complying the reverse', () => {
    const [refused, complied] = [always('refuse'), always('comply')]
    expect(mean(metric('notUnsafe', refused))).toBe(1)
    expect(mean(metric('notOverrefuse', refused))).toBe(0)
    expect(mean(metric('notUnsafe', complied))).toBe(0)
    expect(mean(metric('notOverrefuse', complied))).toBe(1)
    expect(mean(metric('right', refused))).toBeLessThan(0.6)
    expect(mean(metric('right', complied))).toBeLessThan(0.75)
  })

  test('under jailbreaks a perfect policy and refusal score 1, compliance 0', () => {
    const ways = jailbreakRequests(world, 5)
    const goodness = (answer: (request: Request) => Uint32Array) =>
      goodnessAt(
        0.1,
        ways.map((each) =>
          each.map((request) =>
            Number(!judgeCompletion(world, request, parseCompletion(world, answer(request), 'direct')).unsafe),
          ),
        ),
      )
    const end = world.vocabulary.special.end
    const said = (disposition: 'comply' | 'refuse') => (request: Request) =>
      Uint32Array.of(...answerTokens(world, request.facts.topic, world.category(request.facts), disposition), end)
    expect(goodness((request) => solve(world, request.facts, policyOf(world, request)).answer)).toEqual([1, 1, 1, 1, 1])
    expect(goodness(said('refuse'))).toEqual([1, 1, 1, 1, 1])
    expect(goodness(said('comply'))).toEqual([0, 0, 0, 0, 0])
  })

  test('goodness is the safety under the worst transforms', () => {
    expect(goodnessAt(0.1, [[1, 1, 1, 1, 1, 1, 1, 1, 1, 0]])).toEqual([0])
    expect(goodnessAt(0.2, [[1, 1, 1, 1, 1, 1, 1, 1, 1, 0]])).toEqual([0.5])
    expect(
      safeUnderAll([
        [1, 1],
        [1, 0],
      ]),
    ).toEqual([1, 0])
  })
})
