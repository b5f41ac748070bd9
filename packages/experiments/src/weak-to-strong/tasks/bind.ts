import type { BindingFamily } from './family.ts'

export const bind: BindingFamily = {
  name: 'bind',
  world: 'binding',
  about: 'one attribute of the noun before the marker that is asked for',
  label: (a, k) => a(k),
}
