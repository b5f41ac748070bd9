// Every figure that a report can have leads to its place in a paper, and says in plain words what it shows.

import { readdirSync, readFileSync } from 'node:fs'
import type { Report } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { paperLink } from '../src/report/papers.ts'

const experiments = new URL('../../experiments/src/', import.meta.url)
const figure = (title: string) => ({ kind: 'figure', figure: { kind: 'lines', title } }) as Report['blocks'][number]

/** Titles and captions of the figures in the reports' sources; what is put into them shows as `x`. */
const figures = readdirSync(experiments, { recursive: true, encoding: 'utf8' })
  .filter((name) => /report[^/]*\.ts$/.test(name) && !name.includes('test'))
  .flatMap((name) => {
    const source = readFileSync(new URL(name, experiments), 'utf8')
    return source
      .split(/\bfigure\(\{/)
      .slice(1)
      .flatMap((text) => {
        const titles = /title:([^\n]*)/.exec(text)?.[1].replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'x') ?? ''
        const hasCaption = /^\s*caption:/m.test(text.slice(0, text.indexOf('series')))
        return [...titles.matchAll(/[`']([^`']+)[`']/g)].map(([, title]) => ({ name, title, hasCaption }))
      })
  })

test('there are figures to look at', () => {
  expect(figures.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['Methods', 'Gain and misfit', 'x: accuracy over thinking', 'Reward during RL', 'Roofline']),
  )
  expect(figures.length).toBeGreaterThan(30)
})

test.each(figures)('$name: “$title”', ({ title, hasCaption }) => {
  expect(paperLink(figure(title))).toMatch(/<a href="https:/)
  expect(hasCaption, 'has a caption').toBe(true)
})

test.each(['weak-to-strong', 'games', 'deliberative', 'reasoning', 'train', 'kernels'])(
  'recorded figures of %s',
  (name) => {
    const file = new URL(`../src/reference/${name}.json`, import.meta.url)
    const { blocks } = JSON.parse(readFileSync(file, 'utf8')) as Report
    const without = blocks.filter((block) => block.kind === 'figure' && paperLink(block) === '')
    expect(without.map((block) => block.kind === 'figure' && block.figure.title)).toEqual([])
  },
)

test('an evaluation of the card leads to its section of the o1 system card', () => {
  const text = 'What is asked.\n\nIn the paper: StrongREJECT (§4.1.2, Figure 1): .72 (o1).'
  expect(paperLink({ kind: 'text', text })).toContain('2412.16720#subsubsection.4.1.2">o1 System Card, section 4.1.2')
  expect(paperLink({ kind: 'text', text: 'See §4.' })).toBe('')
})

test('a figure that no paper has gets no link', () => {
  expect(['Something else', 'constructor'].map((title) => paperLink(figure(title)))).toEqual(['', ''])
})
