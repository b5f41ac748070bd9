// What the study does when it is not told in detail.

import type { WeakToStrongOptions } from './options.ts'

const everyMethod = [
  'naive',
  'hard',
  'confidence',
  'confidence:0.75',
  'logconf',
  'product',
  'kl',
  'reverse-kl',
  'filter',
  'bootstrap',
  'ensemble',
  'verbaliser',
  'generative',
  'stop-weak',
  'stop-truth',
]
const everyAnalysis = [
  'errors',
  'saliency',
  'reward',
  'pretraining',
  'labels',
  'difficulty',
  'simulation',
  'prompting',
] as const

export const weakToStrongPresets: Record<'smoke' | 'quick' | 'laptop' | 'full', WeakToStrongOptions> = {
  smoke: { weak: 'a', strong: 'b', seeds: [1, 2], families: ['attr'], tasks: 1, methods: ['naive', 'confidence'] },
  quick: { weak: 'c', strong: 'f', seeds: [1, 2, 3], families: ['attr'], tasks: 8, methods: ['naive', 'confidence'] },
  laptop: {
    weak: 'b',
    strong: 'f',
    seeds: [1, 2, 3],
    families: ['attr', 'vote', 'bind'],
    tasks: 4,
    methods: everyMethod.filter((method) => method !== 'kl'), // the same as naive
    grid: { weak: ['b', 'c', 'd'], strong: ['c', 'd', 'f'] },
    analyses: [...everyAnalysis],
  },
  full: {
    weak: 'b',
    strong: 'j',
    seeds: [1, 2, 3, 4, 5],
    families: ['attr', 'vote', 'mux', 'maj', 'bind', 'bvote', 'ask', 'next', 'ends'],
    tasks: 8,
    methods: everyMethod,
    grid: {
      weak: ['a', 'b', 'c', 'd', 'f', 'g', 'h', 'i', 'j'],
      strong: ['a', 'b', 'c', 'd', 'f', 'g', 'h', 'i', 'j'],
    },
    analyses: [...everyAnalysis],
  },
}
