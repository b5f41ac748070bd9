import { reasoningFamilies, reasoningPresets } from '@nanoalign/experiments'
import type { PolicyAlgorithm } from '@nanoalign/trainer'
import { learningToReason, systemCardPaper } from '../report/papers.ts'
import { CheckList, NumberList } from '../study/fields.tsx'
import { RewardCharts } from '../study/reward-charts.tsx'
import { PresetSelect, Setup } from '../study/setup.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { config } from './config.ts'
import { session } from './session.ts'

const algorithms: Record<PolicyAlgorithm, string> = {
  reinforce: 'the reward less its mean over the samples of one problem',
  grpo: 'this divided by their standard deviation; each token of a long sample counts less',
  'dr-grpo': 'as reinforce, for longest possible samples',
  ppo: 'as grpo, with three clipped updates on each batch of samples',
  'expert-iteration': 'learning from the right samples alone',
}

export function ReasoningPage() {
  return (
    <StudyPage
      session={session}
      title="Does a model that may think longer answer better?"
      lede={
        <>
          A small language model knows slow and fast ways to an answer, and has the habit of the fast one. Rewarded for
          right answers alone, it learns to think; watch its thoughts grow longer and its accuracy rise.
        </>
      }
      source={
        <>
          After OpenAI 2024, <a href={learningToReason}>Learning to reason with LLMs</a> and the{' '}
          <a href={`${systemCardPaper}#section.2`}>o1 system card, section 2</a>.
        </>
      }
      taste={reasoningPresets.smoke}
      live={() => (
        <RewardCharts
          session={session}
          rewardTitle="Share right during RL, live"
          lengthTitle="Tokens of a solution, live"
          about={
            <>
              Only the answer is rewarded; how long to think is up to the model (
              <a href={learningToReason}>Learning to reason with LLMs</a>: accuracy over train-time compute).
            </>
          }
        />
      )}
      lossAbout={
        <>
          How surprised a model is by the next word, in nats: reading solutions, before any RL (
          <a href={`${systemCardPaper}#section.2`}>section 2</a> of the o1 system card names such data, without losses).
        </>
      }
      formTitle="Tasks, algorithms, seeds"
      form={(options, change) => (
        <Setup>
          <PresetSelect config={config} options={options} change={change} />
          <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          <CheckList
            legend="Tasks"
            choices={reasoningFamilies.map(({ name, about }) => ({ name, about }))}
            chosen={options.tasks}
            change={(tasks) => change({ ...options, tasks })}
          />
          <CheckList
            legend="Algorithms"
            choices={reasoningPresets.full.algorithms.map((name) => ({ name, about: algorithms[name] }))}
            chosen={options.algorithms}
            change={(chosen) => change({ ...options, algorithms: chosen as typeof options.algorithms })}
          />
        </Setup>
      )}
    />
  )
}
