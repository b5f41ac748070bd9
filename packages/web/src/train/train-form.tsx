import type { TextModelOptions } from '@nanoalign/experiments'
import { numberOptions, type PagePreset, pagePresets, presetOfTraining } from './config.ts'

const names: Record<(typeof numberOptions)[number], string> = {
  layers: 'layers',
  heads: 'attention heads',
  width: 'width',
  context: 'characters seen at once',
  batch: 'windows per step',
  steps: 'steps',
  lr: 'learning rate',
  seed: 'seed',
  evalEvery: 'steps between held-out losses',
  sampleEvery: 'steps between samples',
}
const presetWords: Record<PagePreset, string> = {
  taste: 'taste: small and soon done',
  tiny: 'tiny: 0.1 million parameters',
  small: 'small: 0.8 million, for a GPU',
}

interface Props {
  options: TextModelOptions
  change: (options: TextModelOptions) => void
}

export function TrainForm({ options, change }: Props) {
  const preset = presetOfTraining(options)
  return (
    <>
      <fieldset class="presets">
        <legend>The model</legend>
        {(Object.keys(pagePresets) as PagePreset[]).map((name) => (
          <label key={name} class="check">
            <input type="radio" name="preset" checked={name === preset} onChange={() => change(pagePresets[name])} />
            <span>{presetWords[name]}</span>
          </label>
        ))}
      </fieldset>
      <details class="options" open={preset === undefined}>
        <summary>Its size and training in numbers</summary>
        <div class="setup">
          {numberOptions.map((name) => (
            <div key={name} class="field">
              <label for={`train-${name}`}>{names[name]}</label>
              <input
                id={`train-${name}`}
                type="number"
                min="0"
                step="any"
                value={options[name]}
                onChange={({ currentTarget: { value } }) => change({ ...options, [name]: Number(value) })}
              />
            </div>
          ))}
        </div>
      </details>
    </>
  )
}
