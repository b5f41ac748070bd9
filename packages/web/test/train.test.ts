import { textData, trainText } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { planWork } from '../src/study/planned-work.ts'
import { fromTrainQuery, pagePresets, presetOfTraining, toTrainQuery } from '../src/train/config.ts'

test.each(Object.entries(pagePresets))('the address of a training, preset %s', (name, options) => {
  const wanted = { text: '0123456789abcdef', options }
  expect(fromTrainQuery(new URLSearchParams(toTrainQuery(wanted)))).toEqual(wanted)
  expect(presetOfTraining(options)).toBe(name)
})

test('a training is planned before it starts', async () => {
  const text = new TextEncoder().encode('the cat sat on the mat, the dog on the log.\n'.repeat(4000))
  const seconds = async (options: (typeof pagePresets)['tiny']) => {
    const data = textData(text, options.tokenizer, options.context)
    const [only, ...others] = await planWork((tools) => trainText({ ...tools, data, name: 'cats' }, options))
    expect([only.name, only.hasModel, others]).toEqual(['train-text', true, []])
    return only.seconds
  }
  const { taste, tiny } = pagePresets
  const [small, large, longer] = [
    await seconds(taste),
    await seconds(tiny),
    await seconds({ ...tiny, steps: 2 * tiny.steps }),
  ]
  expect(large).toBeGreaterThan(5 * small)
  expect(longer / large).toBeCloseTo(2, 1)
  expect(Math.abs(large - 137)).toBeLessThan(14)
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
