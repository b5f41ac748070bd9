// Claims about reward models.

import { allReadOverNone, rewardRows } from '../report-reward.ts'
import type { WeakToStrongResult } from '../result.ts'
import { bySign, type Claim, pgrText, points, share } from './claim.ts'

export function rewardClaims(result: WeakToStrongResult): Claim[] {
  const { weak, strong } = result.options
  const of = Object.fromEntries(rewardRows(result).map((row) => [row.who, row]))
  const { naive, flipped, generative } = of
  const [allRead, difference] = [of['generative, of a reader'], allReadOverNone(result)]
  const [stopped, readAndStopped] = [of['stop-truth'], of['generative, stop-truth']]
  const few: Claim['verdict'] = !naive.pgr
    ? 'inconclusive'
    : naive.pgr.high < 0.3
      ? 'replicates'
      : naive.pgr.low > 0.2
        ? 'does not replicate'
        : 'inconclusive'
  return [
    {
      claim: 'Reward models recover little of the gap',
      paper: '§4.2, Fig. 3: PGR about 10 %, almost never above 20 %',
      here: `rm ${weak}→${strong}: supervisor ${share(of.weak.accuracy)}, student ${share(naive.accuracy)}, ceiling ${share(of.ceiling.accuracy)}, zero-shot ${share(of.zeroShot.accuracy)}, ${pgrText(naive.pgr)}; with random errors ${pgrText(flipped.pgr)}`,
      verdict: few,
    },
    {
      claim: 'Generative finetuning on the task’s texts raises reward-model PGR',
      paper: '§5.2.2, Fig. 10: +10 to +20 points, even against the raised ceiling',
      here: `rm ${weak}→${strong}: ${points(generative.overNaive!)} over naive; ${pgrText(generative.pgr)} against the plain ceiling, ${pgrText(generative.raisedPgr)} against one that has read the texts too (${share(of.generativeCeiling.accuracy)})`,
      verdict: bySign(generative.overNaive!),
    },
    {
      claim: 'Where supervisors have read the texts, too, generative finetuning raises reward-model PGR',
      paper: 'Fig. 18: PGR also improves where supervisors read the texts as well',
      here: `rm ${weak}→${strong}: supervisor ${share(of.weak.accuracy)}, after reading ${share(of.generativeWeak.accuracy)}; ${pgrText(naive.pgr)} where nobody has read, ${pgrText(allRead.raisedPgr)} where all have (supervisor, student, ceiling)${difference ? `: ${points(difference)} of PGR` : ''}`,
      verdict: difference ? bySign(difference) : 'inconclusive',
    },
    {
      claim:
        'Stopping early on true preferences would help reward models: they over-fit to weak ones within the finetuning',
      paper: '§5.1.1, Figs. 7, 17: about 5 points of PGR; 30 to 40 % in all after generative finetuning',
      here: `rm ${weak}→${strong}: ${points(stopped.overNaive!)} over naive, ${pgrText(stopped.pgr)}; after generative finetuning ${pgrText(readAndStopped.pgr)}, against ${pgrText(generative.pgr)} at the end`,
      verdict: bySign(stopped.overNaive!),
    },
    {
      claim: 'A cue that is easy to imitate (length) is taken over from the supervisor',
      paper: 'App. E.2: errors that follow prompt length are imitated fastest',
      here: `accuracy where the longer text is worse: supervisor ${share(of.weak.conflict)}, student ${share(naive.conflict)}, with random errors ${share(flipped.conflict)}, ceiling ${share(of.ceiling.conflict)}`,
      verdict:
        naive.conflict.high < flipped.conflict.low
          ? 'replicates'
          : naive.conflict.low > flipped.conflict.high
            ? 'does not replicate'
            : 'inconclusive',
    },
  ]
}
