// What became of the supervisor's errors, calibration, gain and misfit, supervisors that can be simulated, and prompts.

import { type Block, figure, percent, table } from '../report/report.ts'
import { mean } from '../statistics/summary.ts'
import { calibrationError, reliability } from './calibration.ts'
import { gainAndMisfit } from './misfit.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'
import { accuracyOf, fatesOf, having, once, type Pick, pairResults, shareOf, summaryOf } from './scores.ts'

export function detailBlocks(result: WeakToStrongResult): Block[] {
  const { families } = result.options
  return [
    fateTable(result),
    ...families.flatMap((family) => [...simulationBlocks(result, family), ...promptBlocks(result, family)]),
    ...(result.options.probe ? [] : [calibrationTable(result), reliabilityFigure(result)]),
    misfitFigure(result),
  ]
}

function fateTable(result: WeakToStrongResult): Block {
  const { families, methods } = result.options
  return table({
    caption: 'What became of the supervisor’s errors, in shares of all test items',
    columns: ['student', 'errors inherited', 'errors corrected', 'new errors'],
    rows: families.flatMap((family) => {
      const { tasks } = pairResults(result, family)[0]
      return methods.map((method) => {
        const fates = fatesOf(tasks, family, method)
        return [
          families.length > 1 ? `${family}: ${method}` : method,
          percent(fates.inherited),
          percent(fates.corrected),
          percent(fates.new),
        ]
      })
    }),
  })
}

/** Calibration errors of the main pair's models: mean over tasks, and the seeds' range. */
export function calibrations(result: WeakToStrongResult, family: string) {
  const { tasks } = pairResults(result, family)[0]
  const confidence = result.options.methods.find((method) => method.startsWith('confidence'))
  const models: Record<string, Pick> = {
    'weak supervisor': (task) => task.weak,
    'naive student': (task) => task.students.naive,
    ...(confidence && { [`${confidence} student`]: (task: TaskResult) => task.students[confidence] }),
    'strong ceiling': (task) => task.ceiling,
  }
  return once(tasks, 'calibration', () =>
    Object.entries(models).map(([name, of]) => {
      const perSeed = tasks.map((seed) => mean(seed.map((task) => calibrationError(of(task), task.truth))))
      return { name, of, value: mean(perSeed), low: Math.min(...perSeed), high: Math.max(...perSeed) }
    }),
  )
}

function calibrationTable(result: WeakToStrongResult): Block {
  const { families } = result.options
  const all = families.map((family) => calibrations(result, family))
  return table({
    caption: 'Expected calibration error (mean over tasks; in brackets the seeds’ range)',
    columns: ['model', ...families],
    rows: all[0].map(({ name }, i) => [name, ...all.map((own) => percent(own[i]))]),
    note: 'The mean distance between how often a model is right and how often it believes to be, over ten bins of its confidence.',
  })
}

/** A bin with fewer answers says nothing. */
const LEAST_IN_BIN = 20

function reliabilityFigure(result: WeakToStrongResult): Block {
  const [family] = result.options.families
  const { tasks } = pairResults(result, family)[0]
  return figure({
    kind: 'lines',
    title: `Right as often as they believe? (${family})`,
    caption:
      'Accuracy of test answers by the model’s confidence in them, over all tasks; the band spans the seeds. Dashed: calibrated.',
    x: { label: 'confidence', format: 'percent' },
    y: { label: 'accuracy', format: 'percent' },
    diagonal: true,
    series: calibrations(result, family).map(({ name, of }) => {
      const binsOf = (own: TaskResult[]) =>
        reliability(
          own.flatMap((task) => of(task)),
          own.flatMap((task) => task.truth),
        )
      const bySeed = tasks.map(binsOf)
      const points = binsOf(tasks.flat()).flatMap(({ count, confidence, accuracy }, bin) => {
        if (count < LEAST_IN_BIN) return []
        const own = bySeed.map((bins) => bins[bin]).filter((each) => each.count >= LEAST_IN_BIN / tasks.length)
        const accuracies = own.map((each) => each.accuracy)
        return [{ x: confidence, y: accuracy, low: Math.min(...accuracies), high: Math.max(...accuracies) }]
      })
      return { name, points }
    }),
  })
}

/** Gain and misfit of every naive student, in squared error. */
export function misfitPoints(result: WeakToStrongResult, family: string) {
  return pairResults(result, family).flatMap(({ weak, strong, tasks }) =>
    tasks.flatMap((seed) =>
      seed.map((task) => ({ weak, strong, ...gainAndMisfit(task.weak, task.students.naive, task.truth) })),
    ),
  )
}

function misfitFigure(result: WeakToStrongResult): Block {
  return figure({
    kind: 'points',
    title: 'Gain and misfit',
    caption:
      'One point per pair, task and seed: how much smaller the naive student’s squared error is than its supervisor’s, and ' +
      'how far it is from it. On the dashed line gain equals misfit, as it does for linear students (Charikar et al. 2024).',
    x: { label: 'misfit, mean (student − supervisor)²' },
    y: { label: 'gain, fall of the squared error' },
    diagonal: true,
    series: result.options.families.map((family) => ({
      name: family,
      points: misfitPoints(result, family).map(({ gain, misfit }) => ({ x: misfit, y: gain })),
    })),
    references: [{ y: 0, label: 'no gain' }],
  })
}

/** Probes on the first features as supervisors, and as many random errors. */
export function simulationSummaries(result: WeakToStrongResult, family: string) {
  const tasks = having(pairResults(result, family)[0].tasks, 'simulation')
  const points = tasks[0][0]?.simulation ?? []
  return once(tasks, 'simulation', () =>
    points.map(({ features }, i) => {
      const options = {
        weak: (task: TaskResult) => task.simulation![i].weak,
        ceiling: (task: TaskResult) => task.probes?.['lp(gt)'] ?? task.ceiling,
      }
      return {
        features,
        simulated: summaryOf(tasks, family, (task) => task.simulation![i].student, options),
        random: summaryOf(tasks, family, (task) => task.simulation![i].ofRandom, options),
        agreement: shareOf(tasks, family, ({ simulation }, item) => {
          const { weak, student } = simulation![i]
          return weak[item] > 0.5 === student[item] > 0.5
        }),
      }
    }),
  )
}

function simulationBlocks(result: WeakToStrongResult, family: string): Block[] {
  const points = simulationSummaries(result, family)
  if (points.length === 0) return []
  return [
    table({
      caption: `Supervisors that the student can simulate (${family})`,
      columns: ['features of the supervisor', 'supervisor', 'student', 'they agree', 'student of random errors'],
      rows: points.map(({ features, simulated, random, agreement }) => [
        String(features),
        percent(simulated.weak),
        percent(simulated.student),
        percent(agreement),
        percent(random.student),
      ]),
      note: 'Probes on frozen features of the strong model: the supervisor reads the first of them, its student all, so it could imitate it exactly. Rounded labels; the last column has as many errors in other places.',
    }),
  ]
}

/** Prompts beside finetuning, in the order of the paper's Fig. 9. */
export function promptAccuracies(result: WeakToStrongResult, family: string) {
  const tasks = having(pairResults(result, family)[0].tasks, 'prompts')
  const names = Object.keys(tasks[0][0]?.prompts ?? {})
  if (names.length === 0) return []
  const models: Record<string, Pick> = {
    ...Object.fromEntries(names.map((name) => [name, (task: TaskResult) => task.prompts![name]])),
    'finetuned, weak labels': (task) => task.students.naive,
    'finetuned, true labels': (task) => task.ceiling,
    'weak supervisor': (task) => task.weak,
  }
  return once(tasks, 'prompts', () =>
    Object.entries(models).map(([name, of]) => ({ name, accuracy: accuracyOf(tasks, family, of), of })),
  )
}

function promptBlocks(result: WeakToStrongResult, family: string): Block[] {
  const all = promptAccuracies(result, family)
  if (all.length === 0) return []
  return [
    figure({
      kind: 'bars',
      title: `Prompting and finetuning (${family})`,
      caption:
        'The strong model with examples in its prompt, labelled by the supervisor or truly, beside finetuning; and the supervisor. 95 % intervals.',
      groups: [family],
      y: { label: 'test accuracy', format: 'percent', domain: [0.4, 1] },
      series: all.map(({ name, accuracy }) => ({ name, values: [accuracy] })),
      references: [{ y: 0.5, label: 'chance' }],
    }),
    table({
      caption: `Prompting and finetuning (${family})`,
      columns: ['strong model', 'accuracy'],
      rows: all.map(({ name, accuracy }) => [name, percent(accuracy)]),
    }),
  ]
}
