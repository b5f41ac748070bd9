import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { canonicalJson, hashOf } from './canonical-json.ts'

test('names are sorted at every depth and nothing else is changed', () => {
  const value = { b: [1, { z: null, y: 'é\n"' }], a: { '10': true, '9': -1.5e-7 }, B: '', ä: 0 }
  expect(canonicalJson(value)).toBe('{"B":"","a":{"10":true,"9":-1.5e-7},"b":[1,{"y":"é\\n\\"","z":null}],"ä":0}')
  expect(JSON.parse(canonicalJson(value))).toEqual(value)
})

test('the text does not depend on the order in which properties were set', () => {
  expect(canonicalJson({ a: 1, b: { c: 2, d: 3 } })).toBe(canonicalJson({ b: { d: 3, c: 2 }, a: 1 }))
  expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }))
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]))
  expect(hashOf(-0)).toBe(hashOf(0))
})

test('hashOf is the start of the SHA-256 of the text', () => {
  expect(hashOf({ b: 'é', a: 1 })).toBe(createHash('sha256').update('{"a":1,"b":"é"}').digest('hex').slice(0, 32))
})

test('null-prototype objects and objects of another realm are plain; repeated objects are no cycle', () => {
  expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
  expect(canonicalJson(runInNewContext('({ a: [1] })'))).toBe('{"a":[1]}')
  expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}')
  const shared = { a: 1 }
  expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
})

class Point {
  x = 1
}
const cycle: Record<string, unknown> = {}
cycle.self = [cycle]
test.each<[string, unknown]>([
  ['$ is undefined', undefined],
  ['$.a.b is undefined', { a: { b: undefined } }],
  ['$.betas[1] is NaN', { betas: [0.9, Number.NaN] }],
  ['$[0] is -Infinity', [-Infinity]],
  ['$["a-b"] is a function', { 'a-b': () => 1 }],
  ['$.n is a bigint', { n: 1n }],
  ['$.s is a symbol', { s: Symbol('s') }],
  ['$.data is a Float32Array', { data: new Float32Array(2) }],
  ['$[0] is undefined', new Array(1)],
  ['$.when is a Date', { when: new Date(0) }],
  ['$.m is a Map', { m: new Map() }],
  ['$.p is a Point', { p: new Point() }],
  ['$.self[0] is inside itself', cycle],
  ['$ is an object with a symbol as a name', { [Symbol('x')]: 1 }],
  ['$ is nested deeper than 500', JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
])('refuses: %s', (message, value) => {
  expect(() => canonicalJson(value)).toThrow(new TypeError(`canonicalJson: ${message}`))
})

test('replace puts another value in the place of an object', () => {
  const replace = (object: object) => (object instanceof Point ? { $point: 1 } : object)
  expect(canonicalJson({ p: new Point(), q: [new Point()] }, replace)).toBe('{"p":{"$point":1},"q":[{"$point":1}]}')
})
