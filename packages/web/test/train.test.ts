import { expect, test } from 'vitest'
import { fromTrainQuery, pagePresets, presetOfTraining, toTrainQuery } from '../src/train/config.ts'

test.each(Object.entries(pagePresets))('the address of a training, preset %s', (name, options) => {
  const wanted = { text: '0123456789abcdef', options }
  expect(fromTrainQuery(new URLSearchParams(toTrainQuery(wanted)))).toEqual(wanted)
  expect(presetOfTraining(options)).toBe(name)
})

test('what the address leaves out is the tiny preset on the built-in text', () => {
  expect(fromTrainQuery(new URLSearchParams())).toEqual({ text: 'built-in', options: pagePresets.tiny })
})

test.each([
  ['layers=0', /layers/],
  ['width=65', /multiple of heads/],
  ['lr=-1', /lr/],
  ['steps=1e99', /steps/],
  ['text=../etc', /names no text/],
  ['tokenizer=word', /tokenizer/],
])('%s is refused in words', (query, message) => {
  expect(() => fromTrainQuery(new URLSearchParams(query))).toThrow(message)
})
