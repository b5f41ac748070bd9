import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a blocked process ends when its parent is killed', async () => {
  const url = new URL('end-with-parent.ts', import.meta.url).href
  const child = `import('${url}').then(({ endWithParent }) => {
    endWithParent(0)
    setTimeout(() => { console.log('blocked'); for (;;); }, 500)
  })`
  const parent = `const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', ${JSON.stringify(child)}], { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.once('data', () => console.log(child.pid))`
  const process_ = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number((await once(process_.stdout, 'data')).toString())
  try {
    expect(alive(pid)).toBe(true)
    process_.kill('SIGKILL')
    await expect.poll(() => alive(pid), { timeout: 15_000 }).toBe(false)
  } finally {
    if (alive(pid)) process.kill(pid, 'SIGKILL')
  }
}, 30_000)
