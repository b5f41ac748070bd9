// What of an unfinished study is done, so that its report can grow while it runs.

export interface Part<Result> {
  /** Of what is done, so that the study's report can be made of it: its options, where it has some, say what that is. */
  result: Result
  /** What is still to come, in whole or in part, in words. */
  missing: string[]
}

/** Hears, whenever more is done that a report can show, how to make a part of it; that costs something, so make it only to show it. */
export type OnPart<Result> = (make: () => Part<Result>) => void

/** `seeds 2, 3`, for {@link Part.missing}; nothing where none is left. */
export function seedsLeft(all: readonly number[], done: readonly number[]): string[] {
  const left = all.filter((seed) => !done.includes(seed))
  return left.length === 0 ? [] : [`${left.length === 1 ? 'seed' : 'seeds'} ${left.join(', ')}`]
}
