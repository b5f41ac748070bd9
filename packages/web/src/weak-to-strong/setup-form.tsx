import { type WeakToStrongOptions, weakToStrongPresets, weakToStrongSizes } from '@nanoalign/experiments'
import type { ComponentChild } from 'preact'
import { useId } from 'preact/hooks'
import { families, presetNames, presetOf, sizes } from './config.ts'

const familyNames: Record<string, string> = {
  attr: 'one attribute of a noun',
  vote: 'a vote of three attributes',
  mux: 'one attribute chooses between two others',
  maj: 'a majority over three nouns',
}
const methodChoices = [
  { method: 'naive', name: 'plain finetuning', fixed: true },
  { method: 'confidence', name: 'confidence loss, α up to 0.5' },
  { method: 'confidence:0.75', name: 'confidence loss, α up to 0.75' },
]

interface Props {
  options: WeakToStrongOptions
  change: (options: WeakToStrongOptions) => void
}

/** Every option of the study. */
export function SetupForm({ options, change }: Props) {
  const set = (fields: Partial<WeakToStrongOptions>) => change({ ...options, ...fields })
  const toggle = (list: string[], all: string[], name: string, on: boolean) =>
    all.filter((item) => (item === name ? on : list.includes(item)))
  return (
    <form class="setup" onSubmit={(event) => event.preventDefault()}>
      <Field label="Preset">
        {(id) => (
          <select
            id={id}
            value={presetOf(options) ?? ''}
            onChange={({ currentTarget: { value } }) =>
              value && change(weakToStrongPresets[value as (typeof presetNames)[number]])
            }
          >
            {!presetOf(options) && <option value="">your own</option>}
            {presetNames.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Weak model (the teacher)">
        {(id) => <SizeSelect id={id} value={options.weak} change={(weak) => set({ weak })} />}
      </Field>
      <Field label="Strong model (the student)">
        {(id) => <SizeSelect id={id} value={options.strong} change={(strong) => set({ strong })} />}
      </Field>
      <Field label="Tasks per family">
        {(id) => (
          <input
            id={id}
            type="number"
            min="1"
            max="8"
            value={options.tasks}
            onChange={({ currentTarget: { value } }) => set({ tasks: toInteger(value) })}
          />
        )}
      </Field>
      <Field label="Seeds" hint="each seed is another world of facts and other models">
        {(id) => (
          <input
            id={id}
            type="text"
            inputMode="numeric"
            value={options.seeds.join(', ')}
            onChange={({ currentTarget: { value } }) => set({ seeds: value.split(',').map((seed) => toInteger(seed)) })}
          />
        )}
      </Field>
      <fieldset>
        <legend>Task families</legend>
        {families.map((family) => (
          <label key={family} class="check">
            <input
              type="checkbox"
              checked={options.families.includes(family)}
              onChange={({ currentTarget: { checked } }) =>
                set({ families: toggle(options.families, families, family, checked) })
              }
            />
            <span>
              <code>{family}</code> {familyNames[family]}
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>How the student learns from the weak labels</legend>
        {methodChoices.map(({ method, name, fixed }) => (
          <label key={method} class="check">
            <input
              type="checkbox"
              checked={options.methods.includes(method)}
              disabled={fixed}
              onChange={({ currentTarget: { checked } }) =>
                set({
                  methods: toggle(
                    options.methods,
                    methodChoices.map((choice) => choice.method),
                    method,
                    checked,
                  ),
                })
              }
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
    </form>
  )
}

/** A labelled control; `children` is given the id to take. */
function Field({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ComponentChild }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>
        {label}
        {hint && <small>{hint}</small>}
      </label>
      {children(id)}
    </div>
  )
}

function SizeSelect({ id, value, change }: { id: string; value: string; change: (size: string) => void }) {
  return (
    <select id={id} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
      {sizes.map((name) => {
        const { nEmbd, rows } = weakToStrongSizes[name]
        return (
          <option key={name} value={name}>
            {name}: width {nEmbd}, has read {rows.toLocaleString('en')} rows
          </option>
        )
      })}
    </select>
  )
}

const toInteger = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN)
