// Puts the report of a finished card where the page shows it when there is no GPU: src/reference/card.json. Failing answers
// are kept a few of each, so that the file stays small.
//   npx nanoalign card --preset quick
//   npx tsx --conditions=@nanoalign/source scripts/record-card.ts runs/card-quick-…/card/index.html

import { readFileSync, writeFileSync } from 'node:fs'
import type { Report } from '@nanoalign/experiments'

const MOST = 5
const html = readFileSync(process.argv[2], 'utf8')
const report: Report = JSON.parse(html.match(/<script type="application\/json" id="report">(.*)<\/script>/)![1])
for (const block of report.blocks)
  if (block.kind === 'examples' && block.examples.length > MOST) {
    block.examples = block.examples.slice(0, MOST)
    block.note = `The first ${MOST}; a card made here has all of them.`
  }
writeFileSync(new URL('../src/reference/card.json', import.meta.url), `${JSON.stringify(report)}\n`)
