import { cardPresets } from '@nanoalign/experiments'
import { expect, test } from 'vitest'
import { parseStudy } from './study-file.ts'

const many = (text: string) => Array(300).fill(text).join()
const study = (experiments: string) => `name: test\nexperiments:\n${experiments}`

test('tasks × sizes × methods × seeds: one group per combination, one cell per seed', () => {
  const { groups, leftOut } = parseStudy(
    study(`
  - experiment: w2s
    preset: smoke
    seeds: [4, 7]
    matrix: { weak: [a, b], strong: [a, b], tasks: [1, 2] }
  - experiment: reason
    preset: smoke
    options: { rl: { steps: 5 } }
`),
  )
  expect(groups.map(({ label }) => label)).toEqual([
    'w2s smoke: weak a, strong a, tasks 1',
    'w2s smoke: weak a, strong a, tasks 2',
    'w2s smoke: weak a, strong b, tasks 1',
    'w2s smoke: weak a, strong b, tasks 2',
    'w2s smoke: weak b, strong b, tasks 1',
    'w2s smoke: weak b, strong b, tasks 2',
    'reason smoke',
  ])
  expect(leftOut).toHaveLength(2)
  expect(groups[0].options.seeds).toEqual([4, 7])
  // an object is filled up from the preset
  expect(groups[6].options).toMatchObject({ rl: { steps: 5, problems: 2 }, seeds: [1] })
  expect(new Set(groups.map(({ id }) => id)).size).toBe(7)
})

test('a card is a run of its own command; objects in objects are filled up from the preset too', () => {
  const { groups } = parseStudy(
    study(
      '  - experiment: card\n    preset: smoke\n    matrix: { training: [{ rl: { steps: 1 } }, { rl: { steps: 2 } }] }\n',
    ),
  )
  expect(groups.map(({ id }) => id.split('-').slice(0, 2).join())).toEqual(['card,smoke', 'card,smoke'])
  const { training } = cardPresets.smoke
  expect(groups[1].options).toEqual({
    ...cardPresets.smoke,
    training: { ...training, rl: { ...training.rl, steps: 2 } },
  })
})

test('equal combinations are one', () => {
  const twice = '  - experiment: w2s\n    preset: smoke\n'
  expect(parseStudy(study(twice + twice)).groups).toHaveLength(1)
})

test.each([
  ['name: Test\nexperiments: []', 'name: must be 1 to 40 of a-z'],
  ['name: test\nexperiments: []', 'experiments: '],
  ['just words', 'the file: '],
  [study('  - experiment: w3s'), 'experiments[0]: experiment "w3s" is not one of w2s, deliberate, reason, card, board'],
  [study('  - experiment: w2s\n    preset: qick'), 'Did you mean "quick"?'],
  [study('  - experiment: w2s\n    option: {}'), 'experiments[0]: there is no "option"; there are experiment, preset'],
  [study('  - experiment: w2s\n    options: { task: 1 }'), 'options or matrix: there is no "task"'],
  [study('  - experiment: w2s\n    options: { tasks: many }'), 'options or matrix.tasks: '],
  [study('  - experiment: w2s\n    options: { tasks: 99 }'), 'tasks per family is 99'],
  [study('  - experiment: w2s\n    seeds: [1, 1]'), 'experiments[0].seeds: one is there twice'],
  [study('  - experiment: w2s\n    options: { tasks: 1 }\n    matrix: { tasks: [1, 2] }'), 'in options and in matrix'],
  [study('  - experiment: w2s\n    matrix: { weak: [f], strong: [a] }'), 'asks for nothing'],
  [study('  - experiment: w2s\n    matrix: { weak: [a], strong: [a, zz] }'), '--strong is "zz" but must be one of'],
  [study('  - experiment: chess\n    matrix: { weak: [zz], strong: [a] }'), '--weak is "zz" but must be one of'],
  [study('  - experiment: chess\n    matrix: { weak: [a], strong: [b, zz] }'), '--strong is "zz" but must be one of'],
  [study('  - experiment: w2s\n    seeds: "3"'), 'seeds: must be how many (1 to 100000) or a list'],
  [`${study('  - experiment: w2s')}\n---\nname: other`, 'has several documents'],
  [study('  - &first { experiment: w2s }\n  - *first'), 'has aliases'],
  [
    study(`  - experiment: w2s\n    matrix: { weak: [${many('a')}], strong: [${many('a')}] }`),
    'has 90000 combinations',
  ],
  [study('  - experiment: deliberate\n    options: { arms: [sft, slt] }'), 'arm "slt" is not one of'],
  [
    study(
      '  - experiment: reason\n    seeds: 100000\n    matrix: { tasks: [[arithmetic], [homing], [expressions], [arithmetic, homing], [arithmetic, expressions], [homing, expressions], [arithmetic, homing, expressions], [homing, arithmetic], [expressions, arithmetic], [expressions, homing], [expressions, homing, arithmetic]] }',
    ),
    'more than 1000000',
  ],
])('%j: %s', (text, message) => {
  expect(() => parseStudy(text)).toThrow(message)
})
