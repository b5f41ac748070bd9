import { cardPresets, type Scorecard } from '@nanoalign/experiments'
import { recordedRun } from '../reference/recorded-run.ts'
import { systemCardPaper as paper } from '../report/papers.ts'
import { NumberList } from '../study/fields.tsx'
import { PresetSelect, Setup } from '../study/setup.tsx'
import { StudyPage } from '../study/study-page.tsx'
import { CompareCards } from './compare-cards.tsx'
import { config } from './config.ts'
import { session } from './session.ts'

const recorded = async () => (await recordedRun('card')).data!.scorecard as Scorecard

export function CardPage() {
  return (
    <>
      <StudyPage
        session={session}
        title="What would a system card say about this model?"
        lede={
          <>
            A small language model is trained in this tab, for capability and then for safety, and asked some thousand
            questions before and after: disallowed content, jailbreaks and an attacker that searches, hallucination,
            fairness, the instruction hierarchy, planted strings, its own thoughts. Every failing answer can be opened.
          </>
        }
        source={
          <>
            After OpenAI 2024, <em>o1 System Card</em>: <a href={`${paper}#section.4`}>its evaluations</a>,{' '}
            <a href={`${paper}#section.5`}>its preparedness scorecard</a>.
          </>
        }
        startLabel={() => 'Make the card'}
        taste={cardPresets.smoke}
        lossAbout={
          <>
            How surprised the model is by the next word, in nats: pretraining, then safety training (
            <a href={`${paper}#section.2`}>section 2</a> of the o1 system card).
          </>
        }
        formTitle="Preset and seeds"
        form={(options, change) => (
          <Setup>
            <PresetSelect config={config} options={options} change={change} />
            <NumberList label="Seeds" values={options.seeds} change={(seeds) => change({ ...options, seeds })} />
          </Setup>
        )}
      />
      {!session.isActive() && <CompareCards recorded={recorded} />}
    </>
  )
}
