import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { CorruptFileError, readSafetensors, type SafetensorsTensor, writeSafetensors } from './safetensors.ts'

const example = (): Record<string, SafetensorsTensor> => ({
  wte: { dtype: 'F32', shape: [2, 3], data: new Float32Array([1, -2.5, 3e-40, Number.NaN, Infinity, -0]) },
  ids: { dtype: 'U32', shape: [3], data: new Uint32Array([0, 7, 0xffffffff]) },
  '10': { dtype: 'I32', shape: [], data: new Int32Array([-5]) },
  'h.0.é"\n': { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
})

/** A file of the given header text (padded by nothing) and data. */
function file(header: string, data: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + data.length)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.length)
  return bytes
}

const entry = (begin: number, end: number, shape = `[${(end - begin) / 4}]`, dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`

test('what is written is read back, bit for bit', () => {
  const { tensors, metadata } = readSafetensors(writeSafetensors(example(), { step: '12', läuft: 'ja' }))
  expect({ ...tensors }).toEqual(example())
  expect(Object.is(tensors.wte.data[5], -0)).toBe(true)
  expect({ ...metadata }).toEqual({ step: '12', läuft: 'ja' })
})

test('bytes do not depend on the order of the names, and data is aligned to 8', () => {
  const bytes = writeSafetensors(example(), { b: '1', a: '2' })
  const reversed = Object.fromEntries(Object.entries(example()).reverse())
  expect(writeSafetensors(reversed, { a: '2', b: '1' })).toEqual(bytes)
  const headerBytes = new DataView(bytes.buffer).getUint32(0, true)
  expect((8 + headerBytes) % 8).toBe(0)
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))
  expect(header).toMatch(/^\{"__metadata__":\{"a":"2","b":"1"\},"10":.*"h\.0\.é\\"\\n":.*"ids":.*"wte":.*\} *$/)
  expect(readSafetensors(writeSafetensors({})).tensors).toEqual({})
})

test('a view is written as its own elements only', () => {
  const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3)
  expect([...readSafetensors(writeSafetensors({ a: { dtype: 'F32', shape: [2], data } })).tensors.a.data]).toEqual([
    1, 2,
  ])
})

test('reads a file of the reference implementation (Python safetensors 0.8.0)', () => {
  const base64 =
    'MAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJrIjoiw6kifSwiYiI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMSwyXSwiZGF0YV9vZmZzZXRzIjpb' +
    'MCw4XX0sImUiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsNF0sImRhdGFfb2Zmc2V0cyI6WzgsOF19LCJhIjp7ImR0eXBlIjoiVTMyIiwic2hh' +
    'cGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbOCwxNl19LCJzIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlsxNiwyMF19' +
    'LCJoIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOls1XSwiZGF0YV9vZmZzZXRzIjpbMjAsMzBdfX0gICAgAADAPwAAAMAHAAAA//////3///8APAC4' +
    '/3sBAAB8'
  const { tensors, metadata } = readSafetensors(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
  expect({ ...metadata }).toEqual({ k: 'é' })
  expect({ ...tensors }).toEqual({
    b: { dtype: 'F32', shape: [1, 2], data: new Float32Array([1.5, -2]) },
    e: { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) },
    a: { dtype: 'U32', shape: [2], data: new Uint32Array([7, 0xffffffff]) },
    s: { dtype: 'I32', shape: [], data: new Int32Array([-3]) },
    h: { dtype: 'F32', shape: [5], data: new Float32Array([1, -0.5, 65504, 2 ** -24, Infinity]) },
  })
})

test('F16 and BF16 widen exactly, for every bit pattern', () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
  const raw = new Uint8Array(halves.buffer)
  const f16 = readSafetensors(file(`{"x":${entry(0, raw.length, '[65536]', 'F16')}}`, raw)).tensors.x.data
  const bf16 = readSafetensors(file(`{"x":${entry(0, raw.length, '[65536]', 'BF16')}}`, raw)).tensors.x.data
  const bits = new DataView(new ArrayBuffer(4))
  let wrong = 0
  for (let i = 0; i < 65536; i++) {
    const exponent = (i >> 10) & 31
    const fraction = i & 1023
    const size = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024)
    const half = (i & 0x8000 ? -1 : 1) * (exponent < 31 ? size : fraction ? Number.NaN : Infinity)
    bits.setUint32(0, i * 65536)
    if (!Object.is(f16[i], half) || !Object.is(bf16[i], bits.getFloat32(0))) wrong++
  }
  expect(wrong).toBe(0)
})

test('data at an odd address, inside a Node Buffer, is copied', () => {
  const bytes = writeSafetensors(example())
  const shifted = Buffer.alloc(bytes.length + 3).subarray(3)
  shifted.set(bytes)
  const odd = file(`{"x":${entry(0, 4)} }`, new Uint8Array(new Float32Array([1.5]).buffer))
  expect((odd.length - 4) % 4).not.toBe(0)
  expect(readSafetensors(odd).tensors.x.data[0]).toBe(1.5)
  const { tensors } = readSafetensors(shifted)
  shifted.fill(0)
  expect({ ...tensors }).toEqual(example())
})

const four = [0, 0, 0, 0]
const corrupt: [string, Uint8Array, RegExp][] = [
  ['empty file', new Uint8Array(0), /file has 0 bytes/],
  ['header only begun', file('{}').subarray(0, 9), /header ends at byte 10 but the file has 9/],
  ['header of 2^40 bytes', Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0, 0x7b), /claims 1099511627776 bytes/],
  ['no header', file(''), /does not start with/],
  ['array header', file('[]'), /does not start with/],
  ['not JSON', file('{"a":\n}'), /^readSafetensors: the header is not JSON \([^\n]*\)$/],
  ['unterminated name', file('{"a'), /not JSON/],
  ['name in an array', file('{"a":["b":1,"b":2]}'), /not JSON/],
  ['bad escape in a name', file('{"\\x":1}'), /not JSON/],
  ['not UTF-8', file('{"a":1}').map((byte, i) => (i === 10 ? 0xff : byte)), /not JSON/],
  ['deep nesting', file(`{"a":${'['.repeat(200000)}${']'.repeat(200000)}}`), /nested too deeply/],
  ['truncated data', file(`{"wte":${entry(0, 8)}}`, four), /tensor "wte" ends at byte 72 but the file has 68/],
  ['bytes after the last tensor', file(`{"a":${entry(0, 4)}}`, [...four, 1]), /end at byte 66 but the file has 67/],
  ['overlap', file(`{"a":${entry(0, 8)},"b":${entry(4, 8)}}`, [...four, ...four]), /"b" overlaps/],
  ['hole', file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, [...four, ...four, ...four]), /"b" leaves a hole/],
  ['repeated tensor', file(`{"a":${entry(0, 4)},"\\u0061":${entry(0, 4)}}`, four), /"a" twice/],
  ['repeated field', file(`{"a":{"dtype":"F32" , "dtype" : "F32"}}`), /"dtype" twice/],
  ['shape too big', file(`{"a":${entry(0, 4, '[2]')}}`, four), /4 bytes but F32 of shape \[2\] takes 8/],
  ['negative dim', file(`{"a":${entry(0, 4, '[-1,-1]')}}`, four), /impossible shape \[-1,-1\]/],
  ['fractional dim', file(`{"a":${entry(0, 4, '[0.5,2]')}}`, four), /impossible shape/],
  ['huge dims', file(`{"a":${entry(0, 0, '[9007199254740991,4,0]')}}`), /impossible shape/],
  ['string dim', file(`{"a":${entry(0, 4, '["1"]')}}`, four), /impossible shape/],
  ['no shape', file('{"a":{"dtype":"F32"}}'), /has no shape/],
  ['swapped offsets', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', four), /impossible data_offsets/],
  ['three offsets', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}', four), /impossible data_offsets/],
  ['unknown dtype', file(`{"a":${entry(0, 8, '[1]', 'F64')}}`, [...four, ...four]), /"F64"; supported are F32/],
  ['inherited dtype', file(`{"a":${entry(0, 4, '[1]', 'constructor')}}`, four), /dtype "constructor"/],
  ['entry is null', file('{"a":null}'), /not described by an object/],
  ['__proto__ tensor', file(`{"__proto__":${entry(0, 4)}}`, four), /forbidden name "__proto__"/],
  ['__proto__ metadata', file('{"__metadata__":{"__proto__":"x"}}'), /forbidden name/],
  ['metadata number', file('{"__metadata__":{"a":1}}'), /metadata "a" is not a string/],
  ['metadata array', file('{"__metadata__":[]}'), /__metadata__ is not an object/],
]
test.each(corrupt)('refuses a corrupt file: %s', (_, bytes, message) => {
  expect(() => readSafetensors(bytes)).toThrow(CorruptFileError)
  expect(() => readSafetensors(bytes)).toThrow(message)
})

test('a mutated file is read or refused with CorruptFileError, never anything else', () => {
  const random = new Random(1, 'safetensors-fuzz')
  const original = writeSafetensors(example(), { step: '12' })
  const headerEnd = 8 + new DataView(original.buffer).getUint32(0, true)
  const snippets = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '-',
    '0',
    '9',
    '1e308',
    'null',
    '\\u',
    '"__proto__":',
    '"F16"',
    '{}',
  ]
  let refused = 0
  const rounds = 5000
  for (let round = 0; round < rounds; round++) {
    const bytes = [...original]
    for (let edits = 1 + random.integer(4); edits > 0; edits--) {
      // most edits hit the header: a changed data byte is only another number
      const at = random.integer(random.uniform() < 0.9 ? headerEnd : bytes.length)
      const kind = random.integer(5)
      if (kind === 0) bytes[at] = random.integer(256)
      else if (kind === 1) bytes.splice(at, 1 + random.integer(8))
      else if (kind === 2) bytes.length = Math.max(at, bytes.length - random.integer(20))
      else {
        const snippet = [...snippets[random.integer(snippets.length)]].map((char) => char.charCodeAt(0))
        bytes.splice(at, kind === 3 ? snippet.length : 0, ...snippet)
      }
    }
    // half of the time the stated length is made to fit, so that the JSON is what is tested
    const mutated = Uint8Array.from(bytes)
    const delta = mutated.length - original.length
    if (mutated.length >= 8 && random.uniform() < 0.5)
      new DataView(mutated.buffer).setUint32(0, Math.max(0, headerEnd - 8 + delta), true)
    try {
      readSafetensors(mutated)
    } catch (error) {
      if (!(error instanceof CorruptFileError) || error.message.includes('\n')) throw error
      refused++
    }
  }
  expect(refused).toBeGreaterThan(rounds / 2)
  expect(refused).toBeLessThan(rounds)
})

test('the writer refuses tensors that do not fit', () => {
  const data = new Float32Array(2)
  expect(() => writeSafetensors({ a: { dtype: 'F32', shape: [3], data } })).toThrow(
    'tensor "a" has shape (3) but 2 elements',
  )
  expect(() => writeSafetensors({ a: { dtype: 'U32', shape: [2], data } as never })).toThrow(/another kind of array/)
  expect(() => writeSafetensors({ __metadata__: { dtype: 'F32', shape: [2], data } })).toThrow(/cannot be called/)
  expect(() => writeSafetensors({}, { a: 1 as never })).toThrow(/must be a string/)
})

test('halves are written in half the bytes and read back rounded', () => {
  const data = Float32Array.of(1, -0.1, 65504, 2 ** -24)
  const bytes = writeSafetensors({ x: { dtype: 'F16', shape: [2, 2], data } })
  const { dtype, data: back } = readSafetensors(bytes).tensors.x
  expect(dtype).toBe('F32')
  expect([...back]).toEqual([1, -0.0999755859375, 65504, 2 ** -24])
})
