/** Share of items where P(label = 1) > ½ agrees with the label. */
export function accuracy(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0
  for (let i = 0; i < labels.length; i++) if (Number(probabilities[i] > 0.5) === labels[i]) right++
  return right / labels.length
}

/** Share of items where two models (or a model and labels) are on the same side of ½. */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let same = 0
  for (let i = 0; i < a.length; i++) if (a[i] > 0.5 === b[i] > 0.5) same++
  return same / a.length
}
