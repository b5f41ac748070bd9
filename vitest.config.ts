import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        ssr: { resolve: { conditions: ['@nanoalign/source', ...defaultServerConditions] } },
        test: {
          name: 'node',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          pool: 'forks', // Dawn reads VK_ICD_FILENAMES from the real process environment, which a worker thread cannot set
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
