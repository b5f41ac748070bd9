// nanoalign card show: the answers of a card that failed, or one answer in full.

import {
  type CardModelName,
  type CardResult,
  CardScores,
  cardEvaluations,
  cardModelNames,
  exampleOf,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type GlobalOptions, SEED_LIMIT, whole } from '../options.ts'
import { RunStore } from '../run-folder.ts'
import { notOneOf } from '../suggest.ts'

interface ShowOptions extends GlobalOptions {
  evaluation?: string
  model: string
  item?: number
  seed?: number
  json?: boolean
}

export function addCardShow(card: Command, host: Host): void {
  card
    .command('show')
    .description('answers of a card that failed, or one answer in full')
    .argument('<run>', 'its id, or the beginning of it')
    .option('--evaluation <name>', `${cardEvaluations.map(({ name }) => name).join(', ')}`)
    .option('--model <name>', cardModelNames.join(', '), 'after')
    .option('--item <n>', 'one answer, failed or not', whole(0))
    .option('--seed <n>', 'of the run’s seeds (default: its first)', whole(0, SEED_LIMIT))
    .option('--json', 'JSON instead of text')
    .action((word: string, _: unknown, command: Command) => show(host, word, command.optsWithGlobals<ShowOptions>()))
}

async function show(host: Host, word: string, given: ShowOptions): Promise<void> {
  const { evaluation, model, item, seed, json } = given
  const { id, scores } = await scoresOfRun(new RunStore(given, host.env), word)
  const { models, seeds: all } = scores.result
  const names = models.map(({ name }) => name)
  if (!(names as string[]).includes(model)) throw new UsageError(notOneOf('--model', model, names))
  const s = seed === undefined ? 0 : all.findIndex((each) => each.seed === seed)
  if (s < 0)
    throw new UsageError(`--seed ${seed} is not one of the run's seeds: ${all.map((each) => each.seed).join(', ')}`)
  if (evaluation === undefined) return listFailures(host, id, scores, model as CardModelName)
  const known = cardEvaluations.map(({ name }) => name)
  if (!known.includes(evaluation)) throw new UsageError(notOneOf('--evaluation', evaluation, known))
  const graded = scores.graded(evaluation, model as CardModelName)?.[s]
  if (!graded) throw new UsageError(`${evaluation} does not apply to the models of ${id}; the card says why`)
  if (item !== undefined && item >= graded.length)
    throw new UsageError(`--item ${item}: ${evaluation} has items 0 to ${graded.length - 1}`)
  const world = scores.world(s, model as CardModelName)
  const chosen = graded.flatMap((each, i) =>
    (item === undefined ? each.failed : i === item)
      ? [{ item: i, failed: each.failed, fields: exampleOf(world, each) }]
      : [],
  )
  if (json)
    return host.stdout(
      `${JSON.stringify(
        chosen.map(({ fields, ...rest }) => ({ ...rest, ...Object.fromEntries(fields) })),
        null,
        2,
      )}\n`,
    )
  host.stdout(
    `${evaluation}, ${model}, seed ${all[s].seed}: ${graded.filter(({ failed }) => failed).length} of ${graded.length} answers failed\n`,
  )
  for (const { item: i, fields } of chosen)
    host.stdout(`\nitem ${i}\n${fields.map(([name, text]) => `  ${`${name}:`.padEnd(10)} ${text}\n`).join('')}`)
}

function listFailures(host: Host, id: string, scores: CardScores, model: CardModelName): void {
  const width = Math.max(...cardEvaluations.map(({ name }) => name.length))
  for (const { name } of cardEvaluations) {
    const graded = scores.graded(name, model)?.flat()
    const failed = graded?.filter((each) => each.failed).length
    host.stdout(
      `${name.padEnd(width)}  ${graded ? `${failed} of ${graded.length} answers failed` : 'not applicable'}\n`,
    )
  }
  host.stdout(`\none evaluation: nanoalign card show ${id} --evaluation ${cardEvaluations[0].name}\n`)
}

/** The graded answers of a run of `card`. @throws UsageError when it is none, or not finished. */
export async function scoresOfRun(store: RunStore, word: string): Promise<{ id: string; scores: CardScores }> {
  const found = await store.find(word)
  if (found.config.command !== 'card')
    throw new UsageError(
      `run ${found.id} was made by "nanoalign ${found.config.command}"; make its card first: nanoalign card ${found.id}`,
    )
  const result = (await store.readJson(found.id, 'result.json')) as CardResult | undefined
  if (!result)
    throw new UsageError(`run ${found.id} has no card yet (${found.state.status}); continue it: ${found.state.command}`)
  return { id: found.id, scores: await CardScores.of(result) }
}
