import { type BindingFamily, majority } from './family.ts'

export const bvote: BindingFamily = {
  name: 'bvote',
  world: 'binding',
  about: 'the majority of three attributes of the noun before the marker that is asked for',
  label: (a, k) => majority([a(k), a(k + 1), a(k + 3)]),
}
