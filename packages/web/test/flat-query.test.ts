import {
  games as allGames,
  cardPresets,
  deliberativePresets,
  gamePresets,
  reasoningPresets,
} from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { config as card } from '../src/card/config.ts'
import { config as deliberative } from '../src/deliberative/config.ts'
import { config as games } from '../src/games/config.ts'
import { config as reasoning } from '../src/reasoning/config.ts'
import type { PresetConfig } from '../src/study/preset-config.ts'

const through = (query: string) => new URLSearchParams(`?${query}`)

const studies = {
  deliberative: [deliberative, deliberativePresets],
  reasoning: [reasoning, reasoningPresets],
  card: [card, cardPresets],
  ...Object.fromEntries(
    allGames.map(({ name: game }) => {
      const presets = Object.entries(gamePresets(game)).map(([name, preset]) => [name, { game, ...preset }])
      return [game, [games, Object.fromEntries(presets)]]
    }),
  ),
} as unknown as Record<string, [PresetConfig<{ seeds: number[] }>, Record<string, { seeds: number[] }>]>

const all = Object.entries(studies).flatMap(([study, [config, presets]]) =>
  Object.entries(presets).map(([name, options]) => ({ study, name, config, options })),
)

test.each(all)('the address of $study, preset $name, leads back to it', ({ name, config, options }) => {
  expect(config.fromQuery(through(config.toQuery(options)))).toEqual(options)
  expect(config.preset(name, options)).toEqual(options)
  expect(config.presetOf({ ...options, seeds: [9] })).toBe(name)
})

test('the same run for the command line', () => {
  const { quick, laptop } = reasoningPresets
  expect(reasoning.toCommand(laptop)).toBe('nanoalign reason --preset laptop')
  expect(reasoning.toCommand({ ...quick, seeds: [4, 5] })).toBe('nanoalign reason --preset quick --seeds 4,5')
  expect(reasoning.toCommand({ ...quick, seeds: [4] })).toBe('nanoalign reason --preset quick --seed 4 --seeds 1')
  const fewer = { ...quick, rl: { ...quick.rl, steps: 7 } }
  expect(reasoning.toCommand(fewer)).toBe('nanoalign reason --preset quick (with other sizes: see the address)')
  const chess = { game: 'chess', ...gamePresets('chess').smoke, strong: 'c' }
  expect(games.toCommand(chess)).toBe('nanoalign w2s --task chess --preset smoke --strong c')
})

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
