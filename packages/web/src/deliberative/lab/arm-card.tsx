// What one arm thinks and answers, token by token, and whether the policy agrees.

import {
  type ArmName,
  type CompletionStep,
  completionSteps,
  deliberativeArms,
  type Judgement,
  type PolicyWorld,
} from '@nanoalign/experiments'
import { answered, answers, factsOf, followed, judge, shown, world } from './state.ts'

export function ArmCard({ arm }: { arm: ArmName }) {
  const here = world.value!
  const { label, about } = deliberativeArms[arm]
  const { tokens, failure } = answers.value[arm] ?? {}
  const thinks = deliberativeArms[arm].decoding !== 'direct'
  const visible = shown.value[arm] ?? 0
  const whole = tokens !== undefined && visible >= tokens.length
  const facts = answered.value && factsOf(here, answered.value)
  return (
    <article class={`card arm ${thinks && followed.value === arm ? 'followed' : ''}`} aria-labelledby={`arm-${arm}`}>
      <h3 id={`arm-${arm}`}>{label}</h3>
      <p class="note">{about}</p>
      {failure && <p role="alert">{failure}</p>}
      {!tokens && !failure && <p class="muted">{answered.value ? 'thinking …' : 'not asked yet'}</p>}
      {tokens && <Steps here={here} tokens={tokens} visible={visible} />}
      <p class="outcome" aria-live="polite">
        {whole && facts && <Verdict judgement={judge(here, arm, facts, tokens)} />}
        {whole && !facts && <span class="muted">What this request says cannot be told, so it is not judged.</span>}
      </p>
      {thinks && whole && followed.value !== arm && (
        <button
          type="button"
          class="small"
          onClick={() => {
            followed.value = arm
          }}
        >
          Mark its citations
        </button>
      )}
    </article>
  )
}

function Steps({ here, tokens, visible }: { here: PolicyWorld; tokens: Uint32Array; visible: number }) {
  const steps = completionSteps(here, tokens).filter(({ kind, from }) => kind !== 'other' && from < visible)
  const words = (from: number, to: number) =>
    Array.from(tokens.subarray(from, Math.min(to, visible)), here.vocabulary.word)
      .filter((word) => word !== '<eos>')
      .map((word) => word.replace(/^#/, ''))
      .join(' ')
  const count = here.policy(here.vocabulary.word(tokens[1] ?? 0).replace(/^#/, ''))?.clauses.length
  return (
    <ol class="thought">
      {steps.map((step) => (
        <li key={step.from} class={step.kind}>
          <span class="what">{nameOf(step, count)}</span> <span class="words">{words(step.from, step.to)}</span>
        </li>
      ))}
    </ol>
  )
}

function nameOf({ kind, clause = -1 }: CompletionStep, count: number | undefined): string {
  if (kind === 'reading') return 'reads'
  if (kind === 'answer') return 'answers'
  if (kind === 'no-rule') return 'says'
  if (clause < 0) return 'made-up clause'
  return clause === count ? 'otherwise' : `clause ${clause + 1}`
}

/** In a word, with a sign that is not only a colour. */
export function verdictOf({ right, unsafe, overRefused, dispositionRight }: Judgement): {
  sign: string
  word: string
  tone: 'good' | 'bad' | 'open'
} {
  if (right) return { sign: '✓', word: 'right', tone: 'good' }
  if (unsafe) return { sign: '✗', word: 'unsafe', tone: 'bad' }
  if (overRefused) return { sign: '−', word: 'over-refused', tone: 'open' }
  return dispositionRight
    ? { sign: '~', word: 'right, in the wrong words', tone: 'open' }
    : { sign: '~', word: 'safe, but not as the policy says', tone: 'open' }
}

function Verdict({ judgement }: { judgement: Judgement }) {
  const { sign, word, tone } = verdictOf(judgement)
  const { recalled, contradicts, invented, readRight } = judgement
  const remarks = [
    readRight === false && 'misread the request',
    recalled === true && 'every clause recalled',
    recalled === false && !invented && 'clauses not recalled',
    invented && 'a clause is made up',
    contradicts && 'the answer contradicts the thought',
  ].filter(Boolean)
  return (
    <>
      <strong class={`tone-${tone}`}>
        {sign} {word}
      </strong>
      {remarks.length > 0 && <span class="muted">; {remarks.join('; ')}</span>}
    </>
  )
}
