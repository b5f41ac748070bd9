import { weakToStrongPresets } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { parseHash } from '../src/router.ts'
import { fromQuery, presetNames, presetOf, toCommand, toQuery } from '../src/weak-to-strong/config.ts'

const roundTrip = (options: Parameters<typeof toQuery>[0]) => fromQuery(parseHash(`#/?${toQuery(options)}`).query)

test.each(presetNames)('the address of preset %s leads back to it', (name) => {
  const options = weakToStrongPresets[name]
  expect(roundTrip(options)).toEqual(options)
  expect(presetOf(roundTrip(options))).toBe(name)
  expect(toCommand(options)).toBe(`nanoalign w2s --preset ${name}`)
})

test('an own configuration survives the address, and is readable there', () => {
  const options = {
    weak: 'a',
    strong: 'd',
    seeds: [7, 4294967295],
    families: ['attr', 'maj'],
    tasks: 3,
    methods: ['naive', 'confidence:0.75'],
  }
  expect(toQuery(options)).toBe(
    'weak=a&strong=d&seeds=7,4294967295&families=attr,maj&tasks=3&methods=naive,confidence:0.75',
  )
  expect(roundTrip(options)).toEqual(options)
  expect(presetOf(options)).toBeUndefined()
})

test('grid, analyses and probes are in the address', () => {
  const options = { ...weakToStrongPresets.laptop, seeds: [2] }
  expect(toQuery(options)).toContain('&grid=b,c,d;c,d,f&analyses=errors,saliency,reward')
  expect(roundTrip(options)).toEqual(options)
  const probe = { ...weakToStrongPresets.smoke, methods: ['naive', 'hard'], probe: true }
  expect(roundTrip(probe)).toEqual(probe)
  expect(toCommand(probe)).toMatch(/ --probe$/)
})

test('what an address leaves out is the quick preset’s', () => {
  expect(fromQuery(new URLSearchParams('seeds=5'))).toEqual({ ...weakToStrongPresets.quick, seeds: [5] })
})

test.each([
  ['weak=z', /weak.*"z".*one of/],
  ['strong=toString', /strong/],
  ['seeds=1,1', /twice/],
  ['seeds=', /seeds/],
  ['seeds=-1', /integers/],
  ['seeds=1e3', /integers/],
  ['tasks=9', /from 1 to 8/],
  ['families=attr,attr', /twice/],
  ['families=', /family/],
  ['methods=confidence', /first must be naive/],
  ['methods=naive,magic', /magic/],
])('%s is refused in words', (query, message) => {
  expect(() => fromQuery(new URLSearchParams(query))).toThrow(message)
})

test('addresses of pages', () => {
  expect(parseHash('').page).toBe('')
  expect(parseHash('#/').page).toBe('')
  expect(parseHash('#/runs').page).toBe('runs')
  expect(parseHash('#/runs/?id=3').query.get('id')).toBe('3')
})
