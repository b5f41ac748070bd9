// nanoalign bench: how fast every kernel, a training step and generation are on this adapter, and versus its ceilings.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Benchmark,
  benchmarkReport,
  type Clock,
  compareBenchmarks,
  GROUPS,
  type Group,
  parseBenchmark,
  peersReport,
  type Report,
  reportHtml,
  reportText,
  runSuite,
  wallClock,
} from '@nanoalign/experiments'
import type { AdapterDescription, Gpu, TunedClass } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { type Command, Option } from 'commander'
import { parseHTML } from 'linkedom'
import { UsageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type GlobalOptions, list } from '../options.ts'
import { adapterText, commandLine, versions } from '../provenance.ts'
import { notOneOf } from '../suggest.ts'
import { cacheFile, measureKernels, tuned, tuningMode, tuningText } from '../tuning.ts'
import { comparePeers } from './bench-peers.ts'

interface BenchOptions extends GlobalOptions {
  quick?: boolean
  only?: string[]
  match?: string
  robustness: 'on' | 'off'
  subgroups: boolean
  json?: string
  html?: string
  compare?: string
  peers?: boolean
  tune?: boolean
}

export function addBench(program: Command, host: Host, args: readonly string[]): void {
  program
    .command('bench')
    .description('measure the kernels, training steps and generation, each checked before it is timed')
    .option('--quick', 'fewer shapes and samples: under a minute even on a software adapter')
    .option('--only <groups>', `some of ${GROUPS.join(', ')}`, list)
    .option('--match <words>', 'only rows whose name has all these words, e.g. "forward T 512"')
    .addOption(
      new Option('--robustness <mode>', "the driver's bounds checks, which a browser always has on")
        .choices(['on', 'off'])
        .default('off'),
    )
    .option('--no-subgroups', 'measure the portable kernels even where subgroups exist')
    .option('--json <file>', 'where to write the results (default: <out>/bench/<adapter>.json)')
    .option('--html <file>', 'where to write the page (default: beside the JSON)')
    .option('--compare <file>', 'say what got faster or slower since this JSON was written')
    .option(
      '--tune',
      'choose the fastest of each family of kernels for this adapter, and keep the choice for later runs',
    )
    .option(
      '--peers',
      'the same work by TensorFlow.js, jax-js and ONNX Runtime Web (needs a checkout of the repository)',
    )
    .action((_: unknown, command: Command) => bench(host, command.optsWithGlobals<BenchOptions>(), args))
}

async function bench(host: Host, options: BenchOptions, args: readonly string[]): Promise<void> {
  const only = options.only?.map((word) => {
    if (!GROUPS.includes(word as Group)) throw new UsageError(notOneOf('group', word, [...GROUPS]))
    return word as Group
  })
  const earlier = options.compare ? readEarlier(options.compare) : undefined
  const { adapter, robustness, subgroups, match, quick = false } = options
  const device = await openNodeDevice({ adapter, robustness: robustness === 'on', withoutSubgroups: !subgroups })
  try {
    host.stderr(`adapter: ${adapterText(device)}, robustness ${robustness}\n`)
    if (options.tune) {
      host.stdout(tuneText(host, device, await measureKernels(host, device)))
      return
    }
    const gpu = await tuned(host, device)
    host.stderr(`${tuningText(gpu)}\n`)
    const clock = gpu.adapter.software ? driverClock() : wallClock
    const record = {
      date: new Date().toISOString(),
      command: commandLine(args),
      versions: versions(),
      machine: machine(),
    }
    if (options.peers) {
      const result = await comparePeers(host, gpu, clock, { quick, only, match }, record)
      await leave(host, options, `${fileName(gpu.adapter)}-peers`, result, peersReport(result))
      return
    }
    const say = progress(host)
    const measured = await runSuite(gpu, clock, {
      quick,
      only,
      match,
      signal: host.signal,
      onCase: (label, group) => say(`${group}: ${label}`),
    })
    say()
    if (measured.rows.length === 0) throw new UsageError(`no row's name has all of "${match}"`)
    const result: Benchmark = {
      format: 'nanoalign-benchmark/1',
      ...record,
      quick,
      adapter: gpu.adapter,
      tuning: gpu.tuning?.choices,
      ...measured,
    }
    const report = benchmarkReport(result, earlier && compareBenchmarks(earlier, result))
    await leave(host, options, fileName(gpu.adapter), result, report)
    const wrong = result.rows.filter((row) => !(row.check.error <= 1)).map((row) => row.label)
    if (wrong.length > 0) throw new Error(`wrong results on ${gpu.adapter.name}: ${wrong.join('; ')}`)
  } finally {
    device.close()
  }
}

/** A table of what was measured, and where the choice went. */
function tuneText(host: Host, gpu: Gpu, classes: readonly TunedClass[]): string {
  const lines = classes.map(({ kind, candidates, chosen }) => {
    const usual = candidates.find(({ name }) => name === 'default')!.ms!
    const others = candidates.map(
      ({ name, ms }) => `${name} ${ms === undefined ? 'wrong' : `×${(usual / ms).toFixed(2)}`}`,
    )
    return `${kind}: ${chosen}\n  ${others.join(', ')}`
  })
  const use =
    gpu.adapter.software && tuningMode(host) !== 'on'
      ? 'Runs on a software adapter keep the default kernels, for the same bits everywhere; NANOALIGN_TUNE=on uses these.'
      : 'Runs on this adapter use them from now on; NANOALIGN_TUNE=off goes back to the default ones.'
  return `× times the speed of the default kernel\n\n${lines.join('\n')}\n\nkept in ${cacheFile(host, gpu)}\n${use}\n`
}

function readEarlier(path: string): Benchmark {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`)
  }
  return parseBenchmark(text, path)
}

/** The tables on the terminal, JSON and a page on disk. */
async function leave(host: Host, options: BenchOptions, name: string, result: object, report: Report): Promise<void> {
  const json = options.json ?? join(options.out, 'bench', `${name}.json`)
  const html = options.html ?? json.replace(/(\.json)?$/, '.html')
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  for (const path of [json, html]) mkdirSync(dirname(path), { recursive: true })
  writeFileSync(json, `${JSON.stringify(result, null, 1)}\n`)
  writeFileSync(html, reportHtml(report, document))
  const blocks = report.blocks.filter((block) => block.kind !== 'figure') // the page has the figures
  host.stdout(`${reportText({ ...report, blocks }, { width: Math.max(80, host.columns) })}\n`)
  host.stdout(`results: ${json}\npage: ${html}\n`)
}

const fileName = ({ name, robustness }: AdapterDescription) =>
  `${name
    .toLowerCase()
    .replace(/\(.*?\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}-robustness-${robustness ? 'on' : 'off'}`

/** One line that is rewritten on a terminal; silent in a pipe. */
function progress(host: Host): (line?: string) => void {
  if (!host.terminal) return () => {}
  return (line = '') => host.stderr(`\r${line.slice(0, host.columns - 1)}\x1b[K`)
}

function machine(): Record<string, string> {
  const cpus = os.cpus()
  return {
    cpu: `${cpus[0]?.model.trim() ?? 'unknown'}, ${cpus.length} cores`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
  }
}

/**
 * Where the driver computes on the CPU: the CPU time of all threads but the one that runs JavaScript. On Linux a thread's
 * time is read to the nanosecond; elsewhere there is no such clock, and wall clock it is.
 */
function driverClock(): Clock {
  const mainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  try {
    if (!(mainThread() > 0)) return wallClock
  } catch {
    return wallClock
  }
  return {
    now: () => performance.now(),
    hostCpu: mainThread,
    driverCpu() {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e3 - mainThread()
    },
  }
}
