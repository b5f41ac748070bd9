#!/usr/bin/env node
// Computes the numbers of a weak-to-strong report again, from the stored predictions alone, with nothing of the packages:
//
//   node scripts/recompute-w2s.mjs runs/<run id>
//
// result.json of the run has what every model said about every test item, and the truth (docs/architecture.md); report.html has the
// numbers. Values must be the same; the ends of intervals, which come from a bootstrap of this script's own (seeds are
// drawn with replacement, and test items within them), nearly so. Ends with 1 if a number differs.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { numbersOf, pgr } from './recompute-w2s-numbers.mjs'

const RESAMPLES = 1000
const MEDIAN_RESAMPLES = 400
/** A task whose gap's interval ends so near to 0 may have a gap beyond noise in another bootstrap. */
const UNDECIDED = 0.01
const MOST_UNDECIDED = 8

/** As {@link computed}, of medians over tasks: of each task the mean over seeds. Tasks of one family share the drawn items. */
function computedMedian(tasksBySeed, parts, { ofTasks }, stated) {
  const shares = tasksBySeed.map((tasks) =>
    tasks.map((task) => parts.map((part) => Float64Array.from(task.truth, (_, i) => part(task, i)))),
  )
  const overSeeds = (of) => tasksBySeed[0].map((_, t) => parts.map((_, p) => mean(of.map((seed) => mean(seed[t][p])))))
  const next = generator()
  const draw = (n) => Math.floor(next() * n)
  const draws = Array.from({ length: MEDIAN_RESAMPLES }, () => {
    const drawn = tasksBySeed.map(() => draw(tasksBySeed.length))
    const sums = tasksBySeed[0].map(() => parts.map(() => 0))
    for (const s of drawn) {
      const items = new Map() // by family
      for (const [t, { family, truth }] of tasksBySeed[s].entries()) {
        if (!items.has(family))
          items.set(
            family,
            Uint32Array.from(truth, () => draw(truth.length)),
          )
        for (const [p, of] of shares[s][t].entries()) {
          let sum = 0
          for (const item of items.get(family)) sum += of[item]
          sums[t][p] += sum / truth.length / drawn.length
        }
      }
    }
    return sums
  })
  const isPgr = ofTasks === pgr
  const gaps = tasksBySeed[0].map((_, t) => (isPgr ? ends(draws.map((sums) => sums[t][2] - sums[t][0])).low : 1))
  const sure = gaps.flatMap((low, t) => (low > UNDECIDED ? [t] : []))
  const undecided = gaps.flatMap((low, t) => (Math.abs(low) <= UNDECIDED ? [t] : []))
  // the report's bootstrap decides whether these count; all its ways of doing so are tried
  let choices = [sure]
  for (const t of undecided.slice(0, MOST_UNDECIDED)) choices = choices.flatMap((some) => [some, [...some, t]])
  const medianOf = (counted) => (sums) =>
    middle(counted.map((t) => ofTasks(sums[t])).filter((each) => each !== undefined))
  const distance = (counted) => Math.abs(medianOf(counted)(overSeeds(shares)) - stated.value)
  const [counted = []] = choices.filter(({ length }) => length > 0).sort((a, b) => distance(a) - distance(b))
  if (counted.length === 0) return { hidden: true }
  return {
    value: medianOf(counted)(overSeeds(shares)),
    ...ends(draws.map(medianOf(counted))),
    hidden: sure.length === 0,
  }
}

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)]
}

/** The value and the ends of its 95 % interval; PGR is hidden where the interval of the gap reaches 0. */
function computed(tasksBySeed, parts, formula) {
  // per seed and part: of each item the mean over the tasks
  const seeds = tasksBySeed.map((tasks) =>
    parts.map((part) => Float64Array.from(tasks[0].truth, (_, i) => mean(tasks.map((task) => part(task, i))))),
  )
  const value = formula(parts.map((_, p) => mean(seeds.map((of) => mean(of[p])))))
  const next = generator()
  const draw = (n) => Math.floor(next() * n)
  const draws = []
  const gaps = []
  for (let r = 0; r < RESAMPLES; r++) {
    const sums = parts.map(() => 0)
    for (let s = 0; s < seeds.length; s++) {
      const drawn = seeds[draw(seeds.length)]
      const items = drawn[0].length
      for (let i = 0; i < items; i++) {
        const item = draw(items)
        for (let p = 0; p < parts.length; p++) sums[p] += drawn[p][item] / items / seeds.length
      }
    }
    draws.push(formula(sums))
    if (formula === pgr) gaps.push(sums[2] - sums[0])
  }
  return {
    value,
    ...ends(draws.filter((each) => each !== undefined && !Number.isNaN(each))),
    hidden: formula === pgr && ends(gaps).low <= 0,
  }
}

function mean(values) {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function ends(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (q) => sorted[Math.round(q * (sorted.length - 1))]
  return { low: at(0.025), high: at(0.975) }
}

/** A small generator (mulberry32), so that two runs of this script print the same. */
function generator(state = 1) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the report says at a place: a number with its interval, or a text; undefined if it has no such table. */
function statedAt(blocks, caption, row, column) {
  let found
  for (const block of blocks) {
    if (block.kind === 'table' && block.caption.startsWith(caption)) {
      const cell = block.rows.find((each) => each[0] === row)?.[block.columns.indexOf(column)]
      if (cell !== undefined) return cell
      found = 'missing'
    }
    if (block.kind === 'figure' && block.figure.title.startsWith(caption) && block.figure.groups?.includes(row)) {
      const series = block.figure.series.find(({ name }) => name === column)
      return series?.values[block.figure.groups.indexOf(row)] ?? 'hidden'
    }
  }
  return found
}

/** { agreeing, differing: ['…'], farthest }: how far the ends of intervals are apart, as a share of the interval, at most. */
export function compare(result, report) {
  const found = { agreeing: 0, differing: [], farthest: 0 }
  for (const [caption, row, column, tasks, parts, formula] of numbersOf(result)) {
    const stated = statedAt(report.blocks, caption, row, column)
    if (stated === undefined) continue
    const ours = (formula.ofTasks ? computedMedian : computed)(tasks, parts, formula, stated)
    if (Number.isNaN(ours.value)) continue // no item is like that
    const place = `${caption} / ${row} / ${column}`
    if (typeof stated === 'string') {
      if (ours.hidden && stated.startsWith('hidden')) found.agreeing++
      else found.differing.push(`${place}: "${stated}", but the predictions give ${ours.value}`)
      continue
    }
    const width = stated.high - stated.low
    const apart = Math.max(Math.abs(stated.low - ours.low), Math.abs(stated.high - ours.high))
    if (Math.abs(stated.value - ours.value) > 1e-9)
      found.differing.push(`${place}: ${stated.value}, but the predictions give ${ours.value}`)
    else if (apart > 0.25 * width + 0.01)
      found.differing.push(`${place}: [${stated.low}, ${stated.high}], but here [${ours.low}, ${ours.high}]`)
    else found.agreeing++
    if (width > 0.01) found.farthest = Math.max(found.farthest, apart / width)
  }
  return found
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  if (!argv[2]) {
    console.error('usage: node scripts/recompute-w2s.mjs <folder of a run>')
    process.exit(2)
  }
  const html = readFileSync(join(argv[2], 'report.html'), 'utf8')
  const report = JSON.parse(/<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html)[1])
  const { agreeing, differing, farthest } = compare(
    JSON.parse(readFileSync(join(argv[2], 'result.json'), 'utf8')),
    report,
  )
  for (const line of differing) console.log(`differs: ${line}`)
  console.log(
    `${agreeing} numbers of the report follow from the predictions, ${differing.length} do not; ends of intervals are at most ` +
      `${(100 * farthest).toFixed(0)} % of an interval apart`,
  )
  process.exit(differing.length > 0 ? 1 : 0)
}
