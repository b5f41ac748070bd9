// A run on a store that is full, read-only, slow, unreliable or lies: it ends with a clear word or goes on, and the result
// is the same, byte for byte, as on a store without faults. scripts/soak-faults.ts is the long form.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, runFiles, temporaryFolder } from '../testing.ts'
import { faultsOf, startTestS3 } from './testing.ts'

const folder = temporaryFolder()
const SMALL = ['train', '--layers', '1', '--heads', '2', '--width', '32', '--context', '16', '--batch', '2']
const STEPS = ['--steps', '60', '--eval-every', '20', '--checkpoint-every', '0']
const idIn = (out: string) => readdirSync(out).find((name) => name.startsWith('train'))!

let wanted: Record<string, string>
beforeAll(async () => {
  const out = path.join(folder, 'straight')
  expect((await run([...SMALL, ...STEPS, '--out', out])).code).toBe(0)
  wanted = runFiles(out, idIn(out))
})

test.each([1, 2, 3])('a bucket in which every sixth request goes wrong (faults of seed %i)', async (seed) => {
  const s3 = await startTestS3()
  const { fault, counts } = faultsOf(seed, 1 / 6)
  s3.fault = fault
  const out = path.join(folder, `faulty-${seed}`)
  const args = [...SMALL, ...STEPS, '--out', out, '--store', 's3://bucket/x']
  const { code, stderr } = await run(args, { env: s3.env })
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('unexpected')])
  // what is in the bucket now is read again, also wrongly
  const again = await run([...args.slice(0, -4), '--out', `${out}-again`, '--store', 's3://bucket/x'], { env: s3.env })
  expect(again.code).toBe(0)
  await s3.close()
  expect(runFiles(out, idIn(out))).toEqual(wanted)
  expect(runFiles(`${out}-again`, idIn(`${out}-again`))).toEqual(wanted)
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3)
})

test('a bucket that goes away in the middle: a clear word, and the same command goes on', async () => {
  const s3 = await startTestS3()
  let puts = 0
  s3.fault = (method) =>
    method === 'PUT' && ++puts > 2 ? { kind: 'status', status: 503, code: 'SlowDown' } : undefined
  const args = [...SMALL, ...STEPS, '--out', path.join(folder, 'away'), '--store', 's3://bucket/x']
  const stopped = await run(args, { env: s3.env })
  expect([stopped.code, stopped.stderr]).toEqual([
    1,
    expect.stringMatching(
      /\nnanoalign: cannot write \S+ in s3:\/\/bucket\/x: 503 SlowDown \(6 tries in \d+\.\d s\)\n {2}what was finished before is kept; continue with: nanoalign train/,
    ),
  ])
  s3.fault = () => undefined
  expect((await run(args, { env: s3.env })).code).toBe(0)
  await s3.close()
  expect(runFiles(path.join(folder, 'away'), idIn(path.join(folder, 'away')))).toEqual(wanted)
})

const mounted: string[] = []
afterAll(() => mounted.forEach((place) => void execFileSync('umount', [place])))

/** Mounts a small file system of its own at `folder`. Returns why not, where that cannot be done. */
function mountSmall(place: string, options: string): string | undefined {
  try {
    mkdirSync(place, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'nanoalign-test', place], { stdio: 'pipe' })
    mounted.push(place)
    return undefined
  } catch (error) {
    return `a file system cannot be mounted here (it takes root on Linux): ${(error as Error).message.split('\n')[0]}`
  }
}

test('a full disk: a clear word, nothing torn, and with more room the same command goes on', async ({ skip }) => {
  const place = path.join(folder, 'full')
  const reason = mountSmall(place, 'size=260k')
  if (reason) return skip(reason)
  const args = [...SMALL, ...STEPS, '--out', path.join(place, 'runs')]
  const stopped = await run(args)
  expect([stopped.code, stopped.stderr]).toEqual([
    1,
    expect.stringMatching(
      /\nnanoalign: cannot write \S+: no space left \(ENOSPC\)\n {2}what was finished before is kept; make room, then continue with/,
    ),
  ])
  const left = readdirSync(place, { recursive: true }).map(String)
  expect(left.filter((name) => name.includes('.tmp-'))).toEqual([])
  execFileSync('mount', ['-o', 'remount,size=8m', place])
  expect((await run(args)).code).toBe(0)
  expect(runFiles(path.join(place, 'runs'), idIn(path.join(place, 'runs')))).toEqual(wanted)
})

test('a read-only disk: what is there can be read, a new run is refused with a clear word', async ({ skip }) => {
  const place = path.join(folder, 'fixed')
  const reason = mountSmall(place, 'size=8m')
  if (reason) return skip(reason)
  const out = ['--out', path.join(place, 'runs')]
  expect((await run([...SMALL, ...STEPS, ...out])).code).toBe(0)
  execFileSync('mount', ['-o', 'remount,ro', place])
  const refused = await run([...SMALL, '--steps', '61', ...out])
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(
      /\nnanoalign: cannot write \S+: read-only file system \(EROFS\)\n {2}choose another folder with --out/,
    ),
  ])
  expect((await run(['runs', ...out])).stdout).toContain('done')
  expect((await run(['runs', 'show', 'train', ...out])).code).toBe(0)
  expect((await run(['sample', '--run', 'train', '--tokens', '3', ...out])).code).toBe(0)
  const exported = await run(['runs', 'export', 'train', path.join(folder, 'fixed.zip'), '--stages', ...out])
  expect(exported.code).toBe(0)
})
