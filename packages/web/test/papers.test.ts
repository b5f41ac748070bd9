// Every figure that a recorded run has, and that a paper has too, leads there.

import { readFileSync } from 'node:fs'
import type { Report } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { paperLink } from '../src/report/papers.ts'

const titles = (name: string) =>
  (
    JSON.parse(readFileSync(new URL(`../src/reference/${name}.json`, import.meta.url), 'utf8')) as Report
  ).blocks.flatMap((block) => (block.kind === 'figure' ? [block.figure.title] : []))

test.each([
  ['weak-to-strong', /^Pretraining loss$/],
  ['games', /^Pretraining loss$/],
  ['deliberative', /^$/],
  ['reasoning', /over RL compute$/], // diagnostics of the training
])('the figures of %s have a place in a paper', (name, others) => {
  const without = titles(name).filter((title) => paperLink(title) === '')
  expect(without.filter((title) => !others.test(title))).toEqual([])
  expect(without.length).toBeLessThan(titles(name).length)
})

test('figures that no paper has get no link', () => {
  expect(['Pretraining loss', 'Roofline', 'constructor'].map(paperLink)).toEqual(['', '', ''])
})
