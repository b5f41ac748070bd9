import { type AttributeFamily, majority } from './family.ts'

export const maj: AttributeFamily = {
  name: 'maj',
  world: 'attributes',
  about: 'the majority of three nouns in one attribute',
  nouns: 3,
  label: (a, k) => majority([a(k, 0), a(k, 1), a(k, 2)]),
}
