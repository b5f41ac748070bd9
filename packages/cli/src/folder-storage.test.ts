import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '@nanoalign/kernels'
import { createStorage } from 'unstorage'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { folderStorage, StoreWriteError } from './folder-storage.ts'

let root: string
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), 'nanoalign-folder-'))
})
afterEach(() => fs.rm(root, { recursive: true, force: true }))

const open = (base = join(root, 'store')) => createStorage({ driver: folderStorage({ base }) })
const filesIn = async (folder: string) =>
  (await fs.readdir(folder, { recursive: true })).map((path) => path.replaceAll('\\', '/')).sort()
const failure = (code: string) => Object.assign(new Error(`something (${code})`), { code })

test('values come back byte for byte, below the base', async () => {
  const storage = open()
  expect(await storage.getItemRaw('a:b')).toBeNull()
  expect(await storage.hasItem('a:b')).toBe(false)
  expect(await storage.getKeys()).toEqual([])
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i * 7)
  await storage.setItemRaw('a:b:c.bin', bytes)
  await storage.setItemRaw('empty', new Uint8Array(0))
  await storage.setItem('text.json', { é: 1 })
  expect(await storage.getItemRaw('a:b:c.bin')).toEqual(Buffer.from(bytes))
  expect((await storage.getItemRaw('empty')).length).toBe(0)
  expect(await storage.getItem('text.json')).toEqual({ é: 1 })
  expect(await filesIn(join(root, 'store'))).toEqual(['a', 'a/b', 'a/b/c.bin', 'empty', 'text.json'])
  await storage.setItemRaw('a:b:c.bin', bytes.subarray(1, 3))
  expect([...(await storage.getItemRaw('a:b:c.bin'))]).toEqual([7, 14])
})

test('getKeys, removeItem and clear', async () => {
  const storage = open()
  for (const key of ['a:x', 'a:y:z', 'ab:x']) await storage.setItemRaw(key, new Uint8Array(1))
  expect((await storage.getKeys()).sort()).toEqual(['a:x', 'a:y:z', 'ab:x'])
  expect((await storage.getKeys('a')).sort()).toEqual(['a:x', 'a:y:z'])
  expect(await storage.getKeys('none:at:all')).toEqual([])
  expect(await storage.hasItem('a:x')).toBe(true)
  expect(await storage.hasItem('a:y')).toBe(false) // a folder
  expect(await storage.getItemRaw('a:y')).toBeNull()
  await storage.removeItem('a:x')
  await storage.removeItem('a:x')
  expect(await storage.hasItem('a:x')).toBe(false)
  expect((await storage.getKeys()).sort()).toEqual(['a:y:z', 'ab:x'])
  await storage.clear()
  expect(await storage.getKeys()).toEqual([])
})

test.each([
  '..',
  'a:..:..:b',
  '../b',
  'a/b',
  '/etc',
  'a:',
  '',
  '.',
  'a\\b',
  'a\u0000',
  '.tmp-1',
  'a:.tmp-1',
  '...',
  'C:*',
  'NUL',
  'a:com1.txt',
  'a.',
  'a ',
])('key %j is refused', async (key) => {
  const driver = folderStorage({ base: join(root, 'store') })
  await expect(async () => driver.setItemRaw!(key, new Uint8Array(1), {})).rejects.toThrow(RangeError)
  await expect(async () => driver.getItemRaw!(key, {})).rejects.toThrow(/is not allowed/)
  await expect(async () => driver.hasItem(key, {})).rejects.toThrow(/is not allowed/)
  await expect(async () => driver.removeItem!(key, {})).rejects.toThrow(/is not allowed/)
  expect(await filesIn(root)).toEqual([])
})

test('symbolic links below the base are not followed, one in place of the base is', async () => {
  const storage = open()
  await storage.setItemRaw('inside', Uint8Array.of(1))
  await fs.mkdir(join(root, 'outside'))
  await fs.writeFile(join(root, 'outside', 'secret'), 'secret')
  await fs.symlink(join(root, 'outside'), join(root, 'store', 'folder'))
  await fs.symlink(join(root, 'outside', 'secret'), join(root, 'store', 'file'))
  for (const key of ['folder:secret', 'file']) {
    expect(await storage.getItemRaw(key)).toBeNull()
    expect(await storage.hasItem(key)).toBe(false)
  }
  expect(await storage.getKeys()).toEqual(['inside'])
  expect(await storage.getKeys('folder')).toEqual([])
  await expect(storage.setItemRaw('folder:new', Uint8Array.of(2))).rejects.toThrow(/folder is a symbolic link/)
  await storage.removeItem('folder:secret')
  await storage.setItemRaw('file', Uint8Array.of(2)) // takes the link's place
  expect(await filesIn(join(root, 'outside'))).toEqual(['secret'])
  expect(await fs.readFile(join(root, 'outside', 'secret'), 'utf8')).toBe('secret')

  await fs.symlink(join(root, 'store'), join(root, 'link'))
  expect(await open(join(root, 'link')).getItemRaw('inside')).toEqual(Buffer.of(1))
})

test('a failed write keeps the old value, leaves no file and says what is wrong', async () => {
  const storage = open()
  await storage.setItemRaw('a:x', Uint8Array.of(1))
  const path = join(root, 'store', 'a', 'x')
  for (const [code, text] of [
    ['ENOSPC', 'no space left (ENOSPC)'],
    ['EROFS', 'read-only file system (EROFS)'],
    ['EIO', 'the disk failed (EIO)'],
    ['EWEIRD', 'something (EWEIRD)'],
  ]) {
    const rename = vi.spyOn(fs, 'rename').mockRejectedValueOnce(failure(code))
    const error = await storage.setItemRaw('a:x', Uint8Array.of(2)).catch((error) => error)
    rename.mockRestore()
    expect(error).toBeInstanceOf(StoreWriteError)
    expect(error).toMatchObject({ message: `cannot write ${path}: ${text}`, path, code })
  }
  expect(await storage.getItemRaw('a:x')).toEqual(Buffer.of(1))
  expect(await filesIn(join(root, 'store'))).toEqual(['a', 'a/x'])
})

describe('as Windows has it', () => {
  const { platform } = process
  beforeEach(() => void Object.defineProperty(process, 'platform', { value: 'win32' }))
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  test('a file that someone has open is waited for', async () => {
    const storage = open()
    await storage.setItemRaw('a', Uint8Array.of(1))
    for (const name of ['rename', 'unlink', 'open', 'lstat'] as const)
      for (const code of ['EPERM', 'EACCES', 'EBUSY']) vi.spyOn(fs, name).mockRejectedValueOnce(failure(code))
    expect(await storage.getItemRaw('a')).toEqual(Buffer.of(1))
    await storage.setItemRaw('a', Uint8Array.of(2))
    expect(await storage.getItemRaw('a')).toEqual(Buffer.of(2))
    await storage.removeItem('a')
    expect(await storage.getKeys()).toEqual([])
  })

  test('a folder in the place of the file is not waited for', async () => {
    await fs.mkdir(join(root, 'store', 'a'), { recursive: true })
    const rename = vi.spyOn(fs, 'rename').mockRejectedValue(failure('EPERM')) // what it says there
    await expect(open().setItemRaw('a', Uint8Array.of(1))).rejects.toThrow(/a folder is where the file should be/)
    expect(rename).not.toHaveBeenCalled()
  })

  test('for ten seconds, and then it is an error', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
    const storage = open()
    const rename = vi.spyOn(fs, 'rename').mockRejectedValue(failure('EBUSY'))
    let ended: unknown
    const writing = storage.setItemRaw('a', Uint8Array.of(1)).catch((error) => (ended = error))
    let ms = 0
    while (!ended) {
      await new Promise(setImmediate) // the disk is real
      if (vi.getTimerCount() === 0) continue
      await vi.advanceTimersByTimeAsync(50)
      ms += 50
    }
    expect(ms).toBeGreaterThan(9_900)
    expect(ms).toBeLessThan(10_500)
    await writing
    expect(ended).toMatchObject({
      message: expect.stringMatching(/another program has it open \(EBUSY\)$/),
      code: 'EBUSY',
    })
    expect(rename.mock.calls.length).toBeLessThan(150)
    expect(await filesIn(join(root, 'store'))).toEqual([])
  })

  test('a link is not followed although there is no O_NOFOLLOW, and no hard links are needed', async () => {
    const storage = open()
    await storage.setItemRaw('a', Uint8Array.of(1))
    await fs.symlink(join(root, 'store', 'a'), join(root, 'store', 'link'))
    const plain = fs.open
    vi.spyOn(fs, 'open').mockImplementation((path, flags) =>
      plain(path, typeof flags === 'number' ? flags & ~constants.O_NOFOLLOW : flags),
    )
    expect(await storage.getItemRaw('link')).toBeNull()
    vi.spyOn(fs, 'link').mockRejectedValueOnce(failure('EISDIR')) // its ERROR_INVALID_FUNCTION, as on exFAT
    await storage.setItemRaw('b', Uint8Array.of(2), { ifAbsent: true })
    expect(await storage.getItemRaw('b')).toEqual(Buffer.of(2))
  })
})

test('a file or folder in the way, and a base that cannot be made, are named', async () => {
  const storage = open()
  await storage.setItemRaw('a:x', Uint8Array.of(1))
  await expect(storage.setItemRaw('a:x:y', Uint8Array.of(1))).rejects.toThrow(
    /x[/\\]y: a file is where a folder should be/,
  )
  await expect(storage.setItemRaw('a', Uint8Array.of(1))).rejects.toThrow(/a: a folder is where the file should be/)
  expect(await storage.getItemRaw('a:x:y')).toBeNull()
  await open(join(root, 'new', 'deep')).setItemRaw('k', Uint8Array.of(1))
  expect(await filesIn(join(root, 'new'))).toEqual(['deep', 'deep/k'])
  const file = open(join(root, 'store', 'a', 'x'))
  await expect(file.setItemRaw('k', Uint8Array.of(1))).rejects.toThrow(StoreWriteError)
  expect(await file.getKeys()).toEqual([])
})

test.skipIf(process.platform !== 'linux')('a base in which no folder can be made is an error, not a hang', async () => {
  await expect(open('/proc/nanoalign').setItemRaw('k', Uint8Array.of(1))).rejects.toThrow(StoreWriteError)
})

test.skipIf((process.getuid?.() ?? 0) === 0)('a folder without permission is named', async () => {
  await fs.mkdir(join(root, 'store'), { mode: 0o500 })
  await expect(open().setItemRaw('k', Uint8Array.of(1))).rejects.toThrow(/store\/k: permission denied \(EACCES\)/)
})

test('temporary files are never listed; those older than an hour go at the start', async () => {
  await fs.mkdir(join(root, 'store', 'a'), { recursive: true })
  const hour = 3600
  const now = Date.now() / 1000
  for (const [name, age] of [
    ['old', 1.1 * hour],
    ['young', 0.9 * hour],
  ] as const) {
    const path = join(root, 'store', 'a', `.tmp-${name}`)
    await fs.writeFile(path, 'half')
    await fs.utimes(path, now - age, now - age)
  }
  expect(await open().getKeys()).toEqual([])
  expect(await filesIn(join(root, 'store'))).toEqual(['a', 'a/.tmp-young'])
})

// Value n is n bytes × 4099 of n, so that a torn or mixed value shows.
const writer = `
  import { createStorage } from 'unstorage'
  const { folderStorage } = await import(process.argv[1])
  const storage = createStorage({ driver: folderStorage({ base: process.argv[2] }) })
  for (let n = 1; ; n = n % 250 + 1) {
    await storage.setItemRaw('a:value', new Uint8Array(n * 4099).fill(n))
    if (n === 1) process.stdout.write('.')
  }`

test('a reader only ever sees whole values, also after kill -9 at any moment', async () => {
  const storage = open()
  const random = new Random(1, 'kill')
  let reads = 0
  const check = async () => {
    const value: Uint8Array | null = await storage.getItemRaw('a:value')
    expect(value).not.toBeNull()
    expect(value!.length).toBe(value![0] * 4099)
    expect(value!.every((byte) => byte === value![0])).toBe(true)
    expect(await storage.getKeys()).toEqual(['a:value'])
    reads++
  }
  const source = new URL('./folder-storage.ts', import.meta.url).href
  for (let round = 0; round < 6; round++) {
    const args = ['--import', 'tsx', '--input-type=module', '--eval', writer, source, join(root, 'store')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: import.meta.dirname })
    const exited = once(child, 'exit')
    try {
      const first = await Promise.race([once(child.stdout, 'data'), exited])
      expect(String(first[0])).toMatch(/^\.+$/)
      const end = performance.now() + 5 + random.uniform() * 150
      do await check()
      while (performance.now() < end)
      await sleep(random.uniform() * 5)
    } finally {
      child.kill('SIGKILL') // also when a check failed, or it would write for ever
    }
    expect(await exited).toEqual([null, 'SIGKILL'])
    await check()
  }
  expect(reads).toBeGreaterThan(12)
})
