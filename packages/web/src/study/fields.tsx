// The controls that configurations are made of.

import type { ComponentChild } from 'preact'
import { useId } from 'preact/hooks'
import { toInteger } from './whole-number.ts'

interface FieldProps {
  label: string
  hint?: string
  /** given the id to take */
  children: (id: string) => ComponentChild
}

export function Field({ label, hint, children }: FieldProps) {
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

interface SelectProps {
  label: string
  hint?: string
  value: string
  choices: readonly string[]
  nameOf?: (choice: string) => string
  change: (value: string) => void
}

/** A value that is not among the choices is shown as the visitor's own. */
export function Select({ label, hint, value, choices, nameOf = (choice) => choice, change }: SelectProps) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <select id={id} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
          {!choices.includes(value) && <option value={value}>your own</option>}
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {nameOf(choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface NumberListProps {
  label: string
  hint?: string
  values: readonly number[]
  change: (values: number[]) => void
}

/** Whole numbers with commas between them; what is none becomes NaN, for the study's own check to refuse. */
export function NumberList({ label, hint, values, change }: NumberListProps) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <input
          id={id}
          type="text"
          inputMode="numeric"
          value={values.join(', ')}
          onChange={({ currentTarget: { value } }) => change(value.split(',').map(toInteger))}
        />
      )}
    </Field>
  )
}

interface CheckListProps {
  legend: string
  choices: readonly { name: string; about: string; disabled?: boolean | undefined }[]
  chosen: readonly string[]
  /** in the order of the choices */
  change: (chosen: string[]) => void
}

export function CheckList({ legend, choices, chosen, change }: CheckListProps) {
  const names = choices.map(({ name }) => name)
  return (
    <fieldset class="wide">
      <legend>{legend}</legend>
      {choices.map(({ name, about, disabled }) => (
        <Check
          key={name}
          name={name}
          about={about}
          checked={chosen.includes(name)}
          disabled={disabled}
          change={(on) => change(names.filter((each) => (each === name ? on : chosen.includes(each))))}
        />
      ))}
    </fieldset>
  )
}

interface CheckProps {
  name: string
  about: string
  checked: boolean
  disabled?: boolean
  change: (on: boolean) => void
}

export function Check({ name, about, checked, disabled, change }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
      <span>
        <code>{name}</code> {about}
      </span>
    </label>
  )
}
