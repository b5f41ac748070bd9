import type { Method } from './method.ts'

/** Burns et al. 2023, Fig. 4. Unlike there, every step labels the same items: the world has no fresh ones. */
export const bootstrap: Method = {
  name: 'bootstrap',
  about: 'each size between labels the items for the next one',
  async student(bench) {
    let teacher = bench.weak
    for (const size of bench.between) teacher = await bench.train({ size, labels: [teacher] })
    return (await bench.train({ labels: [teacher] })).value
  },
}
