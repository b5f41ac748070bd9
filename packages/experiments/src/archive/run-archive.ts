// A run in one zip file, to be carried to another machine or into a browser:
//   nanoalign.json                what follows, each with its length and SHA-256
//   nanoalign.json.sha256         its own, as sha256sum writes it
//   run/<file>                    the run's folder
//   members/<run>/<file>          those of the runs that a study is made of
//   report.json                   its report as data, which the web app opens
//   stages/<key>/<blob>           finished stages, if they were asked for
//   checkpoints/<key>             and unfinished work
// Archives come from strangers: nothing is unpacked before its name and size are known to be right, nothing is returned
// before every checksum is.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { unzipSync, type ZippableFile, zipSync } from 'fflate'
import { canonicalJson, hashOfText } from '../stages/canonical-json.ts'
import type { Blobs, Provenance } from '../stages/store.ts'

export interface RunArchive {
  id: string
  /** by name, such as `result.json` */
  files: Blobs
  /** of a study: the files of its runs, by their ids */
  members?: Record<string, Blobs>
  /** JSON, or undefined for a run without a report */
  report?: Uint8Array
  stages: Record<string, { blobs: Blobs; provenance: Provenance }>
  checkpoints: Blobs
}

/** The bytes are not an archive of a run, or not intact. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}

const INDEX = 'nanoalign.json'
const INDEX_SUM = 'nanoalign.json.sha256'
const FORMAT = 'nanoalign-run'
const MAX_INDEX_BYTES = 2 ** 25
const MAX_ENTRIES = 20_000
/** Unpacked, all together. */
export const MAX_ARCHIVE_BYTES = 2 ** 30

const ID = '[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?'
const KEY = '[a-z0-9-]{1,200}'
const FILE = '[a-z0-9][a-z0-9._-]{0,99}'
const NAME = new RegExp(
  `^(?:nanoalign\\.json(?:\\.sha256)?|report\\.json|run/${FILE}|members/${ID}/${FILE}|stages/${KEY}/${FILE}|checkpoints/${KEY})$`,
)

interface Index {
  format: typeof FORMAT
  version: 1
  id: string
  files: Record<string, { length: number; sha256: string }>
  provenance: Record<string, Provenance>
}

/** The archive's bytes; the same run gives the same bytes. @throws RangeError when it is larger than an archive may be. */
export function packRun({ id, files, members = {}, report, stages, checkpoints }: RunArchive): Uint8Array<ArrayBuffer> {
  const contents: Blobs = { ...(report && { 'report.json': report }) }
  for (const [name, bytes] of Object.entries(files)) contents[`run/${name}`] = bytes
  for (const [member, files] of Object.entries(members))
    for (const [name, bytes] of Object.entries(files)) contents[`members/${member}/${name}`] = bytes
  for (const [key, { blobs }] of Object.entries(stages))
    for (const [name, bytes] of Object.entries(blobs)) contents[`stages/${key}/${name}`] = bytes
  for (const [key, bytes] of Object.entries(checkpoints)) contents[`checkpoints/${key}`] = bytes
  const index: Index = { format: FORMAT, version: 1, id, files: {}, provenance: {} }
  for (const [key, { provenance }] of Object.entries(stages).sort(byName)) index.provenance[key] = provenance
  let total = 0
  for (const [name, bytes] of Object.entries(contents).sort(byName)) {
    if (!NAME.test(name)) throw new RangeError(`packRun: ${JSON.stringify(name)} cannot be in an archive`)
    index.files[name] = { length: bytes.length, sha256: bytesToHex(sha256(bytes)) }
    total += bytes.length
  }
  if (total > MAX_ARCHIVE_BYTES || Object.keys(contents).length >= MAX_ENTRIES)
    throw new RangeError(
      `packRun: ${Object.keys(contents).length} files of ${(total / 2 ** 20).toFixed(0)} MiB; an archive holds at most ` +
        `${MAX_ENTRIES} files and ${MAX_ARCHIVE_BYTES / 2 ** 20} MiB; leave the stages out`,
    )
  const bytes = new TextEncoder().encode(JSON.stringify(index))
  const sum = new TextEncoder().encode(sumOf(bytes))
  const zipped: Record<string, ZippableFile> = { [INDEX]: [bytes, { level: 6 }], [INDEX_SUM]: [sum, { level: 0 }] }
  // weights do not get smaller
  for (const name of Object.keys(index.files)) zipped[name] = [contents[name], { level: isText(name) ? 6 : 0 }]
  return zipSync(zipped, { mtime: '1980-01-01T00:00:00' })
}

/** What the archive holds. @throws ArchiveError, and nothing else, when it is no intact archive of a run. */
export function unpackRun(zip: Uint8Array): RunArchive {
  const contents = unzip(zip)
  const index = readIndex(contents.get(INDEX), contents.get(INDEX_SUM))
  contents.delete(INDEX)
  contents.delete(INDEX_SUM)
  for (const [name, { length, sha256: digest }] of Object.entries(index.files)) {
    const bytes = contents.get(name)
    if (!bytes) throw new ArchiveError(`${quote(name)} is missing`)
    if (bytes.length !== length) throw new ArchiveError(`${quote(name)} has ${bytes.length} bytes instead of ${length}`)
    if (bytesToHex(sha256(bytes)) !== digest)
      throw new ArchiveError(`${quote(name)} is altered: its sha256 is not the one noted`)
  }
  const archive: RunArchive = { id: index.id, files: {}, stages: {}, checkpoints: {} }
  for (const [key, provenance] of Object.entries(index.provenance)) {
    checkRecipe(key, provenance)
    archive.stages[key] = { blobs: {}, provenance }
  }
  const members = new Map<string, Blobs>()
  for (const [name, bytes] of contents) {
    if (!Object.hasOwn(index.files, name)) throw new ArchiveError(`${quote(name)} is not listed`)
    const [kind, first, second] = name.split('/')
    if (kind === 'run') archive.files[first] = bytes
    else if (kind === 'members') members.set(first, { ...members.get(first), [second]: bytes })
    else if (kind === 'checkpoints') archive.checkpoints[first] = bytes
    else if (kind !== 'stages') archive.report = bytes
    else if (Object.hasOwn(archive.stages, first)) archive.stages[first].blobs[second] = bytes
    else throw new ArchiveError(`${quote(name)} belongs to no stage that is listed`)
  }
  if (members.size > 0) archive.members = Object.fromEntries(members)
  return archive
}

/** Whether the bytes begin like a zip file. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  const names = new Set<string>()
  let total = 0
  // called with what the archive's directory says of a file, before memory is taken for it
  const filter = ({
    name,
    size,
    originalSize,
    compression,
  }: {
    name: string
    size: number
    originalSize: number
    compression: number
  }) => {
    if (!NAME.test(name)) throw new ArchiveError(`a file is called ${quote(name)}, which no archive of a run has`)
    if (names.has(name)) throw new ArchiveError(`${quote(name)} is there twice`)
    if (names.add(name).size > MAX_ENTRIES) throw new ArchiveError(`it has more than ${MAX_ENTRIES} files`)
    if (compression !== 0 && compression !== 8) throw new ArchiveError(`${quote(name)} is compressed in an unknown way`)
    const most = name === INDEX ? MAX_INDEX_BYTES : MAX_ARCHIVE_BYTES
    if (!isCount(size) || !isCount(originalSize) || originalSize > most || size > zip.length)
      throw new ArchiveError(`${quote(name)} has an impossible size`)
    // deflate makes 258 bytes of two bits at best
    if (compression === 0 ? size !== originalSize : originalSize > size * 1032)
      throw new ArchiveError(`${quote(name)} has an impossible size`)
    total += originalSize
    if (total > MAX_ARCHIVE_BYTES) throw new ArchiveError(`it unpacks to more than ${MAX_ARCHIVE_BYTES / 2 ** 20} MiB`)
    return true
  }
  try {
    return new Map(Object.entries(unzipSync(zip, { filter })))
  } catch (error) {
    if (error instanceof ArchiveError) throw error
    throw new ArchiveError(`it is no zip file, or damaged (${(error as Error).message})`)
  }
}

function sumOf(index: Uint8Array): string {
  return `${bytesToHex(sha256(index))}  ${INDEX}\n`
}

function readIndex(bytes: Uint8Array | undefined, sum: Uint8Array | undefined): Index {
  if (!bytes || !sum) throw new ArchiveError(`it has no ${INDEX}: it was not made by \`nanoalign runs export\``)
  if (new TextDecoder().decode(sum) !== sumOf(bytes)) throw new ArchiveError(`${INDEX} is altered`)
  let index: Partial<Index>
  try {
    index = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ArchiveError(`${INDEX} is not JSON`)
  }
  if (!isRecord(index) || index.format !== FORMAT) throw new ArchiveError('it is not an archive of a run')
  if (index.version !== 1) throw new ArchiveError(`its version is ${quote(index.version)}, and this program knows 1`)
  if (typeof index.id !== 'string' || !new RegExp(`^${ID}$`).test(index.id))
    throw new ArchiveError(`its run is called ${quote(index.id)}`)
  if (!isRecord(index.files) || !isRecord(index.provenance)) throw new ArchiveError(`${INDEX} is incomplete`)
  for (const [name, facts] of Object.entries(index.files))
    if (!NAME.test(name) || !isRecord(facts) || !isCount(facts.length) || !/^[0-9a-f]{64}$/.test(String(facts.sha256)))
      throw new ArchiveError(`${INDEX} does not describe ${quote(name)} rightly`)
  for (const [key, provenance] of Object.entries(index.provenance))
    if (!new RegExp(`^${KEY}$`).test(key) || !isRecord(provenance))
      throw new ArchiveError(`stage ${quote(key)} is not described rightly`)
  return index as Index
}

/** A stage's key is the hash of what it was made from: one that was given another name is found out. */
function checkRecipe(key: string, { stage }: Provenance): void {
  let made: string | undefined
  try {
    made = isRecord(stage) ? `${stage.name}-${hashOfText(canonicalJson(stage))}` : undefined
  } catch {} // too deep for the stack
  if (made !== key) throw new ArchiveError(`stage ${quote(key)} is not what its recipe says`)
}

const isText = (name: string) => /\.(json|jsonl|html|md|txt|csv)$/.test(name)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function quote(value: unknown): string {
  // what JSON leaves as it is but a terminal does not
  const text = (JSON.stringify(value) ?? 'nothing').replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, '?')
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
