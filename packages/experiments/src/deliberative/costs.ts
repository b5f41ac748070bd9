// What training and answering cost in floating-point operations: 2 per parameter and token for a forward pass, 6 for a
// training step (Kaplan et al. 2020, §2.1). Rows are computed at their full padded length, so that is what counts.

import type { PolicyWorld } from '../policy-world/index.ts'
import { type Arm, type ArmName, arms, type Decoding } from './arms.ts'
import type { DeliberativeOptions } from './options.ts'

const FORWARD = 2
const TRAINING = 6

/** Operations to make this arm from the base model, its data and its judge included. */
export function trainingFlops(
  arm: ArmName,
  { generation, sft, rl, judge }: DeliberativeOptions,
  { layout }: PolicyWorld,
  parameters: number,
): number {
  const { sft: tuning, rl: reinforcement }: Arm = arms[arm]
  const row = layout.rowLength * parameters
  const samples = generation.prompts * generation.samples
  const drafts = tuning?.selection === 'critique' ? generation.prompts : 0
  const judgesData = tuning !== undefined && ['judged', 'critique'].includes(tuning.selection)
  // the judge thinks once per request and run, and reads every sample after each of its thoughts
  const judged = judge.kind === 'model' ? judge.runs * (generation.prompts + samples + drafts) : 0
  const data = tuning ? FORWARD * (samples + drafts + (judgesData ? judged : 0)) : 0
  const learning = tuning ? TRAINING * sft.steps * (tuning.stepsFactor ?? 1) * sft.batch : 0
  const rollouts = rl.prompts * rl.samples
  const rewarded = judge.kind === 'model' ? judge.rlRuns * (rl.prompts + rollouts) : 0
  // a step samples, scores under the policy and under its start, and updates
  const reinforcing = reinforcement ? rl.steps * (3 * FORWARD * rollouts + TRAINING * rollouts + FORWARD * rewarded) : 0
  return row * (data + learning + reinforcing)
}

/** Passes over a whole row that one answer takes, at most. */
const PASSES: Record<Decoding, number> = {
  thought: 1,
  direct: 1,
  filler: 1,
  'given-spec': 1,
  'looked-up-spec': 2,
  // draft, the judge's own thought, its reading of the draft, and a second answer
  'self-refine': 4,
}

/** Operations of one answer of so many tokens: the prompt and what was written. */
export function answerFlops(decoding: Decoding, tokens: number, { layout }: PolicyWorld, parameters: number): number {
  return FORWARD * parameters * PASSES[decoding] * (layout.promptLength + tokens)
}
