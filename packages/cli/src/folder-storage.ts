// An unstorage driver for a folder in which a value is there whole or not at all, whatever kills the process:
// each is written to a temporary file beside its place, flushed to the disk, and renamed. unstorage's own fs driver
// writes in place. Key a:b:c is the file a/b/c.

import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Driver } from 'unstorage'
import type { Entry, OpenedStore } from './store/open-store.ts'

const TEMPORARY = '.tmp-'
const STALE_MS = 3_600_000
const PATIENCE_MS = 10_000

const CAUSES: Record<string, string> = {
  ENOSPC: 'no space left',
  EDQUOT: 'disk quota exceeded',
  EACCES: 'permission denied',
  EPERM: process.platform === 'win32' ? 'not permitted, or another program has it open' : 'not permitted',
  EROFS: 'read-only file system',
  ENOTDIR: 'a file is where a folder should be',
  EISDIR: 'a folder is where the file should be',
  ENOTEMPTY: 'a folder is where the file should be',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  EIO: 'the disk failed',
  EBUSY: 'another program has it open',
}

/** A value could not be stored or removed: `cannot write /x/y: no space left (ENOSPC)`. The old value is still there. */
export class StoreWriteError extends Error {
  override readonly name = 'StoreWriteError'
  readonly path: string
  /** The system's error code, such as ENOSPC. */
  readonly code: string | undefined

  constructor(path: string, cause: unknown, verb: 'write' | 'remove' = 'write') {
    super(`cannot ${verb} ${path}: ${explain(cause)}`, { cause })
    this.path = path
    this.code = (cause as NodeJS.ErrnoException).code
  }
}

/**
 * Stores values below the folder `base`, which is made when first written to. Symbolic links below `base` (not `base`
 * itself) are never followed: what they lead to does not exist for reading, and cannot be written.
 * Temporary files that a killed process left are never listed; those older than an hour are removed at the first use.
 * Throws a StoreWriteError when it cannot write or remove, an Error when it cannot read, a RangeError for a key that
 * would leave the folder.
 */
export function folderStorage(options: {
  base: string
}): Driver<{ base: string }, never> & Pick<OpenedStore, 'entries'> {
  const base = resolve(options.base)
  let swept: Promise<unknown> | undefined
  // a failure to tidy up is none of the caller's business: what it asked for will fail by itself if it must
  const sweepOnce = () => (swept ??= list(base, '', Date.now() - STALE_MS).catch(() => {}))

  /** No more than `maxBytes` and one byte. */
  async function read(key: string, { maxBytes = Infinity }: { maxBytes?: number } = {}): Promise<Buffer | null> {
    const path = join(base, ...segmentsOf(key))
    await sweepOnce()
    try {
      if (!(await isFolder(base, dirname(path)))) return null
      if (!(await lstat(path))?.isFile()) return null // a link, where there is no O_NOFOLLOW, as on Windows
      // O_NOFOLLOW refuses what has become a link since; O_NONBLOCK keeps a named pipe from hanging us
      const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
      const handle = await patiently(() => fs.open(path, flags))
      try {
        const stats = await handle.stat()
        if (!stats.isFile()) return null
        return stats.size > maxBytes ? await readStart(handle, maxBytes + 1) : await handle.readFile()
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO'].includes(codeOf(error))) return null
      throw new Error(`cannot read ${path}: ${explain(error)}`, { cause: error })
    }
  }

  /** `ifAbsent`: what is there stays. */
  async function write(key: string, value: Uint8Array | string, { ifAbsent = false } = {}): Promise<void> {
    const segments = segmentsOf(key)
    const path = join(base, ...segments)
    const temporary = join(dirname(path), `${TEMPORARY}${randomUUID()}`)
    await sweepOnce()
    try {
      await makeFolder(base, segments.slice(0, -1))
      const handle = await fs.open(temporary, 'wx')
      try {
        await handle.writeFile(value)
        await handle.sync() // or the rename may reach the disk before the bytes
      } finally {
        await handle.close()
      }
      // Windows has no error of its own for this
      if ((await lstat(path))?.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' })
      if (!ifAbsent || !(await linkIfAbsent(temporary, path))) await patiently(() => fs.rename(temporary, path))
      await syncFolder(dirname(path))
    } catch (error) {
      await fs.rm(temporary, { force: true }).catch(() => {})
      throw new StoreWriteError(path, error)
    }
  }

  async function keysBelow(prefix = ''): Promise<string[]> {
    await sweepOnce()
    const segments = prefix.split(':').filter((segment) => segment !== '')
    if (!segments.every(isSegment)) return []
    const folder = join(base, ...segments)
    return (await isFolder(base, folder)) ? list(folder, segments.map((segment) => `${segment}:`).join('')) : []
  }

  return {
    name: 'folder',
    options,
    async hasItem(key) {
      const path = join(base, ...segmentsOf(key))
      if (!(await isFolder(base, dirname(path)))) return false
      return (await lstat(path))?.isFile() ?? false
    },
    getItem: async (key) => (await read(key))?.toString('utf8') ?? null,
    getItemRaw: read,
    setItem: write,
    setItemRaw: write,
    async removeItem(key) {
      const path = join(base, ...segmentsOf(key))
      try {
        if (await isFolder(base, dirname(path))) await patiently(() => fs.unlink(path))
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw new StoreWriteError(path, error, 'remove')
      }
    },
    getKeys: keysBelow,
    async entries(prefix) {
      const entries: Entry[] = []
      for (const key of await keysBelow(prefix)) {
        const stats = await lstat(join(base, ...segmentsOf(key)))
        if (stats) entries.push({ key, size: stats.size, mtime: stats.mtimeMs })
      }
      return entries
    },
  }
}

/**
 * Puts `temporary` in the place of `path` unless something is there: of several that do so at once the first wins.
 * False where the file system has no hard links.
 */
async function linkIfAbsent(temporary: string, path: string): Promise<boolean> {
  try {
    await fs.link(temporary, path)
  } catch (error) {
    // EISDIR is what Node makes of Windows' ERROR_INVALID_FUNCTION
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR'].includes(codeOf(error))) return false
    if (codeOf(error) !== 'EEXIST') throw error
  }
  await patiently(() => fs.unlink(temporary))
  return true
}

/**
 * What `work` does. On Windows a file that anyone is reading, or that a virus scanner is looking at, cannot be replaced or
 * removed, and for a moment not even be opened: it is tried again for ten seconds. Elsewhere only EBUSY says that.
 */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const passing = process.platform === 'win32' ? ['EBUSY', 'EPERM', 'EACCES'] : ['EBUSY']
  const start = performance.now()
  for (let pauseMs = 2; ; pauseMs = Math.min(2 * pauseMs, 100)) {
    try {
      return await work()
    } catch (error) {
      if (!passing.includes(codeOf(error)) || performance.now() - start > PATIENCE_MS) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function readStart(handle: fs.FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, 0)
  return bytes.subarray(0, bytesRead)
}

/** The keys of all files in `folder`, `prefix` before each; removes temporary files last changed before `staleBefore` (ms). */
async function list(folder: string, prefix: string, staleBefore = -Infinity): Promise<string[]> {
  let entries: Dirent[]
  try {
    entries = await fs.readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return []
    throw new Error(`cannot list ${folder}: ${explain(error)}`, { cause: error })
  }
  const keys: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isFile() && entry.name.startsWith(TEMPORARY)) {
      const stats = staleBefore > 0 ? await lstat(path) : undefined
      if (stats && stats.mtimeMs < staleBefore) await fs.unlink(path).catch(() => {}) // the next start tries again
    } else if (isSegment(entry.name)) {
      if (entry.isFile()) keys.push(prefix + entry.name)
      else if (entry.isDirectory()) keys.push(...(await list(path, `${prefix}${entry.name}:`, staleBefore)))
    }
  }
  return keys
}

function segmentsOf(key: string): string[] {
  const segments = key.split(':')
  if (!segments.every(isSegment)) throw new RangeError(`folderStorage: key ${JSON.stringify(key)} is not allowed`)
  return segments
}

/** Windows has devices of these names in every folder, whatever follows the first dot. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/** Whether `name` can be one file's name on every system, and is not one of ours. */
function isSegment(name: string): boolean {
  // a dot or blank at the end is dropped by Windows, which would make two names one
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and its like end or garble a path
  return !/^$|[. ]$|[/\\:*?"<>|\u0000-\u001f]/.test(name) && !DEVICE.test(name) && !name.startsWith(TEMPORARY)
}

/** Whether every step from `base` (which may be a link) down to `folder` is a real folder. */
async function isFolder(base: string, folder: string): Promise<boolean> {
  if (folder === base) return true
  return (await isFolder(base, dirname(folder))) && ((await lstat(folder))?.isDirectory() ?? false)
}

async function makeFolder(base: string, segments: string[]): Promise<void> {
  await makeBase(base)
  let folder = base
  for (const segment of segments) {
    const parent = folder
    folder = join(folder, segment)
    try {
      await fs.mkdir(folder)
      await syncFolder(parent)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      const stats = await fs.lstat(folder)
      if (stats.isSymbolicLink()) throw new Error(`${folder} is a symbolic link, which is not followed`)
      if (!stats.isDirectory()) throw notFolder(folder)
    }
  }
}

/** Not mkdir with `recursive`: in Node it never returns where the system refuses a folder with ENOENT, as in /proc. */
async function makeBase(folder: string): Promise<void> {
  const stats = await fs.stat(folder).catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  if (stats?.isDirectory()) return
  if (stats) throw notFolder(folder)
  await makeBase(dirname(folder))
  await fs.mkdir(folder).catch((error) => {
    if (codeOf(error) !== 'EEXIST') throw error // another process was faster
  })
  await syncFolder(dirname(folder))
}

function notFolder(path: string): Error {
  return Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' })
}

/** Makes a new name in `folder` survive a loss of power, where the system can do that (not on Windows). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

async function lstat(path: string) {
  return patiently(() => fs.lstat(path)).catch((error) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined
    throw error
  })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}

function explain(error: unknown): string {
  const code = codeOf(error)
  return CAUSES[code] ? `${CAUSES[code]} (${code})` : (error as Error).message
}
