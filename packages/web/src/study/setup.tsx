// What the forms of all studies with presets begin with.

import type { ComponentChildren } from 'preact'
import { Select } from './fields.tsx'
import type { PresetConfig } from './preset-config.ts'

/** The box for a study's options; what they are is in the address, so there is nothing to send. */
export function Setup({ children }: { children: ComponentChildren }) {
  return (
    <form class="setup" onSubmit={(event) => event.preventDefault()}>
      {children}
    </form>
  )
}

interface Props<Options> {
  config: PresetConfig<Options>
  options: Options
  change: (options: Options) => void
}

export function PresetSelect<Options>({ config, options, change }: Props<Options>) {
  return (
    <Select
      label="Preset"
      value={config.presetOf(options) ?? ''}
      choices={config.presetNames}
      change={(name) => change(config.preset(name, options))}
    />
  )
}
