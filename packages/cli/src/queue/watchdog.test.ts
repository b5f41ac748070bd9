import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { watchdog } from './watchdog.ts'

const LIMIT_MS = 200

/** As when the machine sleeps or the process is stopped: no timer of it runs, and all that are late do at its end. */
const fallAsleep = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('time asleep does not count, time awake does', async () => {
  let hung = 0
  watchdog(LIMIT_MS, () => hung++)
  fallAsleep(3 * LIMIT_MS)
  await sleep(LIMIT_MS / 4)
  expect(hung).toBe(0)
  await sleep(2 * LIMIT_MS)
  expect(hung).toBe(1)
})

test('whoever gives signs of life never hangs', async () => {
  let hung = 0
  const dog = watchdog(LIMIT_MS, () => hung++)
  for (let i = 0; i < 6; i++) {
    await sleep(LIMIT_MS / 3)
    dog.feed()
  }
  dog.stop()
  await sleep(2 * LIMIT_MS)
  expect(hung).toBe(0)
})
