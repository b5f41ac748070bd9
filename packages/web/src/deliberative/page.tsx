import { deliberativeArms, deliberativePresets, type Report } from '@nanoalign/experiments'
import { device } from '../device/find-device.ts'
import { deliberativePaper as paper } from '../report/papers.ts'
import { CheckList, NumberList, Select } from '../study/fields.tsx'
import { RewardCharts } from '../study/reward-charts.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { fromQuery, type PresetName, presetNames, presetOf, readQuery } from './config.ts'
import { Lab } from './lab/lab.tsx'
import { session } from './session.ts'

const reference = async () => (await import('../reference/deliberative.json')).default as unknown as Report

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
      introduction={(running) => (
        <section class="introduction">
          <h1>Does a model follow rules better when it thinks about them first?</h1>
          <p class="lede">
            A small language model reads a written policy and learns to recall the clauses that apply before it answers.
            Watch whether it refuses what it should, answers what it may, and holds against attacks, beside models that
            learned only the answers. Talk to trained ones below, or train them here.
          </p>
          {!running && (
            <p class="note">
              After Guan et al. 2024, <em>Deliberative Alignment</em>: <a href={`${paper}#section.2`}>the method</a>,{' '}
              <a href={`${paper}#section.3`}>results</a>. Everything is computed in this tab; nothing is sent anywhere.
            </p>
          )}
        </section>
      )}
      fromQuery={fromQuery}
      readQuery={readQuery}
      startLabel={() => 'Start the experiment'}
      taste={deliberativePresets.smoke}
      reference={reference}
      live={() => (
        <RewardCharts
          session={session}
          rewardTitle="Reward by the judge during RL, live"
          lengthTitle="Tokens of a completion, live"
        />
      )}
      formTitle="Arms, seeds and sizes"
      form={(options, change) => (
        <form class="setup" onSubmit={(event) => event.preventDefault()}>
          <Select
            label="Preset"
            value={presetOf(options) ?? ''}
            choices={presetNames}
            change={(name) => change(deliberativePresets[name as PresetName])}
          />
          <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          <CheckList
            legend="Arms"
            choices={Object.entries(deliberativeArms).map(([name, { label }]) => ({ name, about: label }))}
            chosen={options.arms}
            change={(arms) => change({ ...options, arms: arms as typeof options.arms })}
          />
        </form>
      )}
    />
  )
}
