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
