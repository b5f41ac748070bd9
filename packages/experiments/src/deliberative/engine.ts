// A trained model at hand for sampling and scoring in the world's fixed layout.

import type { Gpu } from '@nanoalign/kernels'
import {
  createSampler,
  createScorer,
  type GPTConfig,
  gptParameters,
  type ModelFile,
  Parameters,
  type Sample,
} from '@nanoalign/model'
import type { PolicyWorld } from '../policy-world/index.ts'

/** Rows that are sampled side by side. */
const ROWS = 128

/** The row of tokens that a thought or answer is forced to be at; anything else is free. */
const FREE = 0xffffffff

export function policyConfig(
  world: PolicyWorld,
  { nLayer, nHead, nEmbd }: { nLayer: number; nHead: number; nEmbd: number },
): GPTConfig {
  return { vocabSize: world.vocabulary.size, blockSize: world.layout.rowLength, nLayer, nHead, nEmbd }
}

/** The model in the GPU's memory. `destroy` frees it. */
export class Engine {
  readonly gpu: Gpu
  readonly world: PolicyWorld
  readonly config: GPTConfig
  readonly parameters: Parameters

  constructor(gpu: Gpu, world: PolicyWorld, { config, values }: ModelFile) {
    this.gpu = gpu
    this.world = world
    this.config = config
    this.parameters = new Parameters(gpu, gptParameters(config))
    this.parameters.load(values)
  }

  /**
   * One completion of each prompt. `after[i]` are tokens that follow prompt i whatever the model would say; they are
   * part of the completion. `forced[i]` maps places in the completion to tokens.
   */
  async complete(
    prompts: readonly Uint32Array[],
    {
      temperature,
      seed = 0,
      stream = 0,
      forced,
    }: { temperature: number; seed?: number; stream?: number; forced?: readonly ReadonlyMap<number, number>[] },
  ): Promise<Sample[]> {
    const { gpu, world, config, parameters } = this
    const { promptLength, rowLength } = world.layout
    const rows = Math.min(ROWS, Math.max(1, prompts.length))
    const { end, cut } = world.vocabulary.special
    const options = { rows, length: rowLength, endToken: end, banned: [cut], temperature, seed }
    const sampler = await createSampler(gpu, config, parameters, options)
    try {
      const tables = forced?.map((places) => {
        const table = new Uint32Array(rowLength - promptLength).fill(FREE)
        for (const [place, token] of places) table[place] = token
        return table
      })
      return await sampler.sample(prompts, { stream, forced: tables })
    } finally {
      sampler.destroy()
    }
  }

  /** Natural log-probability of each token of each completion, given its prompt and what comes before. */
  async score(rows: readonly { prompt: Uint32Array; completion: Uint32Array }[]): Promise<Float32Array[]> {
    const { gpu, world, config, parameters } = this
    const scorer = await createScorer(gpu, config, parameters, {
      rows: Math.min(ROWS, Math.max(1, rows.length)),
      length: world.layout.rowLength,
    })
    try {
      return await scorer.score(
        rows.map(({ prompt, completion }) => {
          const tokens = new Uint32Array(prompt.length + completion.length)
          tokens.set(prompt)
          tokens.set(completion, prompt.length)
          return { tokens, from: prompt.length }
        }),
      )
    } finally {
      scorer.destroy()
    }
  }

  destroy(): void {
    this.parameters.destroy()
  }
}
