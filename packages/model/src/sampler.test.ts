import { Random } from '@nanoalign/kernels'
import { describe, expect, test } from 'vitest'
import { useGpu } from '../../kernels/src/testing.ts'
import { createDecoder } from './generate.ts'
import { type GPTConfig, gptParameters } from './gpt.ts'
import { Parameters } from './parameters.ts'
import { createSampler } from './sampler.ts'
import { createScorer } from './scorer.ts'

const gpu = useGpu()
const config: GPTConfig = { vocabSize: 37, blockSize: 12, nLayer: 2, nHead: 2, nEmbd: 16 }
const NEVER = 36

function model() {
  const parameters = new Parameters(gpu(), gptParameters(config))
  parameters.initialise(3)
  return parameters
}

function prompts(count: number, length: number): Uint32Array[] {
  const random = new Random(1, 'prompts')
  return Array.from({ length: count }, () => Uint32Array.from({ length }, () => random.integer(NEVER)))
}

const options = { rows: 4, promptLength: 5, length: 12, endToken: NEVER, temperature: 0, seed: 1 }

describe('sampler', () => {
  test('says what the token-by-token decoder says, for any number of prompts', async () => {
    const parameters = model()
    const all = prompts(7, 5)
    const sampler = await createSampler(gpu(), config, parameters, options)
    const samples = await sampler.sample(all)
    const decoder = await createDecoder(gpu(), config, parameters, 7, { temperature: 0 })
    const rows = await decoder.generate(all, 12)
    samples.forEach(({ tokens, ended }, i) => {
      const whole = [...rows[i].slice(5)]
      const end = whole.indexOf(NEVER)
      expect(ended).toBe(end >= 0)
      expect([...tokens]).toEqual(end < 0 ? whole : whole.slice(0, end + 1))
    })
  })

  test('ends at the end token, and takes forced tokens where they are given', async () => {
    const parameters = model()
    const sampler = await createSampler(gpu(), config, parameters, { ...options, endToken: 5 })
    const forced = [
      new Map([
        [1, 8],
        [3, 5],
      ]),
      new Map([[0, 5]]),
      new Map<number, number>(),
    ]
    const [a, b] = await sampler.sample(prompts(3, 5), { forced })
    expect(a.tokens[1]).toBe(8)
    expect(a.tokens.length).toBeLessThanOrEqual(4)
    expect(a.ended).toBe(true)
    expect([...b.tokens]).toEqual([5])
  })

  test('the same seed and stream give the same samples, others do not; it follows the parameters', async () => {
    const parameters = model()
    const sampler = await createSampler(gpu(), config, parameters, { ...options, temperature: 1 })
    const all = prompts(9, 5)
    const words = async (stream: number) => (await sampler.sample(all, { stream })).map(({ tokens }) => tokens.join())
    const first = await words(1)
    expect(await words(1)).toEqual(first)
    expect(await words(2)).not.toEqual(first)
    parameters.initialise(4)
    expect(await words(1)).not.toEqual(first)
  })

  test('bad prompts are named', async () => {
    const sampler = await createSampler(gpu(), config, model(), options)
    await expect(sampler.sample([new Uint32Array(4)])).rejects.toThrow('prompt 0 has 4 tokens but must have 5')
    await expect(sampler.sample([new Uint32Array(5).fill(99)])).rejects.toThrow('token 99, beyond vocabSize 37')
    await expect(sampler.sample(prompts(2, 5), { forced: [] })).rejects.toThrow('forced has 0 entries')
    await expect(createSampler(gpu(), config, model(), { ...options, length: 99 })).rejects.toThrow('length 99')
  })
})

describe('scorer', () => {
  test('the log-probabilities are those that sampling has: frequencies agree', async () => {
    const parameters = model()
    const [prompt] = prompts(1, 5)
    const scorer = await createScorer(gpu(), config, parameters, { rows: 8, promptLength: 5, length: 12 })
    const every = Array.from({ length: 37 }, (_, token) => ({ prompt, completion: Uint32Array.of(token) }))
    const p = (await scorer.score(every)).map(([logProb]) => Math.exp(logProb))
    expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4)
    const sampler = await createSampler(gpu(), config, parameters, { ...options, rows: 512, temperature: 1 })
    const samples = await sampler.sample(Array<Uint32Array>(4096).fill(prompt))
    const counts = new Array<number>(37).fill(0)
    for (const { tokens } of samples) counts[tokens[0]]++
    counts.forEach((count, token) => {
      const sd = Math.sqrt((p[token] * (1 - p[token])) / 4096)
      expect(Math.abs(count / 4096 - p[token])).toBeLessThan(5 * sd + 1e-4)
    })
  })

  test('each token is scored given all before it, whatever batch it is in', async () => {
    const parameters = model()
    const scorer = await createScorer(gpu(), config, parameters, { rows: 2, promptLength: 3, length: 9 })
    const rows = prompts(5, 3).map((prompt, i) => ({ prompt, completion: prompts(5, 6)[i].slice(0, i + 2) }))
    const scores = await scorer.score(rows)
    const alone = await scorer.score([rows[3]])
    expect([...alone[0]]).toEqual([...scores[3]])
    expect(scores.map((row) => row.length)).toEqual([2, 3, 4, 5, 6])
    // a longer prompt moves the boundary, not the numbers
    const later = await createScorer(gpu(), config, parameters, { rows: 2, promptLength: 4, length: 9 })
    const { prompt, completion } = rows[4]
    const [moved] = await later.score([
      { prompt: Uint32Array.of(...prompt, completion[0]), completion: completion.slice(1) },
    ])
    moved.forEach((value, i) => {
      expect(value).toBeCloseTo(scores[4][i + 1], 4)
    })
    await expect(scorer.score([{ prompt, completion: new Uint32Array(7) }])).rejects.toThrow('3 + 7 tokens')
  })
})
