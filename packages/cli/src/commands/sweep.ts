// nanoalign sweep: a whole study from a file, on this machine or spread over workers.

import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { decimal, type GlobalOptions, whole } from '../options.ts'
import { commandLine } from '../provenance.ts'
import { queueAddress } from '../queue/connection.ts'

export interface SweepOptions extends GlobalOptions {
  queue?: string
  dryRun?: boolean
  openCells: number
  checkpointEvery: number
  json?: boolean
}

interface BoardOptions extends GlobalOptions {
  queue?: string
  port: number
  host: string
}

const QUEUE = [
  '--queue <address>',
  'redis://host:port of a Redis or Valkey server (environment: NANOALIGN_QUEUE)',
] as const

export function addSweep(program: Command, host: Host, args: readonly string[]): void {
  const sweep = program
    .command('sweep')
    .description('a study from a file: tasks × sizes × methods × seeds, here or on many machines (docs/scale.md)')
    .argument('[study]', 'YAML file')
    .option(...QUEUE)
    .option('--dry-run', 'show what it would cost, and end')
    .option('--open-cells <n>', 'with --queue: runs of one seed under way at once', whole(1, 100_000), 256)
    .option('--checkpoint-every <seconds>', 'without --queue: time between checkpoints', decimal(0), 10)
    .option('--json', 'the plan or the result as JSON on stdout instead of tables')
    .action(async (study: string | undefined, _: unknown, command: Command) => {
      if (study === undefined) throw new UsageError('sweep needs the study’s file: nanoalign sweep study.yaml')
      const { sweepStudy } = await import('../sweep/sweep-study.ts')
      await sweepStudy(host, study, command.optsWithGlobals<SweepOptions>(), commandLine(args))
    })
  sweep
    .command('status')
    .description('studies and workers at a queue, and how far they are')
    .option(...QUEUE)
    .option('--json', 'JSON instead of text')
    .action(async (_: unknown, command: Command) => {
      const given = command.optsWithGlobals<SweepOptions>()
      const { showStatus } = await import('../queue/status.ts')
      await showStatus(host, needed(given.queue, host), given.json ?? false)
    })
  sweep
    .command('board')
    .description('the queue as a web page (bull-board)')
    .option(...QUEUE)
    .option('--port <n>', 'port to listen on; 0 = any free one', whole(0, 65535), 8788)
    .option(
      '--host <name>',
      'address to listen on; the page can remove jobs, so think before others can reach it',
      '127.0.0.1',
    )
    .action(async (_: unknown, command: Command) => {
      const given = command.optsWithGlobals<BoardOptions>()
      const { serveBoard } = await import('../queue/board.ts')
      await serveBoard(host, needed(given.queue, host), given)
    })
}

function needed(queue: string | undefined, host: Host) {
  const address = queueAddress(queue, host.env)
  if (!address) throw new UsageError('--queue is missing: say where the queue is, such as redis://host:6379')
  return address
}
