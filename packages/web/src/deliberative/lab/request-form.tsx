// Builds a request: what is asked, by whom, in which words; and how it is disguised.

import type { Surface } from '@nanoalign/experiments'
import { Random } from '@nanoalign/kernels'
import { Field, Select } from '../../study/fields.tsx'
import { built, change, request, typed, world } from './state.ts'

const NONE = '–'
let draws = 0

export function RequestForm() {
  const here = world.value!
  const { facts, surface } = built.value!
  const { categories, attributes, lookalikes } = here.file
  const text = typed.value ?? request.value.tokens.map(here.vocabulary.word).join(' ')
  return (
    <form class="setup ask" onSubmit={(event) => event.preventDefault()}>
      <Field label="About">
        {(id) => (
          <select id={id} value={facts.topic} onChange={({ currentTarget }) => change({ topic: currentTarget.value })}>
            {Object.entries(categories).map(([name, { topics }]) => (
              <optgroup key={name} label={name}>
                {topics.map((topic) => (
                  <option key={topic}>{topic}</option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      {Object.entries(attributes).map(([name, { values }]) => (
        <Select
          key={name}
          label={name[0].toUpperCase() + name.slice(1)}
          value={facts.values[name]}
          choices={Object.keys(values)}
          nameOf={(value) => (values[value].length === 0 ? `${value} (not said)` : value)}
          change={(value) => change({ values: { ...facts.values, [name]: value } })}
        />
      ))}
      <Select
        label="Harmless look-alike"
        value={facts.lookalike ?? NONE}
        choices={[NONE, ...lookalikes]}
        nameOf={(word) => (word === NONE ? NONE : `${word} ${facts.topic}`)}
        change={(word) => change({ lookalike: word === NONE ? undefined : word })}
      />
      <Disguise surface={surface} />
      <div class="field wide">
        <Field label="The request" hint="or type your own, in the words of this world">
          {(id) => (
            <input
              id={id}
              class="words"
              type="text"
              spellcheck={false}
              autocomplete="off"
              value={text}
              aria-invalid={request.value.problem !== undefined}
              onInput={({ currentTarget }) => {
                typed.value = currentTarget.value
              }}
            />
          )}
        </Field>
        {request.value.problem && (
          <p class="problem-line" role="alert">
            {request.value.problem}
          </p>
        )}
      </div>
    </form>
  )
}

/** Encodings and jailbreak phrases: they change nothing about what is asked. */
function Disguise({ surface }: { surface: Surface }) {
  const here = world.value!
  const { train, unseen, prefix } = here.file.wrappers
  const { language, spelled, reversed, wrapper } = surface
  const set = (more: Partial<Surface>) => change({}, more)
  return (
    <fieldset class="wide disguise">
      <legend>Attack it: none of this changes what is asked</legend>
      <Select
        label="Language"
        value={language}
        choices={['a', 'b', 'c']}
        nameOf={(name) => (name === 'a' ? 'a, as in safety training' : name)}
        change={(name) => set({ language: name as Surface['language'] })}
      />
      <Field label="Jailbreak phrase">
        {(id) => (
          <select
            id={id}
            value={wrapper?.phrase ?? NONE}
            onChange={({ currentTarget: { value } }) =>
              set({ wrapper: value === NONE ? undefined : { phrase: value, place: wrapper?.place ?? 'after' } })
            }
          >
            <option>{NONE}</option>
            <optgroup label="known from pretraining">
              {[...train, prefix].map((phrase) => (
                <option key={phrase}>{phrase}</option>
              ))}
            </optgroup>
            <optgroup label="never read before">
              {unseen.map((phrase) => (
                <option key={phrase}>{phrase}</option>
              ))}
            </optgroup>
          </select>
        )}
      </Field>
      <div class="checks">
        <label class="check">
          <input type="checkbox" checked={spelled} onChange={() => set({ spelled: !spelled })} />
          <span>topic spelled in code</span>
        </label>
        <label class="check">
          <input type="checkbox" checked={reversed} onChange={() => set({ reversed: !reversed })} />
          <span>back to front</span>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={wrapper?.place === 'before'}
            disabled={!wrapper}
            onChange={() =>
              wrapper && set({ wrapper: { ...wrapper, place: wrapper.place === 'before' ? 'after' : 'before' } })
            }
          />
          <span>phrase comes first</span>
        </label>
        <button type="button" onClick={() => set(reworded())}>
          Other words
        </button>
      </div>
    </fieldset>
  )
}

/** The same request in other words and another order. */
function reworded(): Partial<Surface> {
  const here = world.value!
  const { facts } = built.value!
  const random = new Random(draws++, 'lab/words')
  const words = here.attributes.map((name) => {
    const count = here.file.attributes[name].values[facts.values[name]].length
    return [name, count === 0 ? 0 : random.integer(count)]
  })
  return { words: Object.fromEntries(words), order: random.shuffle([...here.attributes]) }
}
