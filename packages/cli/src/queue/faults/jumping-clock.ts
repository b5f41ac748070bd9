// A wall clock that jumps by up to a day, forwards and backwards, every 200 ms: as after sleep, or a wrong time server.

if (process.env.CLOCK_JUMPS) {
  const real = Date.now.bind(Date)
  let offset = 0
  Date.now = () => real() + offset
  setInterval(() => {
    offset = (Math.random() * 2 - 1) * 86_400_000
  }, 200).unref()
}
