// A static build: relative URLs, no server code, nothing loaded from elsewhere.

import { defaultClientConditions, defaultServerConditions, defineConfig, type Plugin, runnerImport } from 'vite'

const SOURCE = '@nanoalign/source' // packages are bundled from their TypeScript

export default defineConfig({
  base: './',
  resolve: { conditions: [SOURCE, ...defaultClientConditions] },
  worker: { format: 'es', plugins: () => [] },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  plugins: [reportStyleSheet()],
})

/** The style sheet of reports as `virtual:report.css`: taken at build time, as its module would bring the charts along. */
function reportStyleSheet(): Plugin {
  const id = '\0virtual:report.css'
  return {
    name: 'report-style-sheet',
    resolveId: (source) => (source === 'virtual:report.css' ? id : undefined),
    async load(wanted) {
      if (wanted !== id) return undefined
      const { module } = await runnerImport<typeof import('@nanoalign/experiments')>('@nanoalign/experiments', {
        configFile: false,
        environments: {
          inline: { resolve: { conditions: [SOURCE, ...defaultServerConditions], noExternal: [/^@nanoalign\//] } },
        },
      })
      return `@layer report {\n${module.reportStyle}\n}` // below the app's own rules, whatever their order
    },
  }
}
