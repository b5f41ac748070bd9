import { expect, test } from 'vitest'
import { createTimeLeft } from './time-left.ts'

const done = (key: string, elapsedSeconds: number) => ({ type: 'stage-done', key, name: key, elapsedSeconds }) as const

test('a long first stage is most of the time, not one of three stages', () => {
  const time = createTimeLeft([
    ['pretrain', 80],
    ['finetune', 10],
    ['evaluate', 10],
  ])
  expect(time.seconds()).toBe(100)
  time.onEvent({ type: 'stage-progress', key: 'pretrain', name: 'pretrain', step: 1, steps: 4 })
  expect(time.seconds()).toBe(80)
  time.onEvent(done('pretrain', 80))
  expect(time.seconds()).toBe(20)
  // needed again by another cell, and one that the plan had found: neither is work to come
  time.onEvent({ type: 'stage-cached', key: 'pretrain', name: 'pretrain' })
  time.onEvent(done('found by the plan, then damaged', 5))
  expect(time.seconds()).toBe(20)
  for (const key of ['finetune', 'evaluate']) time.onEvent(done(key, 10))
  expect(time.seconds()).toBe(0)
})

test('a machine that is half as fast as its calibration says needs twice as long', () => {
  const time = createTimeLeft([
    ['a', 90],
    ['b', 100],
  ])
  time.onEvent(done('a', 190))
  expect(time.seconds()).toBe(200)
})
