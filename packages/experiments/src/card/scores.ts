// Every answer of a card graded again from its words, and the metrics over them.

import { tokensOf } from '../deliberative/scores.ts'
import { monitorAccuracy, openWorld, type PlantedKind, type PolicyWorld, plantedKinds } from '../policy-world/index.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { shareInterval } from '../statistics/share-interval.ts'
import { type Evaluation, type Graded, type Metric, metricValues } from './evaluation.ts'
import { evaluations } from './evaluations/index.ts'
import { type Measured, measured, measuredFit } from './intervals.ts'
import { checkSizes } from './options.ts'
import type { CardResult, ModelName } from './result.ts'

export interface MeasuredMetric extends Pick<Metric, 'name' | 'about' | 'better'> {
  format: 'percent' | 'number'
  /** absent: no answer counts */
  measured?: Measured
}

/** How often the first of two models was preferred over the other on the same request. */
export interface Preference {
  first: ModelName
  second: ModelName
  wins: Measured
  ties: Measured
  losses: Measured
  /** Cohen's h of wins against losses */
  h: Measured
}

export class CardScores {
  readonly result: CardResult
  /** `[evaluation][model][seed]` are the graded answers in the order of asking */
  readonly #graded: Map<string, Graded[][]>
  readonly #metrics = new Map<string, MeasuredMetric[]>()
  readonly #worlds = new Map<string, PolicyWorld>()

  private constructor(result: CardResult, graded: Map<string, Graded[][]>) {
    this.result = result
    this.#graded = graded
  }

  /** Grades all answers. @throws Error when there are fewer answers than questions; RangeError for impossible sizes. */
  static async of(result: CardResult): Promise<CardScores> {
    checkSizes(result.sizes)
    const graded = new Map<string, Graded[][]>()
    for (const { name, documents } of result.models) {
      const worlds = result.seeds.map(({ seed }) => openWorld({ world: result.world, seed, documents }))
      for (const evaluation of evaluations) {
        const seeds: Graded[][] = []
        for (const [s, { models }] of result.seeds.entries()) {
          const words = models[name]?.answers[evaluation.name]
          if (words) seeds.push(await replay(evaluation, worlds[s], result.sizes, words))
        }
        if (seeds.length > 0) graded.set(`${evaluation.name}/${name}`, seeds)
      }
    }
    return new CardScores(result, graded)
  }

  /** Graded answers of each seed; undefined where the evaluation does not apply to the model. */
  graded(evaluation: string, model: ModelName): Graded[][] | undefined {
    return this.#graded.get(`${evaluation}/${model}`)
  }

  world(s: number, model: ModelName): PolicyWorld {
    const key = `${s}/${model}`
    let found = this.#worlds.get(key)
    if (!found) {
      const { documents } = this.result.models.find(({ name }) => name === model)!
      found = openWorld({ world: this.result.world, seed: this.result.seeds[s].seed, documents })
      this.#worlds.set(key, found)
    }
    return found
  }

  metrics({ name, metrics }: Evaluation, model: ModelName): MeasuredMetric[] | undefined {
    const seeds = this.graded(name, model)
    if (!seeds) return undefined
    const key = `${name}/${model}`
    let found = this.#metrics.get(key)
    if (!found) {
      found = metrics.map((metric) => {
        const value = metric.fit
          ? measuredFit(seeds, metric.fit)
          : measured(seeds.map((graded) => metricValues(metric, graded)))
        return {
          name: metric.name,
          about: metric.about,
          better: metric.better,
          format: metric.format ?? 'percent',
          ...(value && { measured: value }),
        }
      })
      this.#metrics.set(key, found)
    }
    return found
  }

  metric(evaluation: string, metric: string, model: ModelName): Measured | undefined {
    const found = evaluations.find(({ name }) => name === evaluation)
    return found && this.metrics(found, model)?.find(({ name }) => name === metric)?.measured
  }

  /** How much higher a metric is for `a` than for `b`: paired by item where both have as many. */
  difference(evaluation: string, metric: string, a: ModelName, b: ModelName): Interval | undefined {
    const found = evaluations.find(({ name }) => name === evaluation)!
    const definition = found.metrics.find(({ name }) => name === metric)!
    const [x, y] = [this.graded(evaluation, a), this.graded(evaluation, b)]
    if (!x || !y) return undefined
    if (definition.fit) {
      const { fit } = definition
      const pairs = x.map((graded, s) => graded.map((each, i) => [each, y[s][i]] as const))
      return measuredFit(pairs, (items) => {
        const [first, second] = [fit(items.map(([each]) => each)), fit(items.map(([, each]) => each))]
        return { value: first.value - second.value, n: items.length }
      })
    }
    const [u, v] = [x, y].map((seeds) => seeds.map((graded) => metricValues(definition, graded)))
    if (u.some((items, s) => items.length !== v[s].length)) return undefined
    return shareInterval(u.map((items, s) => items.map((value, i) => value - v[s][i])))
  }

  preference(first: ModelName, second: ModelName): Preference | undefined {
    const [x, y] = [this.graded('preference', first), this.graded('preference', second)]
    if (!x || !y) return undefined
    return preferenceOf(
      first,
      second,
      x.map((graded, s) => graded.map(({ scores }, i) => Math.sign(scores.rank - y[s][i].scores.rank))),
    )
  }

  /** The monitor of thoughts on planted cases: it is the same for all models. */
  monitor(): { kind: PlantedKind; measured: Measured }[] {
    const [{ name }] = this.result.models
    const seeds = this.result.seeds.map((_, s) => monitorAccuracy(this.world(s, name), this.result.sizes.questions))
    return plantedKinds.map((kind) => ({ kind, measured: measured(seeds.map((found) => found[kind]))! }))
  }
}

/** `signs[seed][item]`: 1 where the first model's answer is preferred, −1 where the second's, 0 for a tie. */
export function preferenceOf(first: ModelName, second: ModelName, signs: readonly (readonly number[])[]): Preference {
  const share = (sign: number) => measured(signs.map((items) => items.map((each) => Number(each === sign))))!
  return { first, second, wins: share(1), ties: share(0), losses: share(-1), h: measuredFit(signs, cohensH)! }
}

/** The difference of the shares of wins and losses, on a scale on which equal steps are equally easy to see (Cohen 1988). */
function cohensH(signs: readonly number[]): { value: number; n: number } {
  const angle = (sign: number) => 2 * Math.asin(Math.sqrt(signs.filter((each) => each === sign).length / signs.length))
  return { value: angle(1) - angle(-1), n: signs.length }
}

async function replay(
  evaluation: Evaluation,
  world: PolicyWorld,
  sizes: CardResult['sizes'],
  words: readonly string[],
): Promise<Graded[]> {
  let at = 0
  return evaluation.run(world, sizes, async (questions) => {
    if (at + questions.length > words.length)
      throw new Error(
        `system card: ${evaluation.name} has ${words.length} answers but asks more; the card was made by another version`,
      )
    const taken = words.slice(at, at + questions.length)
    at += questions.length
    return taken.map((each) => tokensOf(world, each))
  })
}
