// What a weak-to-strong run found, as a Report: the table, the figures, the controls.

import {
  type Block,
  figure,
  number,
  type Provenance,
  percent,
  type Report,
  table,
  text,
  verdict,
} from '../report/report.ts'
import type { WeakToStrongSummary } from '../statistics/pgr.ts'
import { accuracy } from './accuracy.ts'
import { claimBlocks } from './claims.ts'
import { analysisBlocks } from './report-analyses.ts'
import { detailBlocks } from './report-details.ts'
import { gridBlocks } from './report-grid.ts'
import { methodBlocks } from './report-methods.ts'
import { modelBlocks } from './report-models.ts'
import { suiteBlocks } from './report-suite.ts'
import { trainingBlocks } from './report-training.ts'
import type { SeedResult, WeakToStrongResult } from './result.ts'
import { curvePoints, methodSummary, overNaive, pairResults } from './scores.ts'
import { taskCount } from './tasks/index.ts'

/** The numbers of one task family and method, with 95 % intervals from a paired bootstrap over seeds and test items. */
export interface FamilySummary {
  family: string
  method: string
  summary: WeakToStrongSummary
  /** student with this method − naive student; absent for naive */
  overNaive?: { value: number; low: number; high: number }
}

export function summarize(result: WeakToStrongResult): FamilySummary[] {
  return result.options.families.flatMap((family) => {
    const { tasks } = pairResults(result, family)[0]
    return result.options.methods.map((method) => {
      const summary = methodSummary(tasks, family, method)
      if (method === 'naive') return { family, method, summary }
      return { family, method, summary, overNaive: overNaive(tasks, family, method) }
    })
  })
}

const seedCount = (n: number) => `${n} ${n === 1 ? 'seed' : 'seeds'}`

export function weakToStrongReport(result: WeakToStrongResult, provenance: Provenance): Report {
  const { options, seeds } = result
  const { weak, strong } = options
  const summaries = summarize(result)
  return {
    title: 'Weak-to-strong generalization',
    subtitle: `weak supervisor ${weak}, strong student ${strong}, ${seedCount(seeds.length)}, ${options.families.join(', ')}`,
    blocks: [
      text(
        'A small language model is finetuned on the truth, and labels new examples. A larger one is finetuned on those ' +
          'labels, mistakes included. Does it end up better than its teacher? The performance gap recovered (PGR) is the ' +
          'share of the way from the weak supervisor to the strong ceiling (the larger model finetuned on the truth about ' +
          'the same examples) that it gets: 0 = no better than its teacher, 1 = as good as with the truth. ' +
          'Burns et al. 2023, arXiv 2312.09390.',
      ),
      resultsTable(result, summaries),
      accuracyFigure(result, summaries),
      ...(options.probe ? [] : options.families.map((family) => curveFigure(result, family))),
      taskFigure(result),
      ...methodBlocks(summaries, options.families),
      ...suiteBlocks(result),
      ...gridBlocks(result),
      ...analysisBlocks(result),
      ...trainingBlocks(result),
      ...detailBlocks(result),
      ...verdicts(result, summaries),
      ...claimBlocks(result),
      ...(options.probe ? [] : [controls(seeds)]),
      ...modelBlocks(result),
      text(
        'This demonstrates a mechanism in models of ten to a hundred thousand parameters on a synthetic world; it is no ' +
          'evidence about large models. The two sizes differ in what they have read as well as in width: on equal data they ' +
          'know nearly the same, so the gap is one of pretraining compute. Zero-shot is the strong model asked directly, ' +
          'through two tokens that its corpus never used: it cannot know which is which, and stays at chance. Intervals are ' +
          '95 %, from a paired bootstrap over seeds and test items; with few seeds they are a little short.',
        'How to read this',
      ),
    ],
    provenance,
  }
}

const methodName = (method: string) =>
  method === 'naive' ? 'strong student' : `strong student, ${method}${method.startsWith('confidence') ? ' loss' : ''}`

/** In the figures that show everything at once: the naive method and the first confidence loss where there are many. */
function shownMethods(methods: string[]): string[] {
  if (methods.length < 4) return methods
  return ['naive', ...methods.filter((method) => method.startsWith('confidence')).slice(0, 1)]
}

function resultsTable({ options }: WeakToStrongResult, summaries: FamilySummary[]): Block {
  const rows = options.families.flatMap((family) => {
    const own = summaries.filter((s) => s.family === family)
    const { weak, ceiling, zeroShot } = own[0].summary
    const prefix = options.families.length > 1 ? `${family}: ` : ''
    return [
      [`${prefix}weak supervisor (${options.weak})`, percent(weak), ''],
      ...own.map(({ method, summary }) => [
        `${prefix}${methodName(method)} (${options.strong})`,
        percent(summary.student),
        summary.pgr ? number(summary.pgr, 2) : 'hidden: gap within noise',
      ]),
      [`${prefix}strong ceiling (${options.strong})`, percent(ceiling), ''],
      [`${prefix}strong, zero-shot (${options.strong})`, zeroShot ? percent(zeroShot) : '', ''],
    ]
  })
  const hidden = summaries.find((s) => s.summary.pgrHidden)
  const counts = [...new Set(options.families.map((family) => Math.min(options.tasks, taskCount(family))))]
  return table({
    caption: `Accuracy on ${counts.join(' or ')} ${counts.join() === '1' ? 'task' : 'tasks'} per family, and performance gap recovered`,
    columns: ['model', 'accuracy', 'PGR'],
    rows,
    note: hidden ? `PGR hidden: ${hidden.summary.pgrHidden}.` : undefined,
  })
}

function accuracyFigure({ options }: WeakToStrongResult, summaries: FamilySummary[]): Block {
  const values = (
    of: (s: WeakToStrongSummary) => { value: number; low: number; high: number } | undefined,
    method = 'naive',
  ) =>
    options.families.map((family) => {
      const found = summaries.find((s) => s.family === family && s.method === method)
      return found && of(found.summary)
    })
  return figure({
    kind: 'bars',
    title: 'Weak supervisor, student and ceiling',
    caption: 'Test accuracy with 95 % intervals. The student has only ever seen the weak supervisor’s labels.',
    groups: options.families,
    y: { label: 'test accuracy', format: 'percent', domain: [0.4, 1] },
    series: [
      { name: 'zero-shot', values: values((s) => s.zeroShot) },
      { name: 'weak supervisor', values: values((s) => s.weak) },
      ...shownMethods(options.methods).map((method) => ({
        name: methodName(method),
        values: values((s) => s.student, method),
      })),
      { name: 'strong ceiling', values: values((s) => s.ceiling) },
    ],
    references: [{ y: 0.5, label: 'chance' }],
  })
}

function curveFigure(result: WeakToStrongResult, family: string): Block {
  const { options } = result
  const { tasks } = pairResults(result, family)[0]
  const { curves } = tasks[0][0]
  const finetuned = shownMethods(options.methods).filter((method) => curves[method])
  const series = ['weak', ...finetuned, 'ceiling'].map((who) => ({
    name: who === 'weak' ? 'weak supervisor' : who === 'ceiling' ? 'strong ceiling' : methodName(who),
    points: curvePoints(tasks, who),
  }))
  return figure({
    kind: 'lines',
    title: options.families.length > 1 ? `Accuracy during finetuning (${family})` : 'Accuracy during finetuning',
    caption:
      'Against the truth, mean over tasks; the band spans the seeds. A student that falls again is imitating its supervisor’s errors.',
    x: { label: 'share of the finetuning', format: 'percent' },
    y: { label: 'test accuracy', format: 'percent' },
    series,
    references: [{ y: methodSummary(tasks, family, 'naive').zeroShot!.value, label: 'strong, zero-shot' }],
  })
}

function taskFigure({ options, seeds }: WeakToStrongResult): Block {
  const tasks = seeds.flatMap((seed) => seed.tasks)
  return figure({
    kind: 'points',
    title: 'Every task and seed: what the student gains over its supervisor',
    caption:
      'One point per task and seed. Above the line the student is better than the model that labelled its data; good supervisors leave less to gain.',
    x: { label: 'weak supervisor’s accuracy', format: 'percent' },
    y: { label: 'student − supervisor', format: 'percent' },
    series: shownMethods(options.methods).map((method) => ({
      name: methodName(method),
      points: tasks.map((task) => {
        const supervisor = accuracy(task.weak, task.truth)
        return { x: supervisor, y: accuracy(task.students[method], task.truth) - supervisor }
      }),
    })),
    references: [{ y: 0, label: 'no gain' }],
  })
}

function verdicts(result: WeakToStrongResult, summaries: FamilySummary[]): Block[] {
  const pct = (share: number) => `${(share * 100).toFixed(1)}`
  const range = ({ value, low, high }: { value: number; low: number; high: number }) =>
    `${pct(value)} points (95 % interval ${pct(low)} to ${pct(high)})`
  const judge = ({ low, high }: { low: number; high: number }) =>
    low > 0 ? ('supported' as const) : high < 0 ? ('not supported' as const) : ('inconclusive' as const)
  return summaries.map(({ family, method, summary, overNaive }) =>
    overNaive
      ? verdict({
          claim: `The ${method}${method.startsWith('confidence') ? ' loss' : ' method'} improves on naive finetuning (${family}).`,
          outcome: judge(overNaive),
          evidence: `student with it minus naive student: ${range(overNaive)}`,
        })
      : verdict({
          claim: `A strong student is better than its weak supervisor (${family}).`,
          outcome: judge(summary.gain),
          evidence: `student minus supervisor: ${range(summary.gain)}, over ${seedCount(result.seeds.length)}`,
        }),
  )
}

function controls(seeds: SeedResult[]): Block {
  const same = seeds.filter((seed) => seed.alphaZeroIsNaive).length
  return table({
    caption: 'Controls',
    columns: ['control', 'outcome'],
    rows: [
      ['confidence loss at α = 0 gives the naive student, bit for bit', `${same} of ${seeds.length} seeds`],
      [
        'student and ceiling see the same items in the same order',
        'by construction: half B, one order per task and epoch',
      ],
      ['test nouns occur in neither half', 'by construction: four disjoint splits'],
    ],
  })
}
