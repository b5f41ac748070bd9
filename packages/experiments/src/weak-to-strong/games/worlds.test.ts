// Splits that share nothing, with each other or with the games that were read.

import { Random } from '@nanoalign/kernels'
import { describe, expect, test } from 'vitest'
import { Artifact } from '../../stages/stage.ts'
import { trueAnswers } from './answers.ts'
import { completionBatch, labelsOf } from './batches.ts'
import { moveTokens, positionAfter } from './chess-game.ts'
import { type Game, rowLength, specialTokens } from './game.ts'
import { games } from './index.ts'
import type { GameAnswers } from './stages.ts'
import { createGameWorld, createSplitter, type GameSplit, type GameWorld, gameSplits } from './worlds.ts'

const quiet = { signal: new AbortController().signal, report: () => {} }
const counts = { train: 16, fresh: 16, val: 4, test: 12, apart: 8 }
const create = (game: Game, seed = 5) => createGameWorld(game, seed, 60, counts, quiet)

/** What the moves of a prompt lead to: for chess the position; the board's puzzles differ by their moves. */
const keyOf = (game: Game, prompt: number[]) => (game.name === 'chess' ? positionAfter(prompt).key() : prompt.join())

describe.each(games.map((game) => [game.name, game] as const))('%s', (_, game) => {
  let world: GameWorld
  test('the same seed gives the same world, another seed another one', async () => {
    world = await create(game)
    expect(await create(game)).toEqual(world)
    expect((await create(game, 6)).puzzles.test).not.toEqual(world.puzzles.test)
  }, 120_000)

  test('splits have as many puzzles of each difficulty as asked for', () => {
    const hard = (split: GameSplit) => world.puzzles[split].filter(({ difficulty }) => difficulty === 'hard').length
    for (const split of ['A', 'B', 'C', 'D'] as const) {
      expect(world.puzzles[split]).toHaveLength(16)
      expect(hard(split)).toBe(Math.round(16 * game.hardShare))
    }
    expect(hard('E') + hard('test-easy')).toBe(0)
    expect(world.puzzles.E).toHaveLength(8)
    expect([world.puzzles.H.length, hard('H')]).toEqual(game.difficulties.hard ? [8, 8] : [0, 0])
    expect(world.puzzles.test).toHaveLength(12)
  })

  test('no position is in two splits, or in a split and in a game that was read', () => {
    const read = new Set<string>()
    const length = rowLength(game)
    const { start, padding, end } = specialTokens(game)
    for (let g = 0; g < 60; g++) {
      const row = world.games.subarray(g * length, (g + 1) * length)
      expect(row[0]).toBe(start)
      const moves = [...row.subarray(1)].filter((token) => token !== padding && token !== end)
      for (let at = 0; at < moves.length; at += game.moveLength) read.add(keyOf(game, moves.slice(0, at)))
    }
    const seen = new Set<string>()
    for (const split of gameSplits)
      for (const { prompt } of world.puzzles[split]) {
        const key = keyOf(game, prompt)
        expect(read.has(key), `${split}: ${key}`).toBe(false)
        expect(seen.has(key), `${split}: ${key}`).toBe(false)
        seen.add(key)
      }
  })

  test('every solution is a legal move, and other moves are not', () => {
    for (const { prompt, answer } of gameSplits.flatMap((split) => world.puzzles[split])) {
      expect(game.isLegal(prompt, answer)).toBe(true)
      expect(prompt.length % game.moveLength).toBe(0)
    }
    const { prompt } = world.puzzles.test[0]
    expect(game.isLegal(prompt, Array(game.moveLength).fill(game.words.length - 1))).toBe(false)
  })

  test('words are all different and rows fit the vocabulary', () => {
    expect(new Set(game.words).size).toBe(game.words.length)
    const { padding } = specialTokens(game)
    expect(world.games.every((token) => token <= padding)).toBe(true)
  })
})

test('a group is never divided, and what is known already is dropped', () => {
  const needed = Object.fromEntries(gameSplits.map((split) => [split, { easy: 2, hard: 0 }])) as Parameters<
    typeof createSplitter
  >[0]
  const splitter = createSplitter(needed, new Random(1, 'test'), new Set(['read']))
  const puzzle = (key: string, group: string) =>
    splitter.add({ prompt: [Number(key)], answer: [1], difficulty: 'easy', key, group })
  splitter.add({ prompt: [], answer: [1], difficulty: 'easy', key: 'read', group: 'x' })
  for (let group = 0; group < 40; group++) for (let i = 0; i < 3; i++) puzzle(String(10 * group + i), String(group))
  puzzle('0', '0')
  expect(splitter.missing()).toBe(0)
  expect(splitter.dropped()).toBe(2)
  const home = new Map<number, GameSplit>()
  for (const split of gameSplits)
    for (const { prompt } of splitter.puzzles[split]) {
      const group = Math.floor(prompt[0] / 10)
      expect(home.get(group) ?? split).toBe(split)
      home.set(group, split)
    }
})

test('a game that runs out of puzzles says so', async () => {
  const poor: Game = { ...games[0], name: 'poor', puzzles: () => [] }
  await expect(createGameWorld(poor, 1, 1, counts, quiet)).rejects.toThrow(
    'poor: there are not enough different puzzles',
  )
})

test('chess moves are a piece with its square, and where it came from', () => {
  const chess = games.find(({ name }) => name === 'chess')!
  const knight = moveTokens({ from: 0x06, to: 0x25 }, 2)
  expect(knight.map((token) => chess.words[token])).toEqual(['Nf3', 'g1'])
  expect(positionAfter(knight).key()).toBe('rnbqkbnr/pppppppp/8/8/8/5N2/PPPPPPPP/RNBQKB1R b KQkq -')
  expect(() => positionAfter([...knight, ...knight])).toThrow('move 2 of the prompt is not legal')
})

describe('labels', () => {
  const board = games[0]
  test('a student’s batches hold the supervisor’s moves, right or wrong, legal or not, and never the solution', async () => {
    const world = await create(board)
    const items = world.puzzles.B
    const answers = Uint16Array.from(items, ({ answer }) => (answer[0] + 1) % 17) // all wrong, some the end token
    const weak = new Artifact<GameAnswers>('weak', { answers: { B: answers }, looks: [] })
    const targets = labelsOf(board, world, 'B', { weak, soft: false })
    const rows = new Uint32Array(items.length * (rowLength(board) - 2))
    const batch = completionBatch(board, items, rows, targets, [3, 0], 1)
    expect([...batch.targets]).toEqual([answers[3], answers[0]])
    expect([...batch.places]).toEqual([items[3].prompt.length, items[0].prompt.length])
    expect([...batch.weights]).toEqual([0.5, 0.5])
    expect([...labelsOf(board, world, 'B', 'ground-truth').tokens]).toEqual([...trueAnswers(items)])
    expect(() => labelsOf(board, world, 'A', { weak, soft: false })).toThrow('has not answered split A')
    expect(() => labelsOf(board, world, 'B', { weak, soft: true })).toThrow('no soft labels of split B')
  })

  test('a move of two tokens is predicted from its prompt and its own first token', async () => {
    const chess = games.find(({ name }) => name === 'chess')!
    const items = [{ prompt: [1, 390], answer: [5, 400], difficulty: 'easy' as const }]
    const T = rowLength(chess) - 2
    const rows = new Uint32Array(T).fill(453)
    rows.set([452, 1, 390])
    const batch = completionBatch(chess, items, rows, { tokens: Uint16Array.of(7, 401) }, [0], 1)
    expect([...batch.ids.subarray(0, 5)]).toEqual([452, 1, 390, 7, 453])
    expect([...batch.places]).toEqual([2, 3])
    expect([...batch.targets]).toEqual([7, 401])
    expect(rows[3]).toBe(453) // the shared rows are left alone
  })
})
