// Reward models on the main pair, one per attribute: students as they are, after generative finetuning (Fig. 10), of
// supervisors that had it as well (Fig. 18), and stopped on the truth (Figs. 7 and 17).

import { askEach } from '../../stages/ask-each.ts'
import type { Artifact } from '../../stages/stage.ts'
import { accuracy } from '../accuracy.ts'
import { createAttributeWorld } from '../attribute-world.ts'
import { REWARD_TEXTS } from '../generative-stage.ts'
import type { Pretrained } from '../pretrain-stage.ts'
import { type RewardResult, short } from '../result.ts'
import type { Preferences, RewardInputs } from '../reward-stage.ts'
import { comparisons } from '../reward-world.ts'
import type { Seed } from '../seed.ts'

export async function rewardModels(at: Seed): Promise<RewardResult[]> {
  const { runner, stages, options } = at.context
  const [weakBase, strongBase] = [
    await at.base('attributes', options.weak),
    await at.base('attributes', options.strong),
  ]
  const ofTask = async (k: number): Promise<RewardResult> => {
    const test = comparisons(createAttributeWorld(at.seed), k, 'test')
    const label = (who: string) => ({ label: `seed ${at.seed}: rm_${k} ${who}` })
    const task = { worldSeed: at.seed, k }
    const reading = (base: Artifact<Pretrained>, who: string) =>
      runner.stage(
        stages.generative,
        { base, worldSeed: at.seed, of: REWARD_TEXTS, k },
        label(`${who} model reads the texts`),
      )
    const supervise = (base: Artifact<Pretrained>, who: string) =>
      runner.stage(
        stages.reward,
        { base, ...task, split: 'A', labels: 'ground-truth', stop: 'never' },
        label(`weak supervisor${who}`),
      )
    const [weak, reader, read] = await Promise.all([
      supervise(weakBase, ''),
      reading(weakBase, 'weak').then((base) => supervise(base, ' that has read the texts')),
      reading(strongBase, 'strong'),
    ])
    const train = (
      base: Artifact<Pretrained>,
      labels: RewardInputs['labels'],
      who: string,
      stop: RewardInputs['stop'] = 'never',
    ) => runner.stage(stages.reward, { base, ...task, split: 'B', labels, stop }, label(who))
    const [
      ceiling,
      generativeCeiling,
      naive,
      flipped,
      generative,
      ofReader,
      generativeOfReader,
      stopped,
      generativeStopped,
    ] = await Promise.all([
      train(strongBase, 'ground-truth', 'strong ceiling'),
      train(read, 'ground-truth', 'strong ceiling that has read the texts'),
      train(strongBase, { weak }, 'student (naive)'),
      train(strongBase, { flipped: weak }, 'student of random errors'),
      train(read, { weak }, 'student (generative)'),
      train(strongBase, { weak: reader }, 'student of a supervisor that has read'),
      train(read, { weak: reader }, 'student (generative) of a supervisor that has read'),
      train(strongBase, { weak }, 'student (stop-truth)', 'ground-truth'),
      train(read, { weak }, 'student (generative, stop-truth)', 'ground-truth'),
    ])
    const zeroShot = await runner.stage(stages.rewardZeroShot, { base: strongBase, ...task }, label('zero-shot'))
    const onTest = (all: Record<string, Artifact<Preferences>>) =>
      Object.fromEntries(Object.entries(all).map(([who, { value }]) => [who, short(value.onTest)]))
    const curve = ({ value }: Artifact<Preferences>) =>
      value.looks.map((look) => accuracy(look.onTest, test.labels.subarray(0, look.onTest.length)))
    return {
      k,
      truth: [...test.labels],
      longer: Array.from(test.labels, (_, pair) => test.lengths[2 * pair + 1] - test.lengths[2 * pair]),
      zeroShot: short(zeroShot.value),
      weak: short(weak.value.onTest),
      generativeWeak: short(reader.value.onTest),
      ceiling: short(ceiling.value.onTest),
      generativeCeiling: short(generativeCeiling.value.onTest),
      students: onTest({
        naive,
        flipped,
        generative,
        'of a reader': ofReader,
        'generative, of a reader': generativeOfReader,
        'stop-truth': stopped,
        'generative, stop-truth': generativeStopped,
      }),
      curves: { weak: curve(weak), naive: curve(naive), generative: curve(generative), ceiling: curve(ceiling) },
    }
  }
  return askEach(
    runner,
    Array.from({ length: options.tasks }, (_, k) => k),
    ofTask,
  )
}
