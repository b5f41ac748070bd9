// Gain and misfit (Charikar et al. 2024, arXiv 2405.15116): where a student is the best fit to its supervisor within a
// convex class that holds the truth, its gain over the supervisor is at least its misfit, how far it is from it. With
// squared error, linear students and the truth in their span the two are equal (Pythagoras).

/** Means over the items of squared differences: (weak − truth)² − (student − truth)², and (student − weak)². */
export function gainAndMisfit(
  weak: ArrayLike<number>,
  student: ArrayLike<number>,
  truth: ArrayLike<number>,
): { gain: number; misfit: number } {
  let gain = 0
  let misfit = 0
  for (let i = 0; i < truth.length; i++) {
    gain += (weak[i] - truth[i]) ** 2 - (student[i] - truth[i]) ** 2
    misfit += (student[i] - weak[i]) ** 2
  }
  return { gain: gain / truth.length, misfit: misfit / truth.length }
}
