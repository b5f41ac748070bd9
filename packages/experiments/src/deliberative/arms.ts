// The arms of the study: what each is trained on, and how it answers. One entry each; everything else follows from it.

/** How a row of safety data is supervised: the thought and the answer, the answer alone, or filler of equal length and the answer. */
export type Supervision = 'thought' | 'direct' | 'filler'

/** Which of the generated samples become safety data. */
export type Selection = 'judged' | 'unfiltered' | 'single-judge' | 'minimum-judge' | 'critique'

/** How an answer is made: by thinking, at once, after filler, or with the specification in the prompt. */
export type Decoding = 'thought' | 'direct' | 'filler' | 'given-spec' | 'looked-up-spec' | 'self-refine'

export interface Arm {
  /** for tables */
  label: string
  about: string
  sft?: { selection: Selection; supervision: Supervision; stepsFactor?: number; encoded?: boolean }
  rl?: { judgeSeesThought?: boolean; algorithm?: 'expert-iteration' }
  decoding: Decoding
}

const judged = { selection: 'judged' } as const

export const arms = {
  none: { label: 'no safety training', about: 'The base model, trained for capability only.', decoding: 'thought' },
  sft: {
    label: 'deliberative SFT',
    about: 'Thought and answer of the kept samples, the specification taken out of the prompt.',
    sft: { ...judged, supervision: 'thought' },
    decoding: 'thought',
  },
  direct: {
    label: 'direct SFT',
    about: 'The same prompts and answers, without the thought.',
    sft: { ...judged, supervision: 'direct' },
    decoding: 'direct',
  },
  'sft-rl': {
    label: 'deliberative SFT + RL',
    about: 'RL by the judge, which does not see the thought.',
    sft: { ...judged, supervision: 'thought' },
    rl: {},
    decoding: 'thought',
  },
  rl: { label: 'RL only', about: 'RL from the base model.', rl: {}, decoding: 'thought' },
  'direct-rl': {
    label: 'direct SFT + RL',
    about: 'RL of the model that answers at once.',
    sft: { ...judged, supervision: 'direct' },
    rl: {},
    decoding: 'direct',
  },
  'direct-long': {
    label: 'direct SFT, 4 × steps',
    about: 'More compute than deliberative SFT gets, on the same examples.',
    sft: { ...judged, supervision: 'direct', stepsFactor: 4 },
    decoding: 'direct',
  },
  filler: {
    label: 'filler instead of thought',
    about: 'As many tokens before the answer, all the same.',
    sft: { ...judged, supervision: 'filler' },
    decoding: 'filler',
  },
  encoded: {
    label: 'encoded safety prompts too',
    about: 'Half of the safety prompts in an encoding.',
    sft: { ...judged, supervision: 'thought', encoded: true },
    decoding: 'thought',
  },
  unfiltered: {
    label: 'no filter',
    about: 'One well-formed sample of each prompt, whatever the judge says.',
    sft: { selection: 'unfiltered', supervision: 'thought' },
    decoding: 'thought',
  },
  'single-judge': {
    label: 'noisy judge, one run',
    about: 'Filtered by one run of a judge that overlooks defects.',
    sft: { selection: 'single-judge', supervision: 'thought' },
    decoding: 'thought',
  },
  'minimum-judge': {
    label: 'noisy judge, minimum of k',
    about: 'Filtered by the least of k runs of the same judge.',
    sft: { selection: 'minimum-judge', supervision: 'thought' },
    decoding: 'thought',
  },
  critique: {
    label: 'critique and revise',
    about:
      'The model drafts, judges its draft by the specification, and is trained on the answers that passed or were revised, alone.',
    sft: { selection: 'critique', supervision: 'direct' },
    decoding: 'direct',
  },
  'seen-thought': {
    label: 'RL, judge sees the thought',
    about: 'As deliberative SFT + RL, but the judge scores the thought too.',
    sft: { ...judged, supervision: 'thought' },
    rl: { judgeSeesThought: true },
    decoding: 'thought',
  },
  'expert-iteration': {
    label: 'SFT + expert iteration',
    about: 'In place of RL, cross-entropy on the samples that the judge finds good enough.',
    sft: { ...judged, supervision: 'thought' },
    rl: { algorithm: 'expert-iteration' },
    decoding: 'thought',
  },
  'given-spec': {
    label: 'specification given',
    about: 'No training; the clauses of the true category are in the prompt. What the others are distilled from.',
    decoding: 'given-spec',
  },
  'looked-up-spec': {
    label: 'specification looked up',
    about: 'No training; the clauses of the category that the model itself reads out of the request are in the prompt.',
    decoding: 'looked-up-spec',
  },
  'self-refine': {
    label: 'self-refinement',
    about:
      'No training; a draft, which the model judges by the looked-up clauses and writes again when it falls short.',
    decoding: 'self-refine',
  },
} satisfies Record<string, Arm>

export type ArmName = keyof typeof arms
export const armNames = Object.keys(arms) as ArmName[]
