import { type AttributeFamily, majority } from './family.ts'

export const vote: AttributeFamily = {
  name: 'vote',
  world: 'attributes',
  about: 'the majority of three attributes of a noun',
  nouns: 1,
  label: (a, k) => majority([a(k), a(k + 1), a(k + 3)]),
}
