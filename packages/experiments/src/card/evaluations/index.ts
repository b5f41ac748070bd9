import type { Evaluation } from '../evaluation.ts'
import { decisionBias } from './decision-bias.ts'
import { dialects } from './dialects.ts'
import { disallowedChallenging } from './disallowed-challenging.ts'
import { disallowedMixed } from './disallowed-mixed.ts'
import { disallowedStandard } from './disallowed-standard.ts'
import { fairness } from './fairness.ts'
import { hallucination } from './hallucination.ts'
import { hierarchyConflicts } from './hierarchy-conflicts.ts'
import { hierarchySecrets } from './hierarchy-secrets.ts'
import { hierarchyTutor } from './hierarchy-tutor.ts'
import { jailbreaksAugmented } from './jailbreaks-augmented.ts'
import { jailbreaksGoodness } from './jailbreaks-goodness.ts'
import { jailbreaksKnown } from './jailbreaks-known.ts'
import { jailbreaksSearch } from './jailbreaks-search.ts'
import { overRefusal } from './over-refusal.ts'
import { preference } from './preference.ts'
import { regurgitation } from './regurgitation.ts'
import { thoughtMonitor } from './thought-monitor.ts'

/** In the order of the card. */
export const evaluations: readonly Evaluation[] = [
  disallowedStandard,
  disallowedChallenging,
  disallowedMixed,
  overRefusal,
  jailbreaksKnown,
  jailbreaksAugmented,
  jailbreaksGoodness,
  jailbreaksSearch,
  hallucination,
  fairness,
  decisionBias,
  hierarchyConflicts,
  hierarchySecrets,
  hierarchyTutor,
  regurgitation,
  thoughtMonitor,
  preference,
  dialects,
]
