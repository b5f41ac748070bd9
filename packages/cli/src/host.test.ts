import { afterEach, expect, test, vi } from 'vitest'
import { Interrupted } from './errors.ts'
import { processHost } from './host.ts'

const { platform } = process
const before = new Map(
  (['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const).map((name) => [name, process.listeners(name)]),
)
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform })
  for (const [name, listeners] of before)
    for (const listener of process.listeners(name)) if (!listeners.includes(listener)) process.off(name, listener)
})

test.each([
  ['linux', 'SIGINT', true],
  ['linux', 'SIGTERM', true],
  ['linux', 'SIGHUP', false], // or nohup would not keep a training from it
  ['win32', 'SIGINT', true],
  ['win32', 'SIGBREAK', true],
  ['win32', 'SIGHUP', true],
] as const)('on %s, %s', (system, name, ends) => {
  Object.defineProperty(process, 'platform', { value: system })
  const { signal } = processHost()
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  process.emit(name)
  write.mockRestore()
  expect(signal.aborted).toBe(ends)
  if (ends) expect(signal.reason).toBeInstanceOf(Interrupted)
})

test('a terminal whose size nobody has set is of the usual one', () => {
  const { stdout, stderr } = process
  const before = [stdout.columns, stderr.columns, stderr.rows]
  Object.assign(stdout, { columns: 0 })
  Object.assign(stderr, { columns: 0, rows: 0 })
  const { columns, rows } = processHost()
  Object.assign(stdout, { columns: before[0] })
  Object.assign(stderr, { columns: before[1], rows: before[2] })
  expect([columns, rows]).toEqual([100, undefined])
})

test('a terminal that has been closed ends nothing; a file that cannot be written does', () => {
  const { stderr } = process
  const { isTTY } = stderr
  const fail = (code: string) => () => stderr.emit('error', Object.assign(new Error(code), { code }))
  processHost()
  stderr.isTTY = true
  expect(fail('EIO')).not.toThrow()
  stderr.isTTY = false
  expect(fail('EIO')).toThrow('EIO')
  expect(fail('EPIPE')).not.toThrow()
  stderr.isTTY = isTTY
})
