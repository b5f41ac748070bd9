// The pages, in the order of the menu. All but the home page are loaded when first opened (README.md: how to add one).

import type { ComponentType } from 'preact'

export interface PageEntry {
  /** in the address, after `#/` */
  page: string
  name: string
  /** the page whose entry in the menu stands for this one too; it has none itself */
  within?: string
  load: () => Promise<ComponentType>
}

export const pages: PageEntry[] = [
  {
    page: '',
    name: 'Weak to strong',
    load: async () => (await import('./weak-to-strong/page.tsx')).WeakToStrongPage,
  },
  {
    page: 'games',
    name: 'Weak to strong on games',
    within: '',
    load: async () => (await import('./games/page.tsx')).GamesPage,
  },
  {
    page: 'representations',
    name: 'Hidden states',
    load: async () => (await import('./representations/page.tsx')).RepresentationsPage,
  },
  {
    page: 'deliberative',
    name: 'Deliberation',
    load: async () => (await import('./deliberative/page.tsx')).DeliberativePage,
  },
  {
    page: 'reasoning',
    name: 'Reasoning',
    load: async () => (await import('./reasoning/page.tsx')).ReasoningPage,
  },
  { page: 'card', name: 'System card', load: async () => (await import('./card/page.tsx')).CardPage },
  { page: 'train', name: 'Train', load: async () => (await import('./train/page.tsx')).TrainPage },
  { page: 'kernels', name: 'Kernels', load: async () => (await import('./kernels/page.tsx')).KernelsPage },
  { page: 'runs', name: 'Runs', load: async () => (await import('./runs/page.tsx')).RunsPage },
]
