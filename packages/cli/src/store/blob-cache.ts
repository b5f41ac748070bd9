// A folder of blobs by their SHA-256, in front of a store that is far away. It never holds more than a few percent above
// its limit: what was used longest ago goes first. Several processes may share it; a blob that vanishes or is torn is
// only a miss, as the store checks the bytes.

import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobCache } from '@nanoalign/experiments'

const TEMPORARY = 'tmp-'
const STALE_MS = 3_600_000

export class FolderCache implements BlobCache {
  readonly folder: string
  readonly maxBytes: number
  /** written by this process since it last looked how full the folder is; the first look is at the first write */
  #unseen = Infinity

  constructor(folder: string, maxBytes: number) {
    this.folder = folder
    this.maxBytes = maxBytes
  }

  async get(sha256: string): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(sha256)
    try {
      const bytes = await fs.readFile(path)
      const now = new Date()
      await fs.utimes(path, now, now).catch(() => {}) // the order of eviction
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    } catch {
      return undefined
    }
  }

  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > this.maxBytes / 4) return // it would drive out everything else
    const path = this.#pathOf(sha256)
    const temporary = join(this.folder, TEMPORARY + randomUUID())
    try {
      await fs.mkdir(this.folder, { recursive: true })
      await fs.writeFile(temporary, bytes, { flag: 'wx' })
      await fs.rename(temporary, path)
      this.#unseen += bytes.length
      if (this.#unseen > this.maxBytes / 32) await this.#evict()
    } catch {
      await fs.rm(temporary, { force: true }).catch(() => {})
    }
  }

  /** Removes what was used longest ago until nine tenths of the limit are left. */
  async #evict(): Promise<void> {
    this.#unseen = 0
    const files: { path: string; size: number; used: number }[] = []
    for (const name of await fs.readdir(this.folder)) {
      const path = join(this.folder, name)
      const stats = await fs.lstat(path).catch(() => undefined) // another process may have removed it
      if (!stats?.isFile()) continue
      if (name.startsWith(TEMPORARY)) {
        if (stats.mtimeMs < Date.now() - STALE_MS) await fs.rm(path, { force: true }).catch(() => {})
      } else if (/^[0-9a-f]{64}$/.test(name)) files.push({ path, size: stats.size, used: stats.mtimeMs })
    }
    let total = files.reduce((sum, { size }) => sum + size, 0)
    if (total <= this.maxBytes) return
    files.sort((a, b) => a.used - b.used)
    for (const { path, size } of files) {
      if (total <= this.maxBytes * 0.9) break
      // one that is being read cannot go on Windows; the next does
      await fs.rm(path, { force: true }).then(
        () => (total -= size),
        () => {},
      )
    }
  }

  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`FolderCache: ${JSON.stringify(sha256)} is no SHA-256`)
    return join(this.folder, sha256)
  }
}
