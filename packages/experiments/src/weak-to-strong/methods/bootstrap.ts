import type { Method } from './method.ts'

const MOST = 3

/** Burns et al. 2023, Fig. 4. Where the world has fresh items each step labels other ones; otherwise all label the same. */
export const bootstrap: Method = {
  name: 'bootstrap',
  about: 'sizes between supervisor and student label the items for the next one, fresh items where there are some',
  parameter: { usual: MOST, least: 1, most: MOST, whole: true, about: 'most sizes between' },
  async student(bench, most) {
    let teacher = bench.weak
    let draw = 0
    for (const size of stepsBetween(bench.between, most)) {
      teacher = await bench.train({ size, labels: [teacher], draw })
      if (bench.fresh) draw++
    }
    return (await bench.train({ labels: [teacher], draw })).value
  },
}

/** At most so many of the sizes between, evenly over the ladder. */
export function stepsBetween(between: readonly string[], most: number): string[] {
  const count = Math.min(most, between.length)
  return Array.from({ length: count }, (_, i) => between[Math.floor(((i + 0.5) * between.length) / count)])
}
