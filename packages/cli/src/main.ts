// The command line: a table of commands, and the one place where an error becomes a message and an exit code.
// From source: node --import tsx --conditions=@nanoalign/source packages/cli/src/main.ts <command>

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { addBench } from './commands/bench.ts'
import { addCard } from './commands/card.ts'
import { addDeliberate } from './commands/deliberate.ts'
import { addDoctor } from './commands/doctor.ts'
import { addReason } from './commands/reason.ts'
import { addRuns } from './commands/runs.ts'
import { addSample } from './commands/sample.ts'
import { addServe } from './commands/serve.ts'
import { addSweep } from './commands/sweep.ts'
import { addTrain } from './commands/train.ts'
import { addW2s } from './commands/w2s.ts'
import { addWorker } from './commands/worker.ts'
import { EXIT, explain, RunError } from './errors.ts'
import { type Host, processHost } from './host.ts'
import { addGlobalOptions } from './options.ts'
import { packageVersion } from './provenance.ts'

/** Runs one command line (without `node` and the script). Returns the exit code; throws nothing. */
export async function main(args: readonly string[], host: Host): Promise<number> {
  const program = new Command('nanoalign')
    .description('Alignment-science experiments on your own GPU')
    .version(packageVersion)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => host.stdout(text),
      writeErr: (text) => host.stderr(text),
      getOutHelpWidth: () => host.columns,
      getErrHelpWidth: () => host.columns,
      outputError: (text, write) => write(text.replace(/^error: /, 'nanoalign: ')),
    })
  addGlobalOptions(program, host.env)
  addDoctor(program, host)
  addTrain(program, host, args)
  addSample(program, host)
  addW2s(program, host, args)
  addDeliberate(program, host, args)
  addReason(program, host, args)
  addCard(program, host, args)
  addSweep(program, host, args)
  addWorker(program, host)
  addRuns(program, host)
  addServe(program, host)
  addBench(program, host, args)
  try {
    if (args.length === 0) {
      host.stderr(program.helpInformation())
      return EXIT.usage
    }
    await program.parseAsync([...args], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    const { exitCode, text } = explain(error)
    if (text) host.stderr(`${text}\n`)
    const debug = program.opts().debug || /^(1|true|yes)$/i.test(host.env.NANOALIGN_DEBUG ?? '')
    if (debug && text) host.stderr(`\n${stackOf(error)}\n`)
    return exitCode
  }
}

function stackOf(error: unknown): string {
  if (error instanceof RunError) return stackOf(error.cause)
  if (!(error instanceof Error)) return String(error)
  return (error.stack ?? error.message) + (error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`)
}

/** The process's own command line: what bin/nanoalign.mjs calls. */
export async function start(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processHost())
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await start()
