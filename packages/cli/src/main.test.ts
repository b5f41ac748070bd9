// Command lines a user may type: right ones, and some fifty wrong ones, each of which must end in one or two clear lines.

import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { beforeAll, describe, expect, test } from 'vitest'
import { commandLine } from './provenance.ts'
import { run, start, temporaryFolder } from './testing.ts'

const folder = temporaryFolder()
const out = path.join(folder, 'runs')
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(path.join(folder, name), content)
  return path.join(folder, name)
}
const TEXT = file('whale.txt', 'the whale sees the sea; the sea sees the ship.\n'.repeat(40))
const NANO = ['--layers', '1', '--heads', '2', '--width', '16', '--context', '8', '--batch', '4', '--steps', '6']
const TRAIN = ['train', '--data', TEXT, ...NANO, '--out', out]

let id: string
let first: Awaited<ReturnType<typeof run>>
beforeAll(async () => {
  first = await run(TRAIN)
  id = readdirSync(out).find((name) => name.startsWith('train-tiny-'))!
})

describe('train, sample, runs', () => {
  test('a training says what it does and leaves a complete folder', () => {
    expect(first.code).toBe(0)
    for (const part of [
      'data: whale.txt, 1,692 characters to train on, 188 to validate on',
      'vocabulary: 13 characters; unigram entropy 2.',
      'model: 3,6',
      'validation loss',
      `report: ${path.join(out, id, 'report.html')}`,
      `try: ${commandLine(['sample', '--run', id, '--out', out])}`,
    ])
      expect(first.stdout).toContain(part)
    expect(first.stderr).toMatch(/^adapter: .*(software|hardware)/)
    const files = ['config.json', 'metrics.jsonl', 'model.safetensors', 'report.html', 'result.json', 'run.json']
    expect(readdirSync(path.join(out, id)).sort()).toEqual(files)
    const state = JSON.parse(readFileSync(path.join(out, id, 'run.json'), 'utf8'))
    expect(state).toMatchObject({
      status: 'done',
      command: expect.stringMatching(/^nanoalign train --data \S+ --layers 1/),
    })
    const metrics = readFileSync(path.join(out, id, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(metrics.map((line) => JSON.parse(line).kind)).toEqual([
      'validation',
      ...Array(6).fill('training'),
      'validation',
      'sample',
    ])
  })

  test('the same command, and --resume, find what is finished', async () => {
    const before = readFileSync(path.join(out, id, 'metrics.jsonl'))
    for (const again of [TRAIN, ['train', '--resume', 'train-tiny', '--out', out]]) {
      const { code, stderr } = await run(again)
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('step 1/6')])
      expect(readFileSync(path.join(out, id, 'metrics.jsonl'))).toEqual(before)
    }
  })

  test('sample writes on from a prompt, the same from the same seed, longer than the context too', async () => {
    const args = ['sample', '--run', id.slice(0, 12), '--prompt', 'the ', '--tokens', '30', '--out', out]
    const one = await run(args)
    expect([one.code, one.stdout.length]).toEqual([0, 35])
    expect(one.stdout).toMatch(/^the /)
    expect((await run(args)).stdout).toBe(one.stdout)
    expect((await run([...args, '--seed', '2'])).stdout).not.toBe(one.stdout)
    const three = await run([...args, '--count', '3', '--temperature', '0', '--top-k', '2'])
    expect(three.stdout.match(/── \d of 3 ──\nthe /g)).toHaveLength(3)
  })

  test('runs lists, shows and reports, as text and as JSON', async () => {
    expect((await run(['runs', '--out', out])).stdout).toContain(`${id}  done`)
    expect(JSON.parse((await run(['runs', 'list', '--json', '--out', out])).stdout)).toMatchObject([
      { id, status: 'done' },
    ])
    expect((await run(['runs', 'show', 'train', '--out', out])).stdout).toContain('unigram entropy')
    const shown = JSON.parse((await run(['runs', 'show', id, '--json', '--out', out])).stdout)
    expect(shown).toMatchObject({ id, config: { preset: 'tiny' }, result: { parameters: expect.any(Number) } })
    rmSync(path.join(out, id, 'report.html'))
    const { stdout } = await run(['runs', 'report', id, '--out', out])
    expect(readFileSync(stdout.trim(), 'utf8')).toContain('<!doctype html>')
    expect((await run(['runs', '--out', path.join(folder, 'none')])).stdout).toContain('no runs in')
    expect((await run(['runs'], { env: { NANOALIGN_RUNS: out } })).stdout).toContain(id)
    const file = path.join(out, id, 'run.json')
    const state = JSON.parse(readFileSync(file, 'utf8'))
    const adapter =
      'llvmpipe (LLVM 15.0.6, 256 bits), software, Mesa 22.3.6, subgroups of 8 + A 5, hardware, 5.0, no fixed subgroups'
    writeFileSync(file, JSON.stringify({ ...state, adapter }))
    expect((await run(['runs', '--out', out])).stdout).toMatch(/ {2}llvmpipe \(LLVM 15.0.6, 256 bits\) \+ A 5$/m)
    writeFileSync(file, JSON.stringify(state))
  })

  test('doctor names the adapter, says why it is used, and tests the kernels', async () => {
    const { code, stdout } = await run(['doctor', '--json'])
    const { adapters, used, selfTest } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(adapters[0].description).toMatchObject({ name: used.name, features: expect.any(Array) })
    expect(used.reason).toBeTruthy()
    expect(selfTest.every(({ ok }: { ok: boolean }) => ok)).toBe(true)
  })

  test('doctor fails when a kernel is wrong, and says which', async () => {
    // a driver that multiplies where it should add
    const openDevice = async (adapter: string | undefined) => {
      const gpu = await openNodeDevice({ adapter })
      const create = gpu.device.createShaderModule.bind(gpu.device)
      gpu.device.createShaderModule = ({ code, ...rest }) =>
        create({ ...rest, code: code.replace('out[i] = a[i] + b[i]', 'out[i] = a[i] * b[i]') })
      return gpu
    }
    const { code, stdout, stderr } = await run(['doctor'], { openDevice })
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^add +517 elements .* WRONG$/m)])
    expect(stderr).toMatch(/nanoalign: 1 of \d+ checks fail on .*: add \(517 elements\)\n$/)
  })

  test.runIf(process.platform === 'linux')(
    'without an adapter it says what was tried and what to install',
    async () => {
      const none = '/nonexistent.json'
      const { code, stderr } = await start(['doctor'], { VK_DRIVER_FILES: none, VK_ICD_FILENAMES: none }).ended
      expect(stderr).toMatch(/no WebGPU adapter: Dawn found no Vulkan.*Install a GPU driver, or a software one/)
      expect(code).toBe(1)
    },
  )

  test('--help and --version are no errors', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    const { code, stdout } = await run(['train', '--help'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('--sample-every <n>')])
  })
})

const WRONG: [args: string[], code: number, message: string | RegExp][] = [
  [[], 2, 'Usage: nanoalign'],
  [['tran'], 2, /unknown command 'tran'\n\(Did you mean train\?\)/],
  [['--verison'], 2, '(Did you mean --version?)'],
  [['doctor', '--jsn'], 2, '(Did you mean --json?)'],
  [['doctor', 'now'], 2, 'too many arguments'],
  [['doctor', '--adapter', 'voodoo'], 1, 'no adapter matches "voodoo"; there are: 0 = '],
  [['train', '--prest', 'tiny'], 2, '(Did you mean --preset?)'],
  [['train', 'moby-dick'], 2, 'too many arguments'],
  [['train', '--preset', 'tinny'], 2, 'preset "tinny" is not one of tiny, small, medium. Did you mean "tiny"?'],
  [['train', '--preset', ''], 2, 'preset "" is not one of'],
  [['train', '--preset', '__proto__'], 2, 'preset "__proto__" is not one of'],
  [['train', '--tokenizer', 'chars'], 2, 'Did you mean "char"?'],
  [['train', '--steps'], 2, "option '--steps <n>' argument missing"],
  [['train', '--steps', 'many'], 2, "argument 'many' is invalid. It must be a whole number from 1"],
  [['train', '--steps', '0'], 2, "argument '0' is invalid"],
  [['train', '--steps', '-3'], 2, "argument '-3' is invalid"],
  [['train', '--steps', '1.5'], 2, "argument '1.5' is invalid"],
  [['train', '--steps', '9'.repeat(400)], 2, 'is invalid. It must be a whole number'],
  [['train', '--steps', ''], 2, "argument '' is invalid"],
  [['train', '--lr', '0'], 2, 'It must be a number above 0'],
  [['train', '--lr', 'NaN'], 2, 'It must be a number above 0'],
  [['train', '--lr', 'Infinity'], 2, 'It must be a number above 0'],
  [['train', '--width', '65', '--heads', '4'], 2, 'width 65 is not a multiple of heads 4'],
  [['train', '--width', '512', '--heads', '1'], 2, 'heads of 512, more than 128'],
  [['train', '--context', '1'], 2, 'It must be a whole number from 2'],
  [['train', '--seed', '-1'], 2, "argument '-1' is invalid"],
  [['train', '--seed', '4294967296'], 2, 'from 0 to 4294967295'],
  [['train', '--checkpoint-every', '-1'], 2, 'It must be a number, 0 or more'],
  [['train', '--data'], 2, "option '--data <file>' argument missing"],
  [['train', '--data', 'moby-dik'], 2, '--data moby-dik does not exist. Did you mean "moby-dick"?'],
  [['train', '--data', '/no/such/file'], 2, '--data /no/such/file does not exist'],
  [['train', '--data', folder], 2, 'is a folder; give one text file'],
  [['train', '--data', '/dev/null'], 2, 'is not a regular file'],
  [['train', '--data', file('empty.txt', '')], 1, 'the text is empty'],
  [['train', '--data', file('bom.txt', '\ufeff')], 1, 'the text is empty but for a byte order mark'],
  [['train', '--data', file('binary', Uint8Array.of(77, 90, 0, 3))], 1, 'the file is binary: byte 2 is NUL'],
  [['train', '--data', file('latin1.txt', Uint8Array.of(65, 0xe9, 66))], 1, 'not UTF-8: byte 1 (0xe9)'],
  [['train', '--data', file('short.txt', 'Call me Ishmael.')], 1, 'the text has 16 tokens but a context of 64 needs'],
  [
    ['train', '--width', '20480', '--heads', '160'],
    1,
    /parameters needs about \d+\.\d GiB, .* per buffer. Use fewer layers/,
  ],
  [['train', '--resume', 'nothing'], 2, 'there is no run "nothing"'],
  [['train', '--resume', 'x', '--eval-every', '3'], 2, 'so --eval-every cannot be given beside it'],
  [['sample'], 2, "required option '--run <run>' not specified"],
  [['sample', '--run', 'trian-tiny'], 2, 'there is no run "trian-tiny"'],
  [['sample', '--run', 'x', '--temperature', '-1'], 2, 'It must be a number, 0 or more'],
  [['sample', '--run', 'x', '--top-k', '1.5'], 2, 'It must be a whole number from 0'],
  [['sample', '--run', 'x', '--count', '0'], 2, 'It must be a whole number from 1 to 256'],
  [['sample', '--run', 'train', '--prompt', 'thé'], 1, 'the prompt contains "é" (U+00E9), which is not among the 13'],
  [['sample', '--run', 'train', '--prompt', ''], 1, 'the prompt is empty'],
  [['w2s', '--preset', 'quik'], 2, 'preset "quik" is not one of smoke, quick, laptop, full. Did you mean "quick"?'],
  [['w2s', '--weak', 'z'], 2, '--weak "z" is not one of a, b'],
  [['w2s', '--strong', 'F'], 2, 'Did you mean "f"?'],
  [['w2s', '--seeds', '0'], 2, '--seeds 0 is neither a number of seeds nor a list'],
  [['w2s', '--seeds', 'three'], 2, '--seeds three is neither'],
  [['w2s', '--seeds', '1,1'], 2, 'contain one twice'],
  [['w2s', '--methods', 'naive,confidance'], 2, 'Did you mean "confidence"?'],
  [['w2s', '--method', 'confidance'], 2, 'Did you mean "confidence"?'],
  [['w2s', '--methods', 'naive,'], 2, 'one or more words, separated by commas'],
  [['w2s', '--families', 'attribute'], 2, 'task family "attribute" is not one of'],
  [['w2s', '--tasks', '99'], 2, 'tasks per family is 99'],
  [['runs', 'shw'], 2, 'unknown command "runs shw". Did you mean "show"?'],
  [['runs', 'show'], 2, "missing required argument 'run'"],
  [['runs', 'report', 'train-tinny'], 2, 'there is no run "train-tinny"'],
  [['runs', '--out', TEXT], 1, 'it is a file'],
  [[...TRAIN, '--out', TEXT], 1, /cannot write \S+: a file is where a folder should be .*\n {2}choose another folder/],
]

test.each(WRONG)('nanoalign %j', async (args, code, message) => {
  const outcome = await run(args.includes('--out') ? args : [...args, '--out', out])
  const said = args.length === 0 ? outcome.stderr : outcome.stderr.replace(/^(adapter|warning|run): .*\n/gm, '')
  expect(said).toMatch(message instanceof RegExp ? message : literal(message))
  expect(outcome.code).toBe(code)
  expect(said).not.toMatch(/\n {4}at |unexpected|GPTConfig/)
  if (args.length > 0) expect(said.trimEnd().split('\n').length).toBeLessThanOrEqual(2)
})

const literal = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))

describe('damaged and unfinished runs', () => {
  const own = path.join(folder, 'damaged')
  const damaged = (name: string) => path.join(own, id, name)
  beforeAll(async () => {
    await run([...TRAIN, '--out', own])
  })

  test('an altered model is refused, and the same command mends it', async () => {
    const bytes = readFileSync(damaged('model.safetensors'))
    bytes[bytes.length - 3] ^= 1
    writeFileSync(damaged('model.safetensors'), bytes)
    const refused = await run(['sample', '--run', id, '--out', own])
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is cut off or altered')])
    expect((await run([...TRAIN, '--out', own])).code).toBe(0)
    expect((await run(['sample', '--run', id, '--out', own])).code).toBe(0)
  })

  test('an altered artifact is noticed and computed again', async () => {
    const before = readFileSync(damaged('result.json'))
    const artifacts = path.join(own, 'stages', 'artifacts')
    truncateSync(path.join(artifacts, readdirSync(artifacts)[0], 'model.safetensors'), 1000)
    const { code, stderr } = await run([...TRAIN, '--out', own])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/warning: what is stored .* has 1000 bytes instead of/)])
    expect(readFileSync(damaged('result.json'))).toEqual(before)
  })

  test('a run without a result says how to get one; a text that has changed is not resumed', async () => {
    truncateSync(damaged('result.json'), 100)
    expect((await run(['runs', 'show', id, '--out', own])).stderr).toMatch(/result\.json is damaged: it is not JSON/)
    rmSync(damaged('result.json'))
    for (const command of [
      ['sample', '--run', id],
      ['runs', 'report', id],
    ])
      expect((await run([...command, '--out', own])).stderr).toMatch(/continue it with: nanoalign train --data/)
    const state = JSON.parse(readFileSync(damaged('run.json'), 'utf8'))
    writeFileSync(damaged('run.json'), JSON.stringify({ ...state, dataPath: file('other.txt', 'x'.repeat(99)) }))
    const changed = await run(['train', '--resume', id, '--out', own])
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('is no longer the text that run')])
  })

  test('a folder that is no run is not listed, and an id must be given far enough', async () => {
    mkdirSync(path.join(own, 'train-tiny-00000000'))
    expect((await run(['runs', '--out', own])).stdout.trim().split('\n')).toHaveLength(2)
    await run([...TRAIN, '--seed', '2', '--out', own])
    const two = await run(['runs', 'show', 'train', '--out', own])
    expect([two.code, two.stderr]).toEqual([
      2,
      expect.stringMatching(/could be train-tiny-\w+ or train-tiny-\w+; give more/),
    ])
  })
})

test('--debug and NANOALIGN_DEBUG=1 add the stack, and nothing else does', async () => {
  const args = ['train', '--data', path.join(folder, 'empty.txt')]
  expect((await run(args)).stderr).not.toContain('text-data.ts')
  expect((await run([...args, '--debug'])).stderr).toContain('text-data.ts')
  expect((await run(args, { env: { NANOALIGN_DEBUG: '1' } })).stderr).toContain('text-data.ts')
})
