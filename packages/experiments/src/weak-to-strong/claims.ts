// The paper's claims beside what a run measured: rows of docs/claims.md and of the report. A row appears when the run
// has what it needs; its verdict follows from intervals, by the rules written in claims/.

import { type Block, table } from '../report/report.ts'
import type { Claim } from './claims/claim.ts'
import { errorClaims, simulationClaims } from './claims/errors.ts'
import {
  difficultyClaims,
  labelClaims,
  misfitClaims,
  pretrainingClaims,
  promptClaims,
  saliencyClaims,
} from './claims/further.ts'
import { gridClaims } from './claims/grid.ts'
import { methodClaims } from './claims/methods.ts'
import { rewardClaims } from './claims/reward.ts'
import { suiteClaims } from './claims/suite.ts'
import type { TaskResult, WeakToStrongResult } from './result.ts'

export type { Claim }

/** The rows that a run can fill. Families are judged one by one; a claim that holds in some of them holds partly. */
export function weakToStrongClaims(result: WeakToStrongResult): Claim[] {
  const [seed] = result.seeds
  const has = (part: keyof TaskResult) => seed.tasks.some((task) => task[part] !== undefined)
  return [
    ...methodClaims(result),
    ...suiteClaims(result),
    ...(seed.pairs ? gridClaims(result) : []),
    ...(has('errors') ? errorClaims(result) : []),
    ...(has('simulation') ? simulationClaims(result) : []),
    ...(has('probes') ? saliencyClaims(result) : []),
    ...(has('pretraining') ? pretrainingClaims(result) : []),
    ...(has('labels') ? labelClaims(result) : []),
    ...(has('difficulty') ? difficultyClaims(result) : []),
    ...(has('prompts') ? promptClaims(result) : []),
    ...(seed.reward ? rewardClaims(result) : []),
    ...(result.options.probe ? [] : misfitClaims(result)),
  ]
}

/** What cannot be tested here, with the reason. */
export const untestableClaims: readonly Claim[] = [
  {
    claim: 'Weak-to-strong generalization holds for vision models (AlexNet labels for DINO features)',
    paper: 'App. D.1: PGR about 50 %',
    here: 'no images and no pretrained vision models come with this project',
    verdict: 'not testable here',
  },
  {
    claim: 'Students of ChatGPT-scale reward models recover about a tenth of the gap on human preferences',
    paper: '§4.2, Fig. 3',
    here: 'the comparisons are proprietary; the reward models here judge synthetic texts',
    verdict: 'not testable here',
  },
]

/** The block of a report; nothing where the run was too small to judge (fewer than three seeds, or probes). */
export function claimBlocks(result: WeakToStrongResult): Block[] {
  if (result.seeds.length < 3 || result.options.methods.length < 3 || result.options.probe) return []
  return [
    table({
      caption: 'Claims of the paper, and what this run says',
      columns: ['claim', 'in the paper', 'here', 'verdict'],
      rows: weakToStrongClaims(result).map(({ claim, paper, here, verdict }) => [claim, paper, here, verdict]),
      note: 'A verdict follows from 95 % intervals: it is inconclusive where they do not decide, and partial where families differ.',
    }),
  ]
}

/** Rows of docs/claims.md: each claim with the command that measured it. */
export function claimsMarkdown(claims: readonly Claim[], command: string): string {
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const rows = claims.map(
    ({ claim, paper, here, verdict }) =>
      `| ${[claim, paper, here, verdict].map(cell).join(' | ')} | ${verdict === 'not testable here' ? '–' : `\`${command}\``} |`,
  )
  return ['| claim | in the paper | here | verdict | command |', '|---|---|---|---|---|', ...rows, ''].join('\n')
}
