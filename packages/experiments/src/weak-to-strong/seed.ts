// What the steps of one seed have in common: the device, the worlds, and the pretrained models, each made once.

import { trainingFlopsPerToken } from '@nanoalign/model'
import type { Artifact, Runner } from '../stages/stage.ts'
import type { BenchPlace } from './bench.ts'
import type { Finetuned } from './finetune-stage.ts'
import type { WeakToStrongOptions } from './options.ts'
import type { Pretrained, PretrainInputs } from './pretrain-stage.ts'
import type { BaseResult, SeedResult } from './result.ts'
import type { WeakToStrongStages } from './stages.ts'
import type { WorldName } from './tasks/family.ts'
import { familyNamed } from './tasks/index.ts'
import { ladders, type Worlds } from './worlds/index.ts'

export interface Context {
  runner: Runner
  stages: WeakToStrongStages
  worlds: Worlds
  options: WeakToStrongOptions
}

export class Seed {
  readonly context: Context
  readonly seed: number
  readonly #made = new Map<string, Promise<unknown>>()
  readonly #models = new Map<string, Artifact<Pretrained>>()

  constructor(context: Context, seed: number) {
    this.context = context
    this.seed = seed
  }

  /** What pairs and tasks need alike, made once. */
  once<T>(name: string, make: () => Promise<T>): Promise<T> {
    if (!this.#made.has(name)) this.#made.set(name, make())
    return this.#made.get(name) as Promise<T>
  }

  /** The pretrained model of a size; `copy` 0 is the study's own, others have read other corpora. */
  base(world: WorldName, size: string, copy = 0): Promise<Artifact<Pretrained>> {
    const sizeName = copy === 0 ? size : `${size} copy ${copy}` // names the corpus and the initial parameters
    return this.once(`base ${world} ${sizeName}`, async () => {
      const { runner, stages } = this.context
      const label = `seed ${this.seed}: pretrain ${sizeName}${world === 'attributes' ? '' : ` (${world})`}`
      const artifact = await runner.stage(stages.pretrain, this.pretraining(world, size, sizeName), { label })
      if (copy === 0) this.#models.set(`${world} ${size}`, artifact)
      return artifact
    })
  }

  pretraining(world: WorldName, size: string, sizeName = size): PretrainInputs {
    return {
      ...(world !== 'attributes' && { world }),
      ...(world === 'text' && { text: this.context.worlds.textHash }),
      worldSeed: this.seed,
      sizeName,
      size: ladders[world][size],
    }
  }

  /** What the pretrained model of a size answers when it is asked for a task directly. */
  zeroShot(size: string, family: string, k: number): Promise<number[]> {
    return this.once(`zero-shot ${size} ${family}_${k}`, async () => {
      const { runner, stages } = this.context
      const base = await this.base(familyNamed(family).world, size)
      const inputs = { base, worldSeed: this.seed, family, k, prompt: 'item' } as const
      const label = `seed ${this.seed}: ${family}_${k} zero-shot`
      return [...(await runner.stage(stages.prompt, inputs, { label })).value]
    })
  }

  /** The models that were needed so far. */
  models(): SeedResult['models'] {
    const found: SeedResult['models'] = {}
    // in the ladders' order: which was needed first depends on the runner
    for (const world of Object.keys(ladders) as WorldName[])
      for (const size of Object.keys(ladders[world])) {
        const model = this.#models.get(`${world} ${size}`)
        if (model) found[world] = { ...found[world], [size]: this.#described(world, size, model) }
      }
    return found
  }

  #described(world: WorldName, size: string, { value }: Artifact<Pretrained>): BaseResult {
    const ofSize = ladders[world][size]
    const opened = this.context.worlds.open(world, this.seed)
    const T = opened.corpus({ ...ofSize, rows: 32 }, size).rowLength - 1
    return {
      losses: value.losses,
      knowledge: value.knowledge,
      parameters: Object.values(value.model.values).reduce((total, data) => total + data.length, 0),
      rows: ofSize.rows,
      flops: ofSize.rows * T * trainingFlopsPerToken(opened.config(ofSize), T),
    }
  }
}

/** One task of one pair of sizes, with the two models that every analysis refers to. */
export interface Place extends BenchPlace {
  at: Seed
  strongBase: Artifact<Pretrained>
  ceiling: Artifact<Finetuned>
}
