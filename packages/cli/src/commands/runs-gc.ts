// nanoalign runs gc: keeps the space that stages take in bounds.

import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import type { GlobalOptions } from '../options.ts'
import { type Run, RunStore, statusOf } from '../run-folder.ts'
import { collectGarbage, type Why } from '../store/gc.ts'
import { parseSize } from '../store/open-store.ts'
import type { Reference } from '../store/references.ts'
import { sizeText } from './runs-archive.ts'

interface GcCommandOptions extends GlobalOptions {
  maxSize?: string
  dryRun?: boolean
  json?: boolean
}

export function addRunsGc(runs: Command, host: Host): void {
  runs
    .command('gc')
    .description('remove stages that no run refers to; runs, reports and results stay')
    .option(
      '--max-size <size>',
      'remove only until the stages fit, such as 5GB; those of finished runs go too, oldest first',
    )
    .option('--dry-run', 'say what would be removed')
    .action((_: unknown, command: Command) => gc(host, command.optsWithGlobals()))
}

async function gc(host: Host, given: GcCommandOptions): Promise<void> {
  const { maxSize, dryRun = false, json } = given
  const maxBytes = maxSize === undefined ? undefined : parseSize(maxSize)
  if (maxSize !== undefined && maxBytes === undefined)
    throw new UsageError(`--max-size ${maxSize} is not a size such as 500MB or 5GB`)
  const store = new RunStore(given, host.env)
  const isHere = (reference: Reference) => reference.host === hostname() && reference.folder === store.folder
  const result = await collectGarbage(store.opened, {
    // looked at each time, as runs begin meanwhile; one whose files are damaged still is one
    runExists: (reference) => (isHere(reference) ? existsSync(store.path(reference.run, '')) : undefined),
    runIsLive: async (reference) => (isHere(reference) ? isLive(await store.load(reference.run)) : undefined),
    maxBytes,
    dryRun,
  })
  if (json) return host.stdout(`${JSON.stringify({ store: store.opened.location, dryRun, ...result }, null, 2)}\n`)
  const left = result.bytes - sum(result.removed)
  const counts = new Map<Why, { count: number; size: number }>()
  for (const { why, bytes } of result.removed) {
    const { count, size } = counts.get(why) ?? { count: 0, size: 0 }
    counts.set(why, { count: count + 1, size: size + bytes })
  }
  host.stdout(
    `${store.opened.location}: ${result.items} stage${result.items === 1 ? '' : 's'}, ${sizeText(result.bytes)}\n`,
  )
  for (const [why, { count, size }] of counts)
    host.stdout(`  ${dryRun ? 'would remove' : 'removed'} ${count} (${sizeText(size)}): ${why}\n`)
  host.stdout(`  ${dryRun ? 'would leave' : 'left'} ${result.items - result.removed.length}, ${sizeText(left)}\n`)
  if (maxBytes !== undefined && left > maxBytes)
    host.stderr(
      `nanoalign: ${sizeText(left)} is still more than ${sizeText(maxBytes)}: unfinished runs need ${sizeText(result.held)}, ` +
        'and what is less than an hour old is left alone\n',
    )
}

function isLive(run: Run | undefined): boolean {
  return run !== undefined && statusOf(run) === 'running'
}

function sum(items: { bytes: number }[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0)
}
