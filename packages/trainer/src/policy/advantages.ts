// From rewards to the weights of a policy-gradient update: loss = Σ weight·(−log p) over the completion's tokens.

export type PolicyAlgorithm = 'reinforce' | 'grpo' | 'dr-grpo' | 'ppo' | 'expert-iteration'

export const policyAlgorithms: readonly PolicyAlgorithm[] = ['reinforce', 'grpo', 'dr-grpo', 'ppo', 'expert-iteration']

/**
 * Advantages of the samples of one prompt.
 * - `grpo`, `ppo`: (r − mean) / (sd + 0.1·10⁻³) (Shao et al. 2024, DeepSeekMath, §4.1);
 * - `reinforce`, `dr-grpo`: r − mean (Liu et al. 2025, “Understanding R1-Zero-like training”, drop the division);
 * - `expert-iteration`: 1 for the samples with the full reward 1, else 0 (Anthony et al. 2017).
 */
export function advantages(algorithm: PolicyAlgorithm, rewards: readonly number[]): number[] {
  if (algorithm === 'expert-iteration') return rewards.map((reward) => Number(reward >= 1))
  const mean = rewards.reduce((a, b) => a + b, 0) / rewards.length
  const centred = rewards.map((reward) => reward - mean)
  if (algorithm === 'reinforce' || algorithm === 'dr-grpo') return centred
  const sd = Math.sqrt(centred.reduce((sum, x) => sum + x * x, 0) / rewards.length)
  return centred.map((x) => x / (sd + 1e-4))
}

/**
 * What one token's advantage is divided by. `grpo` and `ppo` average within each completion first, so that a token of a
 * long one counts less; `reinforce` and `dr-grpo` use one constant; `expert-iteration` the number of tokens learned.
 */
export function divisor(
  algorithm: PolicyAlgorithm,
  {
    samples,
    completionLength,
    longest,
    learnedTokens,
  }: Record<'samples' | 'completionLength' | 'longest' | 'learnedTokens', number>,
): number {
  if (algorithm === 'expert-iteration') return Math.max(1, learnedTokens)
  if (algorithm === 'grpo' || algorithm === 'ppo') return samples * completionLength
  return algorithm === 'dr-grpo' ? samples * longest : samples
}

/**
 * d/d(log p) of the penalty k3 = e^(ref − log p) − (ref − log p) − 1, an unbiased estimate of KL(policy ‖ reference)
 * whose every value is ≥ 0 (Schulman 2020). Added to a token's weight with the sign of a loss.
 */
export const k3Slope = (logProb: number, reference: number) => 1 - Math.exp(reference - logProb)

export const k3 = (logProb: number, reference: number) => Math.exp(reference - logProb) - (reference - logProb) - 1

/** Whether the clipped objective min(ratio·A, clip(ratio)·A) still has a slope (Schulman et al. 2017, eq. 7). */
export function isClipped(ratio: number, advantage: number, clip: number): boolean {
  return advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip
}
