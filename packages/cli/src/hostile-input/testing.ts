// What the fuzz tests share. Not part of the package.

import { expect } from 'vitest'
import { type Fuzzed, fuzz, mutations } from '../../../../scripts/fuzz/fuzz.ts'

export const utf8 = (text: string) => new TextEncoder().encode(text)
export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
/** Every list cut to its first few, so that lists which belong together keep one length. */
export function shortened(value: unknown, most: number): unknown {
  if (Array.isArray(value)) return value.slice(0, most).map((each) => shortened(each, most))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each, most)]))
}
export const isError =
  (...classes: (new (...args: never[]) => Error)[]) =>
  (error: unknown) =>
    classes.some((type) => error instanceof type)
/** A plain Error, with a sentence of ours. */
export const isPlain = (error: unknown) => error instanceof Error && (error as object).constructor === Error

/** Runs the fuzzer; what is whole has to be accepted (or nothing is put to the test), some of what is damaged refused. */
export async function hold<Input, Value>(
  { whole, ...target }: Fuzzed<Input, Value> & { whole: Input },
  usual: number,
  most = Infinity,
): Promise<void> {
  target.check?.(await target.read(whole), whole)
  const { accepted, mutations: count, slowest, buffers } = await fuzz(target, Math.min(mutations(usual), most))
  if (process.env.NANOALIGN_FUZZ)
    console.log(
      `${target.name}: ${count} inputs, ${accepted} accepted, slowest ${slowest.toFixed(0)} ms, ` +
        `${(buffers / 2 ** 20).toFixed(0)} MiB of buffers at most`,
    )
  expect(accepted, 'accepted').toBeLessThan(count)
}
