// A wall clock that jumps by up to a day, forwards and backwards, every 200 ms: as after sleep, or a wrong time server.
// CLOCK_JUMPS is the seed of the jumps.

import { Random } from '@nanoalign/kernels'

if (process.env.CLOCK_JUMPS) {
  const random = new Random(Number(process.env.CLOCK_JUMPS), 'jumps of the clock')
  const real = Date.now.bind(Date)
  let offset = 0
  Date.now = () => real() + offset
  setInterval(() => {
    offset = (random.uniform() * 2 - 1) * 86_400_000
  }, 200).unref()
}
