import { games as allGames, deliberativePresets, reasoningPresets } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import * as deliberative from '../src/deliberative/config.ts'
import * as games from '../src/games/config.ts'
import * as reasoning from '../src/reasoning/config.ts'

const through = (query: string) => new URLSearchParams(`?${query}`)

test.each(deliberative.presetNames)('the address of deliberative preset %s leads back to it', (name) => {
  const options = deliberativePresets[name]
  expect(deliberative.fromQuery(through(deliberative.toQuery(options)))).toEqual(options)
  expect(deliberative.presetOf({ ...options, seeds: [9] })).toBe(name)
})

test.each(reasoning.presetNames)('the address of reasoning preset %s leads back to it', (name) => {
  const options = reasoningPresets[name]
  expect(reasoning.fromQuery(through(reasoning.toQuery(options)))).toEqual(options)
  expect(reasoning.presetOf({ ...options, seeds: [9] })).toBe(name)
})

test.each(allGames.flatMap(({ name }) => games.presetNames.map((preset) => [name, preset] as const)))(
  'the address of game %s, preset %s, leads back to it',
  (game, preset) => {
    const options = games.preset(game, preset)
    expect(games.fromQuery(through(games.toQuery(options)))).toEqual(options)
    expect(games.presetOf({ ...options, seeds: [9] })).toBe(preset)
  },
)

test.each(['game=constructor', 'game=chess&weak=z', 'game=go'])('%s is refused in words', (query) => {
  expect(() => games.fromQuery(through(query))).toThrow(/one of/)
})

test('an address can be read, and what it leaves out is the quick preset’s', () => {
  expect(reasoning.toQuery(reasoningPresets.quick)).toMatch(
    /^algorithms=reinforce&base.batch=32&.*&rl.steps=80&.*&tasks=arithmetic/,
  )
  expect(reasoning.fromQuery(through('seeds=4,5&rl.steps=7'))).toEqual({
    ...reasoningPresets.quick,
    seeds: [4, 5],
    rl: { ...reasoningPresets.quick.rl, steps: 7 },
  })
})

test.each([
  ['rl.magic=1', /"rl.magic" is no option/],
  ['__proto__.x=1', /no option/],
  ['rl.steps=many', /rl.steps is "many"/],
  ['tasks=', /tasks is empty/],
  ['tasks=chess', /chess/],
])('%s is refused in words', (query, message) => {
  expect(() => reasoning.fromQuery(through(query))).toThrow(message)
})
