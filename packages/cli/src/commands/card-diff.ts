// nanoalign card diff: two cards side by side.

import { readFile } from 'node:fs/promises'
import {
  cardDiffReport,
  isScorecard,
  type Provenance,
  type Report,
  reportText,
  type Scorecard,
  scorecard,
} from '@nanoalign/experiments'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { GlobalOptions } from '../options.ts'
import { commandLine, versions } from '../provenance.ts'
import { RunStore } from '../run-folder.ts'
import { scoresOfRun } from './card-show.ts'

export function addCardDiff(card: Command, host: Host, args: readonly string[]): void {
  card
    .command('diff')
    .description('two cards side by side')
    .argument('<a>', 'a run of card, or a scorecard.json')
    .argument('<b>', 'another one')
    .option('--json', 'the numbers as JSON')
    .action((a: string, b: string, _: unknown, command: Command) =>
      diff(host, a, b, command.optsWithGlobals<GlobalOptions & { json?: boolean }>(), args),
    )
}

async function diff(
  host: Host,
  a: string,
  b: string,
  given: GlobalOptions & { json?: boolean },
  args: readonly string[],
): Promise<void> {
  const store = new RunStore(given, host.env)
  const [first, second] = [await readScorecard(store, a), await readScorecard(store, b)]
  const report = compareCards(first, second, {
    adapter: 'none: nothing is computed, two cards are compared',
    command: commandLine(args),
    date: new Date().toISOString(),
    versions: versions(),
  })
  host.stdout(
    given.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : `\n${reportText(report, { width: Math.min(host.columns, 160) })}`,
  )
}

interface NamedCard {
  name: string
  card: Scorecard
}

/** @throws UsageError when one of them is only half a card: it may have come from anywhere. */
export function compareCards(first: NamedCard, second: NamedCard, provenance: Provenance): Report {
  try {
    const report = cardDiffReport(first.card, second.card, [first.name, second.name], provenance)
    reportText(report, { width: 80 }) // shows whether its numbers are numbers
    return report
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    throw new UsageError(`${first.name} and ${second.name} cannot be compared: one is not a whole scorecard`, {
      cause: error,
    })
  }
}

/** Of a run, or a file. @throws UsageError */
async function readScorecard(store: RunStore, word: string): Promise<NamedCard> {
  if (/\.json$/.test(word)) {
    const text = await readFile(word, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(`${word} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.code}`)
    })
    return { name: word, card: parseScorecard(text, word) }
  }
  const { id, scores } = await scoresOfRun(store, word)
  return { name: id, card: scorecard(scores) }
}

/** @throws UsageError that begins with `name`. */
export function parseScorecard(text: string, name: string): Scorecard {
  let card: unknown
  try {
    card = JSON.parse(text)
  } catch {}
  if (!isScorecard(card)) throw new UsageError(`${name} is no scorecard.json of this version`)
  return card
}
