import type { AttributeFamily } from './family.ts'

export const attr: AttributeFamily = {
  name: 'attr',
  world: 'attributes',
  about: 'one attribute of a noun',
  nouns: 1,
  label: (a, k) => a(k),
}
