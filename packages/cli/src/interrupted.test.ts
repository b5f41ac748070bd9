// Whatever ends a run early (kill -9, Ctrl-C, a lost device), the same command goes on to the same bytes.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { expect, test } from 'vitest'
import { run, runFiles, sleep, start, temporaryFolder, until } from './testing.ts'

const folder = temporaryFolder()
const text = path.join(folder, 'whale.txt')
writeFileSync(text, 'the whale sees the sea; the sea sees the ship.\n'.repeat(40))
// a few seconds of work, with all kinds of metrics on the way
const TRAIN = ['train', '--data', text, '--layers', '1', '--heads', '2', '--width', '32', '--context', '16']
const STEPS = [
  '--batch',
  '8',
  '--steps',
  '700',
  '--eval-every',
  '100',
  '--sample-every',
  '350',
  '--checkpoint-every',
  '0.1',
]
const train = (out: string) => [...TRAIN, ...STEPS, '--out', path.join(folder, out)]
// one size for both models: they share their pretraining
const W2S = ['w2s', '--preset', 'smoke', '--strong', 'a', '--seeds', '1', '--methods', 'naive']
const w2s = (out: string) => [...W2S, '--out', path.join(folder, out)]

const idIn = (out: string) => readdirSync(path.join(folder, out)).find((name) => name !== 'stages')!
const files = (out: string) => runFiles(path.join(folder, out), idIn(out))
const stateIn = (out: string) => JSON.parse(readFileSync(path.join(folder, out, idIn(out), 'run.json'), 'utf8'))

/** When the newest file below stages/<kind> was written; 0 when there is none. */
function newest(out: string, kind: 'artifacts' | 'checkpoints'): number {
  const directory = path.join(folder, out, 'stages', kind)
  if (!existsSync(directory)) return 0
  const times = readdirSync(directory, { recursive: true }).map((name) => {
    // a file may be gone between listing and looking
    return statSync(path.join(directory, String(name)), { throwIfNoEntry: false })?.mtimeMs ?? 0
  })
  return Math.max(0, ...times)
}

const straight = run(train('straight'))

test('kill -9 twice while training: the same metrics, result and model, byte for byte', async () => {
  expect((await straight).code).toBe(0)
  for (let kill = 0; kill < 2; kill++) {
    const before = newest('killed', 'checkpoints')
    const { child, ended } = start(train('killed'))
    const over = () => child.exitCode !== null
    await until(() => newest('killed', 'checkpoints') > before || over(), 'a checkpoint')
    await sleep(Math.random() * 200)
    child.kill('SIGKILL')
    const { code } = await ended
    const status = code === 0 ? 'done' : 'killed' // a fast machine may have been done
    expect((await run(['runs', '--out', path.join(folder, 'killed')])).stdout).toContain(`  ${status}  `)
  }
  expect((await run(train('killed'))).code).toBe(0)
  expect(files('killed')).toEqual(files('straight'))
})

test('kill -9 in a weak-to-strong run: the same result, byte for byte', async () => {
  const { child, ended } = start(w2s('w2s-killed'))
  await until(() => newest('w2s-killed', 'artifacts') > 0, 'a finished stage')
  await sleep(Math.random() * 500)
  child.kill('SIGKILL')
  await ended
  const outcomes = [await run(w2s('w2s-killed')), await run(w2s('w2s-straight'))]
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
  expect(outcomes[0].stdout).toMatch(/Weak-to-strong generalization[\s\S]*report: \S+report\.html\n$/)
  expect(files('w2s-killed')).toEqual(files('w2s-straight'))
  const again = await run([...w2s('w2s-straight'), '--json'])
  expect(JSON.parse(again.stdout)).toMatchObject({ run: idIn('w2s-straight'), result: { options: { seeds: [1] } } })
})

// a process can press no Ctrl-C on Windows: there kill() ends the other at once, whatever the signal
test.skipIf(process.platform === 'win32')(
  'Ctrl-C: a checkpoint, how to go on, exit code 130; then on to the same bytes',
  async () => {
    const { child, ended } = start(train('stopped'))
    await until(() => newest('stopped', 'checkpoints') > 0, 'a checkpoint')
    child.kill('SIGINT')
    child.kill('SIGINT') // as npm passes on what the terminal has sent already
    const { code, stderr } = await ended
    expect(stderr).toMatch(/interrupted: saving a checkpoint/)
    expect(stderr).toMatch(
      /nanoalign: interrupted\n {2}the checkpoint of step \d+ is kept; continue with: nanoalign train --data/,
    )
    expect(code).toBe(130)
    expect(stateIn('stopped').status).toBe('interrupted')

    const resume = ['train', '--resume', idIn('stopped'), '--out', path.join(folder, 'stopped')]
    expect((await run(resume)).code).toBe(0)
    await straight
    expect(files('stopped')).toEqual(files('straight'))
  },
)

test('a device lost in mid-run: the checkpoint is kept, exit code 1, and the same command goes on', async () => {
  const losing = async (adapter: string | undefined): Promise<Gpu> => {
    const gpu = await openNodeDevice({ adapter })
    void until(() => newest('lost', 'checkpoints') > 0, 'a checkpoint').then(() => gpu.device.destroy())
    return gpu
  }
  const { code, stderr } = await run(train('lost'), { openDevice: losing })
  expect(stderr).toMatch(/nanoalign: the GPU device was lost/)
  expect(stderr).toMatch(/the checkpoint of step \d+ is kept; continue with: nanoalign train/)
  expect(code).toBe(1)
  expect((await run(train('lost'))).code).toBe(0)
  await straight
  expect(files('lost')).toEqual(files('straight'))
})

test('divergence names step and tensor, and the last good checkpoint', async () => {
  const { code, stderr } = await run([...train('nan'), '--lr', '1e30'])
  expect(stderr).toMatch(/training diverged at step 2: \S+.* is (NaN|-?Infinity)/)
  expect(stderr).toMatch(/no checkpoint had been saved|the last good checkpoint/)
  expect(code).toBe(1)
})
