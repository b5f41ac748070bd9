import { cardPresets, type Report, type Scorecard } from '@nanoalign/experiments'
import { NumberList, Select } from '../study/fields.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { CompareCards } from './compare-cards.tsx'
import { fromQuery, type PresetName, presetNames, presetOf, readQuery } from './config.ts'
import { session } from './session.ts'

const paper = 'https://arxiv.org/pdf/2412.16720'

const reference = async () => (await import('../reference/card.json')).default as unknown as Report
const recorded = async () => (await reference()).data!.scorecard as Scorecard

export function CardPage() {
  return (
    <>
      <StudyPage
        session={session}
        introduction={(running) => (
          <section class="introduction">
            <h1>What would a system card say about this model?</h1>
            <p class="lede">
              A small language model is trained in this tab, for capability and then for safety, and asked some thousand
              questions before and after: disallowed content, jailbreaks and an attacker that searches, hallucination,
              fairness, the instruction hierarchy, planted strings, its own thoughts. Every failing answer can be
              opened.
            </p>
            {!running && (
              <p class="note">
                After OpenAI 2024, <em>o1 System Card</em>: <a href={`${paper}#section.4`}>its evaluations</a>,{' '}
                <a href={`${paper}#section.5`}>its preparedness scorecard</a>. Everything is computed here; nothing is
                sent anywhere.
              </p>
            )}
          </section>
        )}
        fromQuery={fromQuery}
        readQuery={readQuery}
        startLabel={() => 'Make the card'}
        taste={cardPresets.smoke}
        formTitle="Preset and seeds"
        form={(options, change) => (
          <form class="setup" onSubmit={(event) => event.preventDefault()}>
            <Select
              label="Preset"
              value={presetOf(options) ?? ''}
              choices={presetNames}
              change={(name) => change({ ...cardPresets[name as PresetName] })}
            />
            <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          </form>
        )}
        reference={reference}
      />
      {!session.isActive() && <CompareCards recorded={recorded} />}
    </>
  )
}
