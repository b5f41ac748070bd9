import {
  type WeakToStrongAnalysis,
  type WeakToStrongOptions,
  weakToStrongAnalyses,
  weakToStrongFamily,
  weakToStrongMethods,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'
import { Check, Field, NumberList } from '../study/fields.tsx'
import { toInteger } from '../study/whole-number.ts'
import { families, presetNames, presetOf, sizes } from './config.ts'

const analysisNames: Record<WeakToStrongAnalysis, string> = {
  errors: 'teachers that are wrong as often, but elsewhere; and imitation made trivial',
  saliency: 'linear probes before and after finetuning',
  reward: 'reward models on comparisons with a tempting cue',
  pretraining: 'the student at points of its pretraining',
  labels: 'fewer weak labels',
  difficulty: 'the truth about easy or hard items alone',
  simulation: 'teachers that the student can imitate exactly',
  prompting: 'prompts instead of finetuning, where the texts have examples',
}
const grid = weakToStrongPresets.laptop.grid!

/** Every method in its usual form, and those with numbers of their own that the address names. */
function methodChoices(chosen: string[]): { name: string; about: string }[] {
  const aboutOf = (name: string) =>
    weakToStrongMethods.find((method) => method.name === name.split(':')[0])?.about ?? ''
  const usual = weakToStrongMethods.map(({ name }) => name)
  return [...usual, ...chosen.filter((name) => !usual.includes(name))].map((name) => ({ name, about: aboutOf(name) }))
}

interface Props {
  options: WeakToStrongOptions
  change: (options: WeakToStrongOptions) => void
}

/** Every option of the study. */
export function SetupForm({ options, change }: Props) {
  const set = (fields: Partial<WeakToStrongOptions>) => {
    const next = { ...options, ...fields }
    for (const name of ['grid', 'analyses', 'probe'] as const) if (next[name] === undefined) delete next[name]
    change(next)
  }
  const toggle = <Name extends string>(list: Name[], name: Name, on: boolean) =>
    on ? [...list, name] : list.filter((item) => item !== name)
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
      <NumberList
        label="Seeds"
        hint="each seed is another world of facts and other models"
        values={options.seeds}
        change={(seeds) => set({ seeds })}
      />
      <fieldset class="wide">
        <legend>Task families</legend>
        {families.map((family) => (
          <Check
            key={family}
            name={family}
            about={weakToStrongFamily(family).about}
            checked={options.families.includes(family)}
            change={(on) =>
              set({ families: families.filter((f) => (f === family ? on : options.families.includes(f))) })
            }
          />
        ))}
      </fieldset>
      <fieldset class="wide">
        <legend>How the student learns from the weak labels</legend>
        {methodChoices(options.methods).map(({ name, about }) => (
          <Check
            key={name}
            name={name}
            about={about}
            checked={options.methods.includes(name)}
            disabled={name === 'naive' || (options.probe && name !== 'hard')}
            change={(on) => set({ methods: toggle(options.methods, name, on) })}
          />
        ))}
      </fieldset>
      <fieldset class="wide">
        <legend>Beyond one pair of models</legend>
        <Check
          name="grid"
          about={`every pair of sizes: ${grid.weak.join(', ')} teach ${grid.strong.join(', ')}`}
          checked={options.grid !== undefined}
          change={(on) => set({ grid: on ? grid : undefined })}
        />
        {weakToStrongAnalyses.map((name) => (
          <Check
            key={name}
            name={name}
            about={analysisNames[name]}
            checked={options.analyses?.includes(name) ?? false}
            disabled={options.probe}
            change={(on) => set({ analyses: toggle(options.analyses ?? [], name, on) })}
          />
        ))}
        <Check
          name="probe"
          about="the fast version: frozen models and logistic regressions instead of finetuning"
          checked={options.probe ?? false}
          change={(on) =>
            set(on ? { probe: true, analyses: undefined, methods: ['naive', 'hard'] } : { probe: undefined })
          }
        />
      </fieldset>
    </form>
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
