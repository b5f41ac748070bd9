// nanoalign card: a system card of a model, and its gate.

import {
  type CardLevel,
  type CardOptions,
  CardScores,
  type CardSubject,
  cardClaims,
  cardEvaluations,
  cardLevels,
  cardPresets,
  cardRecords,
  cardReport,
  cardStageCounts,
  checkCardOptions,
  claimsMarkdown,
  defaultWorld,
  evaluateModels,
  gate,
  type PolicyWorldFile,
  type ReasoningResult,
  type Report,
  reasoningCard,
  reportHtml,
  reportMarkdown,
  reportText,
  type Scorecard,
  scorecard,
  subjectsOfRun,
  systemCard,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { parseHTML } from 'linkedom'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { openGpu } from '../open-gpu.ts'
import { decimal, type GlobalOptions, SEED_LIMIT, seeds, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { provenanceOf, withOrigin } from '../reports.ts'
import { writeScorecard } from '../results.ts'
import { doRun } from '../run.ts'
import { type Run, type RunConfig, RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'
import { addCardDiff } from './card-diff.ts'
import { addCardShow } from './card-show.ts'

interface CardCommandOptions extends GlobalOptions {
  preset: string
  baseline?: string
  gate?: string
  seeds?: string
  seed?: number
  claims?: boolean
  checkpointEvery: number
  json?: boolean
}

export function addCard(program: Command, host: Host, args: readonly string[]): void {
  const card = program
    .command('card')
    .description('a system card: safety evaluations of a model before and after mitigation')
    .argument(
      '[run]',
      'a run of card, deliberate or reason; without it, a model is trained that all evaluations apply to',
    )
    .option('--preset <name>', `${Object.keys(cardPresets).join(', ')}: how much is trained and asked`, 'quick')
    .option('--baseline <run>', 'a run whose model is asked the same, for comparison')
    .option(
      '--gate <level>',
      `exit with 1 when a level after mitigation is above it: ${cardLevels.slice(0, 3).join(', ')}`,
    )
    .option('--seeds <n>', 'how many seeds, or a list such as 4,5,6')
    .option('--seed <n>', 'the first of the seeds (default: 1)', whole(0, SEED_LIMIT - 1000))
    .option('--claims', 'the claims of the o1 system card and what the run says, in Markdown, instead of the card')
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option('--json', 'the scorecard as one JSON object on stdout instead of the card')
    .action((word: string | undefined, _: unknown, command: Command) =>
      run(host, word, command.optsWithGlobals<CardCommandOptions>(), args),
    )
  addCardDiff(card, host, args)
  addCardShow(card, host)
}

async function run(
  host: Host,
  word: string | undefined,
  given: CardCommandOptions,
  args: readonly string[],
): Promise<void> {
  if (given.gate !== undefined && !(cardLevels as readonly string[]).includes(given.gate))
    throw new UsageError(notOneOf('--gate', given.gate, cardLevels))
  const store = new RunStore(given, host.env)
  const options = chosen(given)
  const command = commandLine(args)
  const found = word === undefined ? undefined : await finished(store, word)
  if (found?.run.config.command === 'reason') {
    const made = reasoningCard(found.result as ReasoningResult, { ...provenanceOf(found.run), command })
    return finish(host, store, found.run, made, given)
  }
  const source = found && (await subjectsOf(store, found))
  if (source && (given.seeds !== undefined || given.seed !== undefined))
    throw new UsageError('--seeds belongs to training; the models of a finished run have the seeds of that run')
  const baseline = given.baseline === undefined ? undefined : await baselineOf(store, given.baseline)
  const world = source?.world ?? defaultWorld
  if (baseline && JSON.stringify(baseline.world) !== JSON.stringify(world))
    throw new UsageError(`--baseline ${given.baseline} was trained in another world, so it cannot be asked the same`)
  const gpu = await openGpu(host, given.adapter)
  try {
    const config: RunConfig = {
      command: 'card',
      preset: given.preset,
      options: {
        sizes: options.sizes,
        ...(source ? { run: source.run.id } : { seeds: options.seeds, training: options.training }),
        ...(baseline && { baseline: baseline.run.id }),
        world,
      },
    }
    const subjects = [
      ...(source?.subjects ?? [{ documents: 'card' as const }, { documents: 'card' as const }]),
      ...(baseline ? [baseline.subject] : []),
    ]
    const count = source ? source.subjects[0].models.length : options.seeds.length
    const stages = cardStageCounts(subjects, count, source ? undefined : options.training)
    const request = {
      store,
      gpu,
      config,
      command,
      stages,
      checkpointEverySeconds: given.checkpointEvery,
      given: [...(source?.subjects ?? []), ...(baseline ? [baseline.subject] : [])].flatMap(({ models }) =>
        models.map(({ model }) => model.key),
      ),
    }
    if (!source) host.stderr('no run is given: a model is trained first, then evaluated\n')
    const { run, value } = await doRun(host, request, async ({ run, runner }) => {
      const result = source
        ? await evaluateModels(
            { gpu, runner },
            `models of ${source.run.id}`,
            [...source.subjects, ...(baseline ? [baseline.subject] : [])],
            options.sizes,
            world,
          )
        : await systemCard({ gpu, runner }, options, world, baseline?.subject)
      await store.writeJson(run.id, 'result.json', result)
      return CardScores.of(result)
    })
    const made = {
      card: scorecard(value),
      report: withOrigin(run, cardReport(value, provenanceOf(run))),
      records: [...cardRecords(value)],
      claims: () => claimsMarkdown(cardClaims(value), command.replace(' --claims', '')),
    }
    await finish(host, store, run, made, given)
  } finally {
    gpu.close()
  }
}

async function finish(
  host: Host,
  store: RunStore,
  run: Run,
  { card, report, records, claims: claimsOf }: MadeCard,
  { json, claims, gate: most }: CardCommandOptions,
): Promise<void> {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  await store.write(run.id, 'card/index.html', reportHtml(report, document))
  await store.write(run.id, 'card/card.md', reportMarkdown(report))
  await writeScorecard(store, run.id, card, records)
  const path = store.path(run.id, 'card/index.html')
  const refused = most === undefined ? [] : gate(card, most as CardLevel)
  if (json)
    host.stdout(
      `${JSON.stringify({ run: run.id, card: path, gate: most, refused: refused.map(({ name }) => name), scorecard: card })}\n`,
    )
  else if (claims && claimsOf) host.stdout(claimsOf())
  else {
    // in a terminal the overview; every section is in the files
    const [{ title }] = cardEvaluations
    const details = report.blocks.findIndex((block) => block.kind === 'text' && block.heading === title)
    const overview = { ...report, blocks: report.blocks.slice(0, details) }
    host.stdout(`\n${reportText(overview, { width: Math.min(host.columns, 140) })}\n`)
    host.stdout(`card: ${path}, with card.md and scorecard.json beside it\n`)
    if (claimsOf) host.stdout(`failing answers: nanoalign card show ${run.id}\n`)
  }
  if (most === undefined) return
  if (refused.length > 0)
    throw new Error(
      `gate ${most}: refused; after mitigation ${refused.map(({ name, level }) => `${name} is ${level}`).join(', ')}`,
    )
  host.stderr(`gate ${most}: passed; the highest level after mitigation is ${card.overall.after ?? 'not known'}\n`)
}

interface MadeCard {
  card: Scorecard
  report: Report
  records: object[]
  /** absent: the card is of answers that another run keeps */
  claims?: () => string
}

interface Source {
  run: Run
  subjects: CardSubject[]
  world: PolicyWorldFile
}

/** @throws UsageError when the run is not finished. */
async function finished(store: RunStore, word: string): Promise<{ run: Run; result: unknown }> {
  const run = await store.find(word)
  const result = await store.readJson(run.id, 'result.json')
  if (result === undefined)
    throw new UsageError(
      `run ${run.id} has no result yet (${run.state.status}); continue it with: ${run.state.command}`,
    )
  return { run, result }
}

/** @throws UsageError when the run's models cannot be evaluated. */
async function subjectsOf(store: RunStore, { run, result }: { run: Run; result: unknown }): Promise<Source> {
  try {
    return { run, ...(await subjectsOfRun(store.stages, run.config.command, result)) }
  } catch (error) {
    throw new UsageError(`run ${run.id}: ${(error as Error).message}`)
  }
}

async function baselineOf(store: RunStore, word: string) {
  const { run, subjects, world } = await subjectsOf(store, await finished(store, word))
  const after = subjects.find(({ name }) => name === 'after')!
  return { run, world, subject: { ...after, name: 'baseline', label: `baseline (${run.id})` } satisfies CardSubject }
}

function chosen({ preset, seeds: text, seed }: CardCommandOptions): CardOptions {
  if (!Object.hasOwn(cardPresets, preset)) throw new UsageError(notOneOf('preset', preset, Object.keys(cardPresets)))
  const base: CardOptions = cardPresets[preset as keyof typeof cardPresets]
  const options = { ...base }
  if (text !== undefined || seed !== undefined)
    try {
      options.seeds = seeds(text ?? String(base.seeds.length), seed)
    } catch (error) {
      throw new UsageError(`--seeds ${text} is neither a number nor a list such as 4,5,6: ${(error as Error).message}`)
    }
  checkCardOptions(options)
  return options
}
