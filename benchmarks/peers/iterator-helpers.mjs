// jax-js uses ES2025 iterator helpers, which Node 20 lacks (Node 22 has them).

const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
const helpers = {
  *map(f) {
    let i = 0
    for (const x of this) yield f(x, i++)
  },
  *filter(f) {
    let i = 0
    for (const x of this) if (f(x, i++)) yield x
  },
  *flatMap(f) {
    let i = 0
    for (const x of this) yield* f(x, i++)
  },
  toArray() {
    return [...this]
  },
  some(f) {
    return [...this].some((x, i) => f(x, i))
  },
  every(f) {
    return [...this].every((x, i) => f(x, i))
  },
  find(f) {
    return [...this].find((x, i) => f(x, i))
  },
  reduce(...args) {
    return [...this].reduce(...args)
  },
  forEach(f) {
    for (const [i, x] of [...this].entries()) f(x, i)
  },
}
for (const [name, value] of Object.entries(helpers))
  if (!prototype[name]) Object.defineProperty(prototype, name, { value, configurable: true, writable: true })
