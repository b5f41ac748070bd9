import { deliberativeArms, deliberativePresets } from '@nanoalign/experiments'
import { device } from '../device/find-device.ts'
import { deliberativePaper as paper } from '../report/papers.ts'
import { CheckList, NumberList } from '../study/fields.tsx'
import { RewardCharts } from '../study/reward-charts.tsx'
import { PresetSelect, Setup } from '../study/setup.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { config } from './config.ts'
import { Lab } from './lab/lab.tsx'
import { session } from './session.ts'

const arms = Object.entries(deliberativeArms).map(([name, { label }]) => ({ name, about: label }))

/** The study, and the arms to talk to: recorded ones, or those that were trained here. */
export function DeliberativePage() {
  return (
    <>
      <Study />
      {device.value.kind === 'found' && <Lab />}
    </>
  )
}

function Study() {
  return (
    <StudyPage
      session={session}
      title="Does a model follow rules better when it thinks about them first?"
      lede={
        <>
          A small language model reads a written policy and learns to recall the clauses that apply before it answers.
          Watch whether it refuses what it should, answers what it may, and holds against attacks, beside models that
          learned only the answers. Talk to trained ones below, or train them here.
        </>
      }
      source={
        <>
          After Guan et al. 2024, <em>Deliberative Alignment</em>: <a href={`${paper}#section.2`}>the method</a>,{' '}
          <a href={`${paper}#section.3`}>results</a>.
        </>
      }
      taste={deliberativePresets.smoke}
      live={() => (
        <RewardCharts
          session={session}
          rewardTitle="Reward by the judge during RL, live"
          lengthTitle="Tokens of a completion, live"
          about={
            <>
              A judge with the policy before it scores every sampled answer; it does not see the thought (
              <a href={`${paper}#section.2`}>section 2</a> of the paper).
            </>
          }
        />
      )}
      lossAbout={
        <>
          How surprised a model is by the next word, in nats: reading its world, then learning thoughts and answers that
          cite the policy (<a href={`${paper}#section.2`}>section 2</a> of the paper).
        </>
      }
      formTitle="Arms, seeds and sizes"
      form={(options, change) => (
        <Setup>
          <PresetSelect config={config} options={options} change={change} />
          <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          <CheckList
            legend="Arms"
            choices={arms}
            chosen={options.arms}
            change={(chosen) => change({ ...options, arms: chosen as typeof options.arms })}
          />
        </Setup>
      )}
    />
  )
}
