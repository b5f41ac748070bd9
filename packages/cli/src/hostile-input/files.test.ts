// Readers of files that may come from a stranger, a crash or a bad disk, on damaged input:
// a value or one clear error, soon, in bounded memory, and no file outside its folder. NANOALIGN_FUZZ=100000 is the long form.

import { readFileSync } from 'node:fs'
import { defaultWorld, type PolicyWorldFile, parseBenchmark, textData } from '@nanoalign/experiments'
import { CorruptFileError, readModel, readSafetensors, tokenizerFromJSON, writeSafetensors } from '@nanoalign/model'
import { decodeState, encodeState } from '@nanoalign/trainer'
import { expect, test } from 'vitest'
import { parse as parseYaml, stringify } from 'yaml'
import { damageBytes, damageJson, damageText } from '../../../../scripts/fuzz/mutate.ts'
import { worldOf } from '../commands/deliberate.ts'
import { UsageError } from '../errors.ts'
import { parseStudy } from '../sweep/study-file.ts'
import { hold, isError, isPlain, text, utf8 } from './testing.ts'

const tensors = writeSafetensors(
  {
    a: { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) },
    b: { dtype: 'U32', shape: [1], data: new Uint32Array(1) },
  },
  { note: 'x' },
)
const golden = new Uint8Array(readFileSync(new URL('../../../model/golden/gpt.safetensors', import.meta.url)))

test('safetensors', () =>
  hold(
    {
      name: 'safetensors',
      whole: tensors,
      make: (dice) => damageBytes(dice, [tensors, tensors, golden.subarray(0, 5000)]),
      read: readSafetensors,
      isRefusal: isError(CorruptFileError),
      check: ({ tensors }, bytes) => {
        const size = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
        expect(size).toBeLessThanOrEqual(2 * bytes.length) // half floats become twice as large
      },
    },
    3000,
  ))

test('the header of safetensors', () =>
  hold(
    {
      name: 'safetensors header',
      whole: tensors,
      make: (dice) => {
        const length = new DataView(tensors.buffer).getUint32(0, true)
        const header = utf8(damageJson(dice, [text(tensors.subarray(8, 8 + length))]))
        const bytes = new Uint8Array(8 + header.length + 28)
        new DataView(bytes.buffer).setUint32(0, header.length, true)
        bytes.set(header, 8)
        return bytes
      },
      read: readSafetensors,
      isRefusal: isError(CorruptFileError),
    },
    3000,
  ))

test('checkpoints of a training', () => {
  const array = new Float32Array(4)
  const state = encodeState({ step: 3, values: array, m: array, v: array, extra: { curve: [1] } })
  return hold(
    {
      name: 'training state',
      whole: state,
      make: (dice) => damageBytes(dice, [state]),
      read: (bytes) => decodeState(bytes, 4),
      isRefusal: isError(CorruptFileError),
      check: ({ step }) => expect(Number.isSafeInteger(step)).toBe(true),
    },
    2000,
  )
})

const CHARACTERS = '{"kind":"char","characters":"abc\\n"}'
test('tokenizers', () =>
  hold(
    {
      name: 'tokenizer',
      whole: CHARACTERS,
      make: (dice) => damageJson(dice, [CHARACTERS, '{"kind":"byte"}']),
      read: (json) => tokenizerFromJSON(JSON.parse(json)),
      isRefusal: isError(TypeError, RangeError, SyntaxError),
      check: (tokenizer) => {
        const all = Uint32Array.from({ length: Math.min(tokenizer.vocabSize, 100) }, (_, i) => i)
        tokenizer.encode(tokenizer.decode(all))
      },
    },
    2000,
  ))

const SENTENCES = 'the whale é 鯨 sees the sea.\n'.repeat(9)
test('texts to train on', () =>
  hold(
    {
      name: 'data file',
      whole: { bytes: utf8(SENTENCES), kind: 1 },
      make: (dice) => ({
        bytes: damageBytes(dice, [utf8(SENTENCES), golden.subarray(0, 300)]),
        kind: dice(4),
      }),
      read: ({ bytes, kind }) => textData(bytes, kind === 0 ? 'byte' : 'char', 8),
      isRefusal: isError(RangeError),
      check: ({ training, tokenizer }) => expect(Math.max(...training)).toBeLessThan(tokenizer.vocabSize),
    },
    2000,
  ))

/** As small as a world may be, so that much damage can be done in little time. */
const smallWorld: PolicyWorldFile = {
  name: 'w',
  attributes: { intent: { says: 'please', values: { learn: ['explain'], make: ['build'] } } },
  categories: {
    harm: { topics: ['ta', 'tb', 'tc', 'td'], clauses: [{ when: ['make'], verdict: 'refuse' }], otherwise: 'safe' },
    daily: { topics: ['te', 'tf', 'tg', 'th'], clauses: [], otherwise: 'comply', benign: true },
  },
  lookalikes: ['game'],
  wrappers: { train: ['hello there'], unseen: ['good day'], prefix: 'sure' },
  styles: { comply: ['yes', '{detail}'], refuse: ['no', 'never'], safe: ['careful', '{resource}'] },
}

test('policy worlds', () => {
  worldOf(stringify(defaultWorld))
  return hold(
    {
      name: 'policy world',
      whole: stringify(smallWorld),
      make: (dice) =>
        dice(2)
          ? damageText(dice, [stringify(smallWorld)])
          : stringify(JSON.parse(damageJson(dice, [JSON.stringify(smallWorld)]))),
      read: worldOf,
      isRefusal: isPlain,
    },
    400,
  )
})

const study = `name: fuzz
experiments:
  - experiment: w2s
    preset: smoke
    seeds: 2
    matrix: { weak: [a, b], strong: [b, c], methods: [[naive], [naive, confidence]] }
  - experiment: deliberate
    preset: smoke
    seeds: [1, 5]
    options: { rl: { steps: 3 } }
`
test('study files', () => {
  expect(parseStudy(study).groups.length).toBeGreaterThan(4)
  return hold(
    {
      name: 'study file',
      whole: study,
      make: (dice) => (dice(2) ? damageText(dice, [study]) : damageJson(dice, [JSON.stringify(parseYaml(study))])),
      read: (yaml) => {
        try {
          return parseStudy(yaml)
        } catch (error) {
          throw error instanceof TypeError ? error : new UsageError((error as Error).message.split('\n')[0]) // as readStudy does
        }
      },
      isRefusal: isError(UsageError),
      check: ({ groups }) => {
        expect(groups.length).toBeGreaterThan(0)
        for (const { id, options } of groups) {
          expect(id).toMatch(/^[a-z0-9-]+$/)
          expect(options.seeds.every((seed) => Number.isInteger(seed) && seed >= 0)).toBe(true)
        }
      },
    },
    300,
  )
})

const benchmarks = new URL('../../../../benchmarks/results/', import.meta.url)
test('benchmark results', () => {
  const sample = readFileSync(new URL('swiftshader-robustness-on.json', benchmarks), 'utf8')
  return hold(
    {
      name: 'benchmark',
      whole: sample,
      make: (dice) => (dice(4) ? damageJson(dice, [sample]) : text(damageBytes(dice, [utf8(sample)]))),
      read: (json) => parseBenchmark(json, 'x.json'),
      isRefusal: isPlain,
    },
    300,
  )
})

test('models', () =>
  hold(
    {
      name: 'model file',
      whole: golden,
      make: (dice) => damageBytes(dice, [golden]),
      read: readModel,
      isRefusal: isError(CorruptFileError),
    },
    300,
  ))
