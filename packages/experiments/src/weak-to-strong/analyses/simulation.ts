// Supervisors that the student can simulate perfectly (appendix E.1, Fig. 24): probes on the first features of the strong
// model, whose labels train probes on all of them; beside as many errors at random, which nothing simulates.

import { Random } from '@nanoalign/kernels'
import { fitProbe } from '../logistic-regression.ts'
import { activationsOf } from '../probing.ts'
import { short, type TaskResult } from '../result.ts'
import type { Place } from '../seed.ts'

const SHARES = [1 / 8, 1 / 4, 1 / 2]

export async function simulatable(place: Place): Promise<TaskResult['simulation']> {
  const { at, strongBase, family, k, label } = place
  const { runner, stages, worlds } = at.context
  const features = await activationsOf(
    runner,
    stages,
    { base: strongBase, worldSeed: at.seed, family, k },
    label('features'),
  )
  if (features.B.length === 0) return [] // in a plan nothing is known of the features
  const truth = { A: worlds.task(at.seed, family, k, 'A').labels, B: worlds.task(at.seed, family, k, 'B').labels }
  const width = features.B.length / truth.B.length
  return SHARES.map((share) => {
    const count = Math.max(1, Math.round(share * width))
    const first = (all: Float32Array) => columns(all, width, count)
    const supervisor = fitProbe(first(features.A), truth.A)
    const labels = supervisor.predict(first(features.B)).map((p) => Number(p > 0.5))
    const wrong = labels.filter((label, i) => label !== truth.B[i]).length
    const order = new Random(at.seed, `w2s/simulation/${family}_${k}`).shuffle(Array.from(truth.B.keys()))
    const random = Float32Array.from(truth.B)
    for (const i of order.slice(0, wrong)) random[i] = 1 - random[i]
    const student = (of: Float32Array) => short(fitProbe(features.B, of).predict(features.test))
    return {
      features: count,
      weak: short(supervisor.predict(first(features.test))),
      student: student(labels),
      ofRandom: student(random),
    }
  })
}

/** The first `count` columns of (rows, width). */
function columns(all: Float32Array, width: number, count: number): Float32Array {
  return Float32Array.from(
    { length: (all.length / width) * count },
    (_, i) => all[Math.floor(i / count) * width + (i % count)],
  )
}
