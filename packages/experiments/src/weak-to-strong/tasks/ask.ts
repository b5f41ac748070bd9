import type { EpisodeFamily } from './family.ts'

export const ask: EpisodeFamily = {
  name: 'ask',
  world: 'episodes',
  about: 'one attribute of a noun, by a model that can also be prompted with examples',
  label: (a, k) => a(k),
}
