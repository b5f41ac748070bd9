// A trained model in the GPU's memory, at hand for completing and scoring rows of the world's layout.

import type { Gpu } from '@nanoalign/kernels'
import {
  createSampler,
  createScorer,
  type GPTConfig,
  gptParameters,
  type ModelFile,
  Parameters,
  type Sample,
  type Sampler,
  type Scorer,
} from '@nanoalign/model'
import type { PolicyWorld } from '../policy-world/index.ts'
import { readingWork, samplingWork, total, type Work } from '../work.ts'

/** Rows side by side, unless fewer are wanted. */
const ROWS = 128

export function policyConfig(
  world: PolicyWorld,
  { nLayer, nHead, nEmbd }: { nLayer: number; nHead: number; nEmbd: number },
): GPTConfig {
  return { vocabSize: world.vocabulary.size, blockSize: world.layout.rowLength, nLayer, nHead, nEmbd }
}

/** What completing `rows` prompts costs. */
export function completionWork({ layout: { promptLength, rowLength } }: PolicyWorld, config: GPTConfig, rows: number) {
  return samplingWork(config, { rows, promptLength, length: rowLength })
}

/** What judging `rows` answers to `requests` requests costs: the judge's own thoughts, then the answers read after each. */
export function judgingWork(world: PolicyWorld, config: GPTConfig, requests: number, rows: number, runs: number): Work {
  const read = readingWork(config, { rows: rows * runs, T: world.layout.rowLength, batch: ROWS })
  return total(completionWork(world, config, requests * runs), read)
}

export interface CompleteOptions {
  /** 0 = the most likely token each time */
  temperature: 0 | 1
  /** separates the noise of several calls */
  stream?: number
  /** tokens dictated at places of the completion */
  forced?: readonly ReadonlyMap<number, number>[]
}

export class Engine {
  readonly world: PolicyWorld
  readonly #gpu: Gpu
  readonly #config: GPTConfig
  readonly #parameters: Parameters
  readonly #seed: number
  readonly #rows: number
  readonly #samplers = new Map<number, Promise<Sampler>>()
  #scorer?: Promise<Scorer>

  /** `seed` fixes the noise of temperature 1. @throws Error when the model is not one of this world. */
  constructor(gpu: Gpu, world: PolicyWorld, { config, values }: ModelFile, seed: number, rows = ROWS) {
    if (config.vocabSize !== world.vocabulary.size || config.blockSize !== world.layout.rowLength)
      throw new Error(
        `the model has ${config.vocabSize} words and rows of ${config.blockSize}, the world ${world.vocabulary.size} and ${world.layout.rowLength}`,
      )
    this.world = world
    this.#gpu = gpu
    this.#config = config
    this.#seed = seed
    this.#rows = rows
    this.#parameters = new Parameters(gpu, gptParameters(config))
    this.#parameters.load(values)
  }

  get #shape() {
    const { promptLength, rowLength } = this.world.layout
    return { rows: this.#rows, promptLength, length: rowLength }
  }

  async complete(prompts: readonly Uint32Array[], { temperature, stream, forced }: CompleteOptions): Promise<Sample[]> {
    let sampler = this.#samplers.get(temperature)
    if (!sampler) {
      const options = { ...this.#shape, endToken: this.world.vocabulary.special.end, temperature, seed: this.#seed }
      sampler = createSampler(this.#gpu, this.#config, this.#parameters, options)
      this.#samplers.set(temperature, sampler)
    }
    return (await sampler).sample(prompts, { stream, forced })
  }

  /** Natural log-probability of each token of each completion. */
  async score(rows: readonly { prompt: Uint32Array; completion: Uint32Array }[]): Promise<Float32Array[]> {
    this.#scorer ??= createScorer(this.#gpu, this.#config, this.#parameters, this.#shape)
    return (await this.#scorer).score(rows)
  }

  async destroy(): Promise<void> {
    for (const sampler of this.#samplers.values()) (await sampler).destroy()
    ;(await this.#scorer)?.destroy()
    this.#parameters.destroy()
  }
}
