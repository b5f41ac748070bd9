// The methods by name. To add one: a file like these, and its name in the list.

import { bootstrap } from './bootstrap.ts'
import { confidence } from './confidence.ts'
import { stopTruth, stopWeak } from './early-stopping.ts'
import { ensemble } from './ensemble.ts'
import { filter } from './filter.ts'
import { generative } from './generative.ts'
import { hard } from './hard.ts'
import { kl } from './kl.ts'
import type { Bench, Method, Predictions, TruthBench } from './method.ts'
import { naive } from './naive.ts'
import { product } from './product.ts'
import { releasedConfidence } from './released-confidence.ts'
import { reverseKl } from './reverse-kl.ts'
import { verbaliser } from './verbaliser.ts'

export const methods: readonly Method[] = [
  naive,
  hard,
  confidence,
  releasedConfidence,
  product,
  kl,
  reverseKl,
  filter,
  bootstrap,
  ensemble,
  verbaliser,
  generative,
  stopWeak,
  stopTruth,
]

/** A method with the number that its name gives, such as `filter:0.25`. @throws Error with what there is. */
export function methodNamed(text: string): { method: Method; parameter: number } {
  const [, name, number] = /^([a-z-]+)(?::([\d.]+))?$/.exec(text) ?? []
  const method = methods.find((each) => each.name === name)
  const names = methods.map((each) => (each.parameter ? `${each.name}[:number]` : each.name)).join(', ')
  if (!method) throw new Error(`method "${text}" is not one of ${names}`)
  if (number === undefined) return { method, parameter: method.parameter?.usual ?? Number.NaN }
  const { parameter } = method
  const value = Number(number)
  if (!parameter) throw new Error(`method "${text}": ${name} takes no number`)
  if (!(value >= parameter.least && value <= parameter.most) || (parameter.whole && !Number.isInteger(value)))
    throw new Error(
      `method "${text}": the ${parameter.about} must be ${parameter.whole ? 'a whole number ' : ''}from ${parameter.least} to ${parameter.most}`,
    )
  return { method, parameter: value }
}

/** The student of a method. The truth is asked for only where the method says that it needs it. */
export function studentOf(
  text: string,
  bench: Bench,
  stoppedOnTruth: TruthBench['stoppedOnTruth'],
): Promise<Predictions> {
  const { method, parameter } = methodNamed(text)
  if (typeof method.student === 'function') return method.student(bench, parameter)
  return method.student.withTruth({ ...bench, stoppedOnTruth }, parameter)
}
