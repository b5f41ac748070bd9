// nanoalign worker: computes stages that a sweep on another machine (or this one) asks for.

import { join } from 'node:path'
import type { Command } from 'commander'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { decimal, type GlobalOptions, whole } from '../options.ts'
import { queueAddress } from '../queue/connection.ts'

interface WorkerOptions extends GlobalOptions {
  queue?: string
  concurrency: number
  checkpointEvery: number
  hangAfter: number
}

export function addWorker(program: Command, host: Host): void {
  program
    .command('worker')
    .description('compute stages for the sweeps of a queue, until interrupted')
    .option('--queue <address>', 'redis://host:port of a Redis or Valkey server (environment: NANOALIGN_QUEUE)')
    .option('--concurrency <n>', 'processes, each with a device of its own', whole(1, 256), 1)
    .option('--checkpoint-every <seconds>', 'time between checkpoints', decimal(0), 10)
    .option(
      '--hang-after <seconds>',
      'end a stage that shows no progress for this long',
      decimal(0, { above: true }),
      900,
    )
    .action((_: unknown, command: Command) => work(host, command.optsWithGlobals<WorkerOptions>()))
}

async function work(host: Host, given: WorkerOptions): Promise<void> {
  const address = queueAddress(given.queue, host.env)
  if (!address) throw new UsageError('--queue is missing: say where the queue is, such as redis://host:6379')
  const [{ runWorker }, { storeIdentity }, { openStore }, { codeVersion }, { versions }, { executorProgram }] =
    await Promise.all([
      import('../queue/worker.ts'),
      import('../queue/store-identity.ts'),
      import('../store/open-store.ts'),
      import('../code-version.ts'),
      import('../provenance.ts'),
      import('../queue/executor-program.ts'),
    ])
  const location = given.store ?? join(given.out, 'stages')
  const store = openStore(location, host.env)
  host.stderr(`queue: ${address.shown}\nstore: ${store.location}\n`)
  await runWorker({
    address,
    identity: { code: codeVersion(), store: await storeIdentity(store.storage) },
    version: versions().nanoalign,
    program: executorProgram({ store: location, adapter: given.adapter, checkpointEvery: given.checkpointEvery }),
    concurrency: given.concurrency,
    hangAfterMs: given.hangAfter * 1000,
    signal: host.signal,
    log: (text) => host.stderr(`${text}\n`),
  })
}
