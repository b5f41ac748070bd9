// Reader and writer of the safetensors format (https://github.com/huggingface/safetensors, "Format"):
// 8 bytes header length N (u64, little endian) · N bytes JSON header · the tensors' data, without gaps.
// Files come from strangers and from crashed writers, so the reader trusts nothing before it has checked it.

import { narrowHalf, widenHalf } from './half.ts'

export type SafetensorsTensor =
  | { dtype: 'F32'; shape: number[]; data: Float32Array }
  /** for writing alone: rounded to halves in the file, and read back as F32 */
  | { dtype: 'F16'; shape: number[]; data: Float32Array }
  | { dtype: 'U32'; shape: number[]; data: Uint32Array }
  | { dtype: 'I32'; shape: number[]; data: Int32Array }

export interface SafetensorsFile {
  tensors: Record<string, SafetensorsTensor>
  metadata: Record<string, string>
}

/** The bytes are not a valid safetensors file, or use a dtype that is not supported. */
export class CorruptFileError extends Error {
  override readonly name = 'CorruptFileError'
}

const MAX_HEADER_BYTES = 100_000_000 // the reference implementation's limit
const MAX_NESTING = 16 // a valid header needs 3
const BYTES_PER_ELEMENT = new Map([
  ['F32', 4],
  ['U32', 4],
  ['I32', 4],
  ['F16', 2],
  ['BF16', 2],
])
const ARRAY_TYPES = { F32: Float32Array, F16: Float32Array, U32: Uint32Array, I32: Int32Array }
// assigning to this name on a plain object sets its prototype: no honest file has it, so neither side allows it
const FORBIDDEN_NAME = '__proto__'

/**
 * The file's bytes for `tensors` (row-major; `data.length` = product of `shape`) and string `metadata`.
 * The same input gives the same bytes: names are sorted and the header is padded with spaces so that the data
 * starts at a multiple of 8 bytes.
 * Throws a RangeError or TypeError for a shape, dtype or name that does not fit.
 */
export function writeSafetensors(
  tensors: Record<string, SafetensorsTensor>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  // the JSON is put together by hand because objects list names such as "10" in numeric order, ahead of the others
  const entries: string[] = []
  const metadataNames = Object.keys(metadata).sort()
  if (metadataNames.length > 0) {
    const pairs = metadataNames.map((name) => {
      if (typeof metadata[name] !== 'string' || name === FORBIDDEN_NAME)
        throw new TypeError(`writeSafetensors: metadata "${name}" must be a string under another name than __proto__`)
      return `${JSON.stringify(name)}:${JSON.stringify(metadata[name])}`
    })
    entries.push(`"__metadata__":{${pairs.join(',')}}`)
  }
  const names = Object.keys(tensors).sort()
  let dataBytes = 0
  for (const name of names) {
    const { dtype, shape, data } = tensors[name]
    if (name === '__metadata__' || name === FORBIDDEN_NAME)
      throw new RangeError(`writeSafetensors: a tensor cannot be called "${name}"`)
    if (!Object.hasOwn(ARRAY_TYPES, dtype) || !(data instanceof ARRAY_TYPES[dtype]))
      throw new TypeError(`writeSafetensors: tensor "${name}" has dtype ${dtype} but its data is another kind of array`)
    if (elementCount(shape) !== data.length)
      throw new RangeError(`writeSafetensors: tensor "${name}" has shape (${shape}) but ${data.length} elements`)
    const offsets = [dataBytes, (dataBytes += dtype === 'F16' ? 2 * data.length : data.byteLength)]
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`)
  }

  const json = new TextEncoder().encode(`{${entries.join(',')}}`)
  const headerBytes = Math.ceil(json.length / 8) * 8
  if (headerBytes > MAX_HEADER_BYTES)
    throw new RangeError(`writeSafetensors: the header has ${headerBytes} bytes, more than ${MAX_HEADER_BYTES}`)
  const bytes = new Uint8Array(8 + headerBytes + dataBytes)
  new DataView(bytes.buffer).setUint32(0, headerBytes, true)
  bytes.fill(0x20, 8, 8 + headerBytes)
  bytes.set(json, 8)
  let at = 8 + headerBytes
  for (const name of names) {
    const { dtype, data } = tensors[name]
    const stored = dtype === 'F16' ? Uint16Array.from(data, narrowHalf) : data
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at)
    at += stored.byteLength
  }
  return bytes
}

/**
 * The tensors and metadata of a safetensors file. F16 and BF16 are widened to Float32Array (dtype 'F32').
 * The result shares no memory with `bytes`, and its two records have no prototype.
 * Throws {@link CorruptFileError}, and nothing else, for anything that is not a valid file of the dtypes above.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes)
  const { __metadata__: rawMetadata, ...rawTensors } = header
  const metadata: Record<string, string> = Object.create(null)
  if (rawMetadata !== undefined) {
    if (!isRecord(rawMetadata)) throw corrupt('__metadata__ is not an object')
    for (const [name, value] of Object.entries(rawMetadata)) {
      if (typeof value !== 'string') throw corrupt(`metadata ${quote(name)} is not a string`)
      metadata[name] = value
    }
  }

  const dataBytes = bytes.length - dataStart
  const entries = Object.entries(rawTensors)
    .map(([name, raw]) => checkEntry(name, raw, dataStart, dataBytes))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  // every byte belongs to exactly one tensor: nothing hidden in a file, nothing read twice
  let covered = 0
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const what = begin < covered ? 'overlaps the tensor before it' : 'leaves a hole before it'
      throw corrupt(`tensor ${quote(name)} ${what}: it starts at byte ${dataStart + begin}, not ${dataStart + covered}`)
    }
    covered = end
  }
  if (covered !== dataBytes)
    throw corrupt(`the tensors end at byte ${dataStart + covered} but the file has ${bytes.length}`)

  const tensors: Record<string, SafetensorsTensor> = Object.create(null)
  for (const { name, dtype, shape, begin, end } of entries) {
    // not slice(): a Node Buffer's slice is a view, and data need not start at a multiple of its element size
    const data = new Uint8Array(end - begin)
    data.set(bytes.subarray(dataStart + begin, dataStart + end))
    tensors[name] = decode(dtype, shape, data.buffer)
  }
  return { tensors, metadata }
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw corrupt(`the file has ${bytes.length} bytes but the header's length alone takes 8`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
  if (length > MAX_HEADER_BYTES) throw corrupt(`the header claims ${length} bytes, more than ${MAX_HEADER_BYTES}`)
  if (8 + length > bytes.length) throw corrupt(`the header ends at byte ${8 + length} but the file has ${bytes.length}`)
  if (bytes[8] !== 0x7b || length === 0) throw corrupt('the header does not start with "{"')
  let header: unknown
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
    checkStructure(json)
    header = JSON.parse(json)
  } catch (error) {
    if (error instanceof CorruptFileError) throw error
    throw corrupt(`the header is not JSON (${oneLine((error as Error).message)})`)
  }
  if (!isRecord(header)) throw corrupt('the header is not an object')
  return { header, dataStart: 8 + length }
}

/**
 * What JSON.parse lets pass: repeated names (it keeps the last in silence, other readers may keep the first) and deep
 * nesting (80 MB of brackets cost it 2 GB and many seconds). `json` need not be valid; JSON.parse judges that.
 */
function checkStructure(json: string): void {
  const open: (Set<string> | undefined)[] = [] // the names so far of each open object; undefined for an array
  for (let i = 0; i < json.length; i++) {
    const char = json[i]
    if (char === '{') open.push(new Set())
    else if (char === '[') open.push(undefined)
    else if (char === '}' || char === ']') open.pop()
    if (open.length > MAX_NESTING) throw corrupt('the header is nested too deeply')
    if (char === '"') {
      const start = i++
      for (; i < json.length && json[i] !== '"'; i++) if (json[i] === '\\') i++
      let next = i + 1
      while (json[next] === ' ' || json[next] === '\n' || json[next] === '\r' || json[next] === '\t') next++
      if (json[next] !== ':') continue // a value, not a name
      const name: string = JSON.parse(json.slice(start, i + 1))
      const names = open[open.length - 1]
      if (names?.has(name)) throw corrupt(`the header has ${quote(name)} twice`)
      if (name === FORBIDDEN_NAME) throw corrupt(`the header has the forbidden name ${quote(name)}`)
      names?.add(name)
    }
  }
}

function checkEntry(name: string, raw: unknown, dataStart: number, dataBytes: number) {
  const tensor = `tensor ${quote(name)}`
  if (!isRecord(raw)) throw corrupt(`${tensor} is not described by an object`)
  const { dtype, shape, data_offsets: offsets } = raw
  const elementBytes = BYTES_PER_ELEMENT.get(dtype as string)
  if (elementBytes === undefined)
    throw corrupt(`${tensor} has dtype ${quote(dtype)}; supported are ${[...BYTES_PER_ELEMENT.keys()].join(', ')}`)
  if (!Array.isArray(shape)) throw corrupt(`${tensor} has no shape`)
  const count = elementCount(shape)
  if (count === undefined) throw corrupt(`${tensor} has the impossible shape ${quote(shape)}`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1])
    throw corrupt(`${tensor} has impossible data_offsets ${quote(offsets)}`)
  const [begin, end] = offsets
  if (end > dataBytes)
    throw corrupt(`${tensor} ends at byte ${dataStart + end} but the file has ${dataStart + dataBytes}`)
  if (end - begin !== count * elementBytes)
    throw corrupt(
      `${tensor} has ${end - begin} bytes but ${dtype} of shape ${quote(shape)} takes ${count * elementBytes}`,
    )
  return { name, dtype: dtype as string, shape: shape as number[], begin: begin as number, end: end as number }
}

function decode(dtype: string, shape: number[], data: ArrayBuffer): SafetensorsTensor {
  if (dtype === 'U32') return { dtype, shape, data: new Uint32Array(data) }
  if (dtype === 'I32') return { dtype, shape, data: new Int32Array(data) }
  if (dtype === 'F32') return { dtype, shape, data: new Float32Array(data) }
  const halves = new Uint16Array(data)
  const wide = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) wide[i] = dtype === 'BF16' ? halves[i] << 16 : widenHalf(halves[i])
  return { dtype: 'F32', shape, data: new Float32Array(wide.buffer) }
}

/** The product of the dimensions, or undefined if they are not all integers ≥ 0 or the product is not exact. */
function elementCount(shape: unknown[]): number | undefined {
  let count = 1
  for (const dim of shape) {
    if (!isCount(dim)) return undefined
    count *= dim
    if (!Number.isSafeInteger(count)) return undefined
  }
  return count
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function corrupt(what: string): CorruptFileError {
  return new CorruptFileError(`readSafetensors: ${what}`)
}

/** `value` as JSON, cut to a length that fits in a message. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** V8's JSON errors quote the input, with its line breaks. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 120)
}
