import { type Report, reasoningFamilies, reasoningPresets } from '@nanoalign/experiments'
import { learningToReason } from '../report/papers.ts'
import { CheckList, NumberList, Select } from '../study/fields.tsx'
import { RewardCharts } from '../study/reward-charts.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { fromQuery, type PresetName, presetNames, presetOf, readQuery } from './config.ts'
import { session } from './session.ts'

const reference = async () => (await import('../reference/reasoning.json')).default as unknown as Report

export function ReasoningPage() {
  return (
    <StudyPage
      session={session}
      introduction={(running) => (
        <section class="introduction">
          <h1>Does a model that may think longer answer better?</h1>
          <p class="lede">
            A small language model knows slow and fast ways to an answer, and has the habit of the fast one. Rewarded
            for right answers alone, it learns to think; watch its thoughts grow longer and its accuracy rise.
          </p>
          {!running && (
            <p class="note">
              After OpenAI 2024, <a href={learningToReason}>Learning to reason with LLMs</a> and the o1 system card.
              Everything is computed in this tab; nothing is sent anywhere.
            </p>
          )}
        </section>
      )}
      fromQuery={fromQuery}
      readQuery={readQuery}
      startLabel={() => 'Start the experiment'}
      taste={reasoningPresets.smoke}
      reference={reference}
      live={() => (
        <RewardCharts
          session={session}
          rewardTitle="Share right during RL, live"
          lengthTitle="Tokens of a solution, live"
        />
      )}
      formTitle="Tasks, algorithms, seeds"
      form={(options, change) => (
        <form class="setup" onSubmit={(event) => event.preventDefault()}>
          <Select
            label="Preset"
            value={presetOf(options) ?? ''}
            choices={presetNames}
            change={(name) => change(reasoningPresets[name as PresetName])}
          />
          <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          <CheckList
            legend="Tasks"
            choices={reasoningFamilies.map(({ name, about }) => ({ name, about }))}
            chosen={options.tasks}
            change={(tasks) => change({ ...options, tasks })}
          />
          <CheckList
            legend="Algorithms"
            choices={reasoningPresets.full.algorithms.map((name) => ({ name, about: '' }))}
            chosen={options.algorithms}
            change={(algorithms) => change({ ...options, algorithms: algorithms as typeof options.algorithms })}
          />
        </form>
      )}
    />
  )
}
