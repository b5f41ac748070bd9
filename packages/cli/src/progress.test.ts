import type { StageEvent } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { createProgress, duration } from './progress.ts'

function setup(
  { terminal = false, columns = 200 } = {},
  stages: Record<string, number> = { pretrain: 1, finetune: 3 },
) {
  let written = ''
  let time = 0
  const host = { terminal, columns, stderr: (text: string) => void (written += text) }
  const progress = createProgress(host, stages, () => time)
  const send = (seconds: number, event: object) => {
    time = seconds * 1000
    progress.onEvent(event as StageEvent)
  }
  const taken = () => {
    const all = written
    written = ''
    return all
  }
  return { progress, send, taken }
}

const step = (name: string, step: number) => ({
  type: 'stage-progress',
  key: name,
  name,
  label: `the ${name}`,
  step,
  steps: 100,
  loss: 1.23456,
  tokensPerSecond: 12_345,
})

test('in a pipe: a line at most every five seconds, with an estimate as soon as there can be one', () => {
  const { send, taken } = setup()
  send(0, { type: 'stage-start', key: 'pretrain', name: 'pretrain' })
  send(1, step('pretrain', 10))
  expect(taken()).toBe('stage 1/4 · the pretrain · step 10/100 · loss 1.235 · 12.3k tokens/s\n')
  send(5, step('pretrain', 30))
  expect(taken()).toBe('')
  send(6, step('pretrain', 60)) // 50 steps in 5 s: 4 s left here, and three finetunings of unknown length
  expect(taken()).toMatch(/step 60\/100 .* · ETA 0:04 for this stage\n$/)
  send(10, { type: 'stage-done', key: 'pretrain', name: 'pretrain', elapsedSeconds: 10 })
  send(10, { type: 'stage-cached', key: 'a', name: 'finetune' })
  send(10, { type: 'stage-start', key: 'b', name: 'finetune' })
  send(11, step('finetune', 0))
  taken()
  send(31, step('finetune', 50)) // 20 s left here, then one more of 40 s
  expect(taken()).toMatch(/^stage 3\/4 · the finetune · .* · ETA 1:00\n$/)
})

test('while other stages are of unknown length the estimate is for the stage under way alone', () => {
  const { send, taken } = setup({}, { pretrain: 3, finetune: 1 })
  send(0, { type: 'stage-start', key: 'a', name: 'pretrain' })
  send(1, step('pretrain', 10))
  taken()
  send(6, step('pretrain', 60))
  expect(taken()).toMatch(/ETA 0:04 for this stage\n$/)
})

test('on a terminal: one line, rewritten at most ten times a second, cut to the width and removed at the end', () => {
  const { progress, send, taken } = setup({ terminal: true, columns: 30 })
  send(0, step('pretrain', 1))
  expect(taken()).toBe('\rstage 0/4 · the pretrain · s…\x1b[K')
  send(0.05, step('pretrain', 2))
  expect(taken()).toBe('')
  progress.note('a sample')
  expect(taken()).toBe('\r\x1b[Ka sample\n')
  send(1, step('pretrain', 3))
  taken()
  progress.stop()
  progress.stop()
  expect(taken()).toBe('\r\x1b[K')
})

test('what cannot be used is said at once', () => {
  const { send, taken } = setup()
  send(0, { type: 'stage-corrupt', key: 'k', name: 'pretrain', reason: 'model.safetensors is missing' })
  expect(taken()).toMatch(/^warning: what is stored of "pretrain" cannot be used.*: model\.safetensors is missing\n$/)
})

test('durations', () => {
  expect([0, 65.4, 7203].map(duration)).toEqual(['0:00', '1:05', '2:00:03'])
})
