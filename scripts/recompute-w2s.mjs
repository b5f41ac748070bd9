#!/usr/bin/env node
// Recomputes the numbers of a weak-to-strong run from its stored predictions, with nothing of the packages:
//
//   node scripts/recompute-w2s.mjs runs/<run>/result.json
//
// docs/architecture.md says what result.json holds. Prints accuracies and PGR (of the means over tasks and seeds) of every
// pair, family and method, with 95 % intervals from a bootstrap of its own: seeds are drawn with replacement, and test
// items within them. The intervals differ from the report's in the second digit, since the draws are others. PGR is hidden
// where the interval of the gap includes 0.

import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'

const RESAMPLES = 400

/** [{ pair, family, method, weak, student, ceiling, zeroShot, pgr, low, high }], from a result as the study stores it. */
export function recompute(result) {
  const { options, seeds } = result
  const rows = []
  for (const { weak, strong } of pairsOf(result))
    for (const family of options.families) {
      const tasks = seeds.map((seed) => tasksOf(seed, options, weak, strong).filter((task) => task.family === family))
      for (const method of Object.keys(tasks[0][0].students)) {
        const means = meansOf(tasks, method, (task) => task.truth.map((_, i) => i))
        rows.push({
          pair: `${weak}→${strong}`,
          family,
          method,
          ...means,
          pgr: pgrOf(means),
          ...interval(tasks, method),
        })
      }
    }
  return rows
}

function pairsOf({ options: { weak, strong }, seeds }) {
  return [{ weak, strong }, ...(seeds[0].pairs ?? [])]
}

function tasksOf(seed, options, weak, strong) {
  if (weak === options.weak && strong === options.strong) return seed.tasks
  return seed.pairs.find((pair) => pair.weak === weak && pair.strong === strong).tasks
}

/** Mean accuracies over seeds and tasks, each on the items that `chosen` gives. */
function meansOf(tasks, method, chosen) {
  const of = (pick) =>
    mean(tasks.map((seed) => mean(seed.map((task) => accuracy(pick(task), task.truth, chosen(task))))))
  return {
    weak: of((task) => task.weak),
    student: of((task) => task.students[method]),
    ceiling: of((task) => task.ceiling),
    zeroShot: of((task) => task.zeroShot),
  }
}

const accuracy = (p, truth, items) => mean(items.map((i) => ((p[i] > 0.5 ? 1 : 0) === truth[i] ? 1 : 0)))
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
const pgrOf = ({ weak, student, ceiling }) => (student - weak) / (ceiling - weak)

function interval(tasks, method) {
  const next = generator()
  const draw = (n) => Math.floor(next() * n)
  const pgrs = []
  const gaps = []
  for (let r = 0; r < RESAMPLES; r++) {
    const drawn = tasks.map(() => tasks[draw(tasks.length)])
    // tasks of a seed whose items are the same things share their draw; others have as many items, and no harm is done
    const items = drawn.map((seed) => seed[0].truth.map(() => draw(seed[0].truth.length)))
    const means = meansOf(drawn, method, (task) => items[drawn.findIndex((seed) => seed.includes(task))])
    pgrs.push(pgrOf(means))
    gaps.push(means.ceiling - means.weak)
  }
  const at = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (RESAMPLES - 1))]
  return { low: at(pgrs, 0.025), high: at(pgrs, 0.975), hidden: at(gaps, 0.025) <= 0 }
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

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  if (!argv[2]) throw new Error('usage: node scripts/recompute-w2s.mjs path/to/result.json')
  const percent = (share) => `${(100 * share).toFixed(1)} %`
  for (const row of recompute(JSON.parse(readFileSync(argv[2], 'utf8')))) {
    const pgr = row.hidden
      ? 'PGR hidden: the gap is within noise'
      : `PGR ${row.pgr.toFixed(2)} [${row.low.toFixed(2)}, ${row.high.toFixed(2)}]`
    console.log(
      `${row.pair} ${row.family} ${row.method}: weak ${percent(row.weak)}, student ${percent(row.student)}, ceiling ` +
        `${percent(row.ceiling)}, zero-shot ${percent(row.zeroShot)}, ${pgr}`,
    )
  }
}
