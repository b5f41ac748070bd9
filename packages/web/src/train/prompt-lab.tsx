import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { AttentionMaps } from './attention-maps.tsx'
import { insight, lookAt, lookProblem, opening, writeOn, written } from './session.ts'

/** Ask the model: what comes next, where it looks, and how it would go on. */
export function PromptLab() {
  const prompt = useSignal(opening.value)
  const temperature = useSignal(0.8)
  const seed = useSignal(0)
  useEffect(() => {
    const timer = setTimeout(() => lookAt(prompt.value), 120)
    return () => clearTimeout(timer)
  }, [prompt.value])
  const shown = insight.value
  return (
    <section aria-labelledby="ask">
      <h2 id="ask">Ask the model</h2>
      <div class="field">
        <label for="prompt">
          A beginning <small>the model was trained on these characters only</small>
        </label>
        <input
          id="prompt"
          type="text"
          spellcheck={false}
          autocomplete="off"
          value={prompt.value}
          onInput={({ currentTarget: { value } }) => {
            prompt.value = value
          }}
        />
      </div>
      {lookProblem.value && (
        <p class="problem-line" role="alert">
          {lookProblem.value}
        </p>
      )}
      {shown && (
        <>
          <div class="table">
            <div class="title" id="next">
              What comes next, it thinks
            </div>
            <ol class="next" aria-labelledby="next">
              {shown.next.map(({ character, probability }) => (
                <li key={character}>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Add ${spoken(character)}`}
                    onClick={() => {
                      prompt.value += character
                    }}
                  >
                    {visible(character)}
                  </button>
                  <span class="bar" style={{ width: `${(probability * 60).toFixed(1)}%` }} />
                  <span class="digits">{(probability * 100).toFixed(1)} %</span>
                </li>
              ))}
            </ol>
          </div>
          <AttentionMaps insight={shown} />
        </>
      )}
      <h3>Let it go on</h3>
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={written.value.busy || prompt.value === ''}
          onClick={() => writeOn(prompt.value, temperature.value, seed.value++)}
        >
          {written.value.busy ? 'Writing …' : 'Write 300 characters'}
        </button>
        <label class="check">
          <span>daring</span>
          <input
            type="range"
            min="0.2"
            max="1.4"
            step="0.1"
            value={temperature.value}
            aria-label="Daring (temperature)"
            onInput={({ currentTarget: { value } }) => {
              temperature.value = Number(value)
            }}
          />
          <span class="digits">{temperature.value.toFixed(1)}</span>
        </label>
      </div>
      {written.value.text && (
        <blockquote class="sample" aria-live="polite">
          <span class="muted">{prompt.value}</span>
          {written.value.text}
        </blockquote>
      )}
    </section>
  )
}

export function visible(character: string): string {
  if (character === ' ') return '␣'
  if (character === '\n') return '↵'
  if (character === '\t') return '⇥'
  return character
}

const spoken = (character: string) =>
  character === ' ' ? 'a space' : character === '\n' ? 'a line break' : `“${character}”`
