// How an experiment asks for parts that do not need each other.

import type { Runner } from './stage.ts'

/**
 * What `ask` gives for each item. All are asked for at once, so that a queue can spread their stages; where the runner
 * computes one stage at a time anyway, one after another, so that the first item is complete before the second begins.
 */
export async function askEach<Item, Output>(
  runner: Runner,
  items: readonly Item[],
  ask: (item: Item, index: number) => Promise<Output>,
): Promise<Output[]> {
  if (!runner.oneAtATime) return Promise.all(items.map(ask))
  const outputs: Output[] = []
  for (const [i, item] of items.entries()) outputs.push(await ask(item, i))
  return outputs
}
