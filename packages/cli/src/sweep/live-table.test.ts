import { expect, test } from 'vitest'
import { createLiveTable } from './live-table.ts'
import type { Group } from './study-file.ts'

const groups = Array.from({ length: 30 }, (_, g): Group => {
  return { id: `run-${g}`, experiment: 'w2s', preset: 'smoke', options: { seeds: [1, 2] }, label: `group ${g}` }
})

function table(terminal: boolean, rows?: number) {
  let written = ''
  let time = 0
  const host = { stderr: (text: string) => void (written += text), terminal, columns: 40, rows }
  const live = createLiveTable(
    host,
    groups,
    100,
    () => 65,
    () => (time += 10_000),
  )
  return {
    live,
    taken: () => {
      const text = written
      written = ''
      return text
    },
  }
}

test('in a terminal the table is rewritten in its place and never higher or wider than the window', () => {
  for (const rows of [5, 12, undefined]) {
    const { live, taken } = table(true, rows)
    live.onCell(groups[25], 'begun')
    const first = taken()
    const lines = first.split('\n').slice(0, -1)
    expect(lines.length).toBeLessThan(rows ?? 24)
    expect(lines[0]).toContain('group 25')
    live.onNow('a label that is longer than the window is wide, by far')
    const second = taken()
    expect(second.startsWith(`\x1b[${lines.length}A`)).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor is no text
    for (const line of second.replace(/\x1b\[\d*[AKJ]/g, '').split('\n')) expect(line.length).toBeLessThan(40)
    live.note('a line that stays')
    expect(taken()).toBe(`\x1b[${lines.length}A\x1b[Ja line that stays\n`)
  }
})

test('in a pipe it is one line; a stage counts once, as done or as found', () => {
  const { live, taken } = table(false)
  for (const [key, found] of [
    ['a', false],
    ['a', true],
    ['b', true],
  ] as const)
    live.onStage(key, found)
  live.onCell(groups[0], { seed: 1 })
  live.onCell(groups[0], { seed: 2, error: 'diverged' })
  expect(taken().split('\n').at(-2)).toMatch(
    /^1\/60 cells · 1 failed · 2\/100 stages \(1 found\) · \d+:\d\d · about 1:05 left$/,
  )
  expect(live.counts).toEqual({ cells: { done: 1, failed: 1, all: 60 }, stages: { done: 1, cached: 1, all: 100 } })
})
