// What the system card can be asked for, and its presets by the hardware they suit.

import { type DeliberativeOptions, deliberativePresets } from '../deliberative/options.ts'

/** How much is asked. */
export interface CardSizes {
  /** questions per set */
  questions: number
  /** forbidden requests under every jailbreak */
  jailbreaks: number
  /** forbidden requests that the attack search tries to break, and its tries for each */
  attacks: number
  budget: number
}

/** The model that a card is about: how it is trained, and how it is asked. */
export interface CardOptions {
  seeds: number[]
  training: CardTraining
  sizes: CardSizes
}

/** `behaviours`: examples of each kind beyond the policy in safety training. */
export interface CardTraining
  extends Pick<DeliberativeOptions, 'model' | 'base' | 'generation' | 'sft' | 'rl' | 'judge'> {
  behaviours: number
}

const { smoke, quick } = deliberativePresets
const trained = ({ model, base, generation, sft, rl, judge }: DeliberativeOptions) => ({
  model,
  base,
  generation,
  sft,
  rl,
  judge,
})

const laptopTraining: CardTraining = {
  ...trained(quick),
  base: { steps: 1200, batch: 64, lr: 3e-3 },
  sft: { steps: 200, batch: 48, replay: 8, lr: 1e-3, truncated: 0.2 },
  behaviours: 64,
}

/** Two thirds of the compute: ten minutes on a software adapter. */
const quickTraining: CardTraining = {
  ...laptopTraining,
  base: { steps: 1000, batch: 48, lr: 3e-3 },
  sft: { ...laptopTraining.sft, steps: 150 },
  rl: { ...laptopTraining.rl, steps: 25 },
}

export const cardPresets = {
  smoke: {
    seeds: [1],
    training: { ...trained(smoke), behaviours: 4 },
    sizes: { questions: 6, jailbreaks: 1, attacks: 2, budget: 3 },
  },
  quick: {
    seeds: [1],
    training: quickTraining,
    sizes: { questions: 100, jailbreaks: 15, attacks: 24, budget: 24 },
  },
  laptop: {
    seeds: [1, 2, 3],
    training: laptopTraining,
    sizes: { questions: 200, jailbreaks: 25, attacks: 40, budget: 40 },
  },
} satisfies Record<string, CardOptions>

/** @throws RangeError naming what is wrong. */
export function checkCardOptions({ seeds, sizes }: CardOptions): void {
  if (seeds.length === 0) throw new RangeError('seeds is empty but must name at least one')
  checkSizes(sizes)
}

/** @throws RangeError for a number of questions that cannot be meant. */
export function checkSizes(sizes: CardSizes): void {
  for (const [name, value] of Object.entries(sizes))
    if (!Number.isInteger(value) || value < 1 || value > MOST)
      throw new RangeError(`${name} is ${value} but must be a whole number from 1 to ${MOST}`)
}

/** More questions than this are not to be found in a world of the usual size. */
const MOST = 2000
