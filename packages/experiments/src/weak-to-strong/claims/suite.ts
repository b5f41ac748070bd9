// Claims about medians over the tasks of all families, as the paper's Figs. 3 and 5 have them.

import { suiteRows } from '../report-suite.ts'
import type { WeakToStrongResult } from '../result.ts'
import { above, type Claim, pgrText } from './claim.ts'

/** Of the main pair; with one family they would say what its own rows say. */
export function suiteClaims(result: WeakToStrongResult): Claim[] {
  const { families, weak, strong } = result.options
  if (families.length < 2) return []
  const own = suiteRows(result).filter((row) => row.weak === weak && row.strong === strong)
  const [naive, confidence] = ['naive', 'confidence'].map((name) => own.find(({ method }) => method.startsWith(name)))
  if (!naive?.medians.pgr) return []
  const { pgr, tasks, withGap } = naive.medians
  const where = `${weak}→${strong}, ${withGap} of ${tasks} tasks with a gap`
  const rows: Claim[] = [
    {
      claim: 'The median task’s PGR of naive students is above 20 %',
      paper: '§4.2, Fig. 3: medians over 22 tasks above 20 %, for the largest students above 50 %',
      here: `${where}: median ${pgrText(pgr)}`,
      verdict: pgr.low > 0.2 ? 'replicates' : pgr.high < 0.2 ? 'does not replicate' : 'inconclusive',
    },
  ]
  if (confidence?.medians.pgr)
    rows.push({
      claim: `The confidence loss (${confidence.method}) raises the median task’s PGR at the largest gap`,
      paper: '§4.3, Figs. 5, 6: median PGR 25 → 80 %',
      here: `${where}: median ${pgrText(pgr)} naive, ${pgrText(confidence.medians.pgr)} with it`,
      verdict: above(confidence.medians.pgr, pgr),
    })
  return rows
}
