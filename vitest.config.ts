import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts'

const SOURCE = '@nanoalign/source' // packages are tested from their TypeScript, without a build

export default defineConfig({
  test: {
    // one file at a time: the software adapter already uses every core, and two at once only disturb each other
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
        test: {
          name: 'node',
          include: ['packages/*/src/**/*.test.ts'],
          pool: 'forks', // Dawn reads VK_ADD_DRIVER_FILES from the real process environment, which a worker thread cannot set
        },
      },
      {
        extends: true,
        resolve: { conditions: [SOURCE, ...defaultClientConditions] },
        optimizeDeps: { exclude: ['webgpu', '@sparticuz/chromium'] },
        test: {
          name: 'browser',
          include: ['packages/kernels/src/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})

function launchOptions() {
  // a run of the node project alone needs no browser
  if (process.argv.includes('--project') && !process.argv.includes('browser')) return {}
  const { executablePath, env } = findChromium()
  return { executablePath, args: CHROMIUM_ARGS, env: { ...process.env, ...env } as Record<string, string> }
}
