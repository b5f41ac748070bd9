// Records the run that is shown where there is no GPU: src/reference/weak-to-strong.json.
//   npx tsx --conditions=@nanoalign/source scripts/record-reference.ts [preset]

import { writeFileSync } from 'node:fs'
import {
  ArtifactStore,
  createRunner,
  hashOf,
  weakToStrong,
  weakToStrongPresets,
  weakToStrongReport,
} from '@nanoalign/experiments'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { createStorage } from 'unstorage'
import packageFile from '../package.json' with { type: 'json' }
import { withGapFigure } from '../src/weak-to-strong/gap-figure.ts'

const preset = (process.argv[2] ?? 'smoke') as keyof typeof weakToStrongPresets
const gpu = await openNodeDevice()
const start = performance.now()
const runner = createRunner({
  store: new ArtifactStore(createStorage()),
  provenance: {},
  onEvent: (event) => event.type === 'stage-done' && console.log(event.label, event.elapsedSeconds.toFixed(1)),
})
const result = await weakToStrong({ gpu, runner }, weakToStrongPresets[preset])
const report = weakToStrongReport(result, {
  adapter: gpu.adapter.name,
  command: `nanoalign w2s --preset ${preset}`,
  date: new Date().toISOString(),
  versions: { nanoalign: packageFile.version, node: process.version },
  details: {
    duration: `${Math.round((performance.now() - start) / 1000)} s`,
    'result hash': hashOf(result),
    ...(preset === 'smoke' && {
      note: 'It is the smallest preset, made to try the machinery: its models are too small for the effect to show.',
    }),
  },
})
const file = new URL('../src/reference/weak-to-strong.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(withGapFigure(report, result))}\n`)
gpu.close()
