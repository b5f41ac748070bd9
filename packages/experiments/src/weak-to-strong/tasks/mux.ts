import type { AttributeFamily } from './family.ts'

export const mux: AttributeFamily = {
  name: 'mux',
  world: 'attributes',
  about: 'one of two attributes of a noun, chosen by a third',
  nouns: 1,
  label: (a, k) => (a(k) === 1 ? a(k + 1) : a(k + 3)),
}
