import {
  type WeakToStrongAnalysis,
  type WeakToStrongOptions,
  weakToStrongAnalyses,
  weakToStrongFamilies,
  weakToStrongMethods,
  weakToStrongPresets,
  weakToStrongSizes,
} from '@nanoalign/experiments'
import { Check, CheckList, Field, NumberList, Select } from '../study/fields.tsx'
import { toInteger } from '../study/whole-number.ts'
import { type PresetName, presetNames, presetOf, sizes } from './config.ts'

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
function methodChoices({ methods, probe }: WeakToStrongOptions) {
  const usual = weakToStrongMethods.map(({ name }) => name)
  return [...usual, ...methods.filter((name) => !usual.includes(name))].map((name) => ({
    name,
    about: weakToStrongMethods.find((method) => method.name === name.split(':')[0])?.about ?? '',
    disabled: name === 'naive' || (probe && name !== 'hard'),
  }))
}

const sizeInWords = (name: string) => {
  const { nEmbd, rows } = weakToStrongSizes[name]
  return `${name}: width ${nEmbd}, has read ${rows.toLocaleString('en')} rows`
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
  const size = { choices: sizes, nameOf: sizeInWords }
  return (
    <form class="setup" onSubmit={(event) => event.preventDefault()}>
      <Select
        label="Preset"
        value={presetOf(options) ?? ''}
        choices={presetNames}
        change={(name) => change(weakToStrongPresets[name as PresetName])}
      />
      <Select label="Weak model (the teacher)" value={options.weak} {...size} change={(weak) => set({ weak })} />
      <Select
        label="Strong model (the student)"
        value={options.strong}
        {...size}
        change={(strong) => set({ strong })}
      />
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
      <CheckList
        legend="Task families"
        choices={weakToStrongFamilies}
        chosen={options.families}
        change={(families) => set({ families })}
      />
      <CheckList
        legend="How the student learns from the weak labels"
        choices={methodChoices(options)}
        chosen={options.methods}
        change={(methods) => set({ methods })}
      />
      <CheckList
        legend="Further parts of the paper"
        choices={weakToStrongAnalyses.map((name) => ({
          name,
          about: analysisNames[name],
          disabled: options.probe,
        }))}
        chosen={options.analyses ?? []}
        change={(analyses) => set({ analyses: analyses.length ? (analyses as WeakToStrongAnalysis[]) : undefined })}
      />
      <fieldset class="wide">
        <legend>How much of it</legend>
        <Check
          name="grid"
          about={`every pair of sizes: ${grid.weak.join(', ')} teach ${grid.strong.join(', ')}`}
          checked={options.grid !== undefined}
          change={(on) => set({ grid: on ? grid : undefined })}
        />
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
