import { weakToStrongSizes } from '@nanoalign/experiments'
import { useEffect } from 'preact/hooks'
import { replaceRoute } from '../router.ts'
import { inWords } from '../study/progress-meter.ts'
import { sizes, toQuery } from '../weak-to-strong/config.ts'
import { session } from '../weak-to-strong/session.ts'
import { families, LOOKS, type StatesConfig, toStatesQuery, widthOf } from './config.ts'
import { colouring, look, startStates } from './session.ts'

/** Which models, of which seed, on which task. */
export function StatesForm({ config, ready }: { config: StatesConfig; ready: boolean }) {
  const change = (fields: Partial<StatesConfig>) =>
    replaceRoute('representations', toStatesQuery({ ...config, ...fields }))
  const { weak, strong, seed, family, k } = config
  const run = { weak, strong, seeds: [seed], families: [family], tasks: 1, methods: ['naive'] }
  const query = toQuery(run)
  useEffect(() => session.estimate(run), [query])
  const seconds = session.expected.value[query]
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        look.value = LOOKS - 1
        replaceRoute('representations', toStatesQuery(config, { look: LOOKS - 1, colouring: colouring.value }))
        startStates(config)
      }}
    >
      <div class="setup">
        <SizeField name="Teacher" value={weak} change={(size) => change({ weak: size })} />
        <SizeField name="Student" value={strong} change={(size) => change({ strong: size })} />
        <div class="field">
          <label for="states-task">Task</label>
          <select
            id="states-task"
            value={`${family} ${k}`}
            onChange={({ currentTarget: { value } }) => {
              const [chosen, number] = value.split(' ')
              change({ family: chosen, k: Number(number) })
            }}
          >
            {families.flatMap((name) =>
              Array.from({ length: 8 }, (_, task) => (
                <option key={`${name}${task}`} value={`${name} ${task}`}>
                  {name} {task}
                </option>
              )),
            )}
          </select>
        </div>
        <div class="field">
          <label for="states-seed">Seed</label>
          <input
            id="states-seed"
            type="number"
            min="0"
            max="4294967295"
            value={seed}
            onChange={({ currentTarget: { value } }) => change({ seed: Math.max(0, Math.trunc(Number(value)) || 0) })}
          />
        </div>
      </div>
      <div class="actions">
        <button type="submit" class="primary" disabled={!ready}>
          Show their hidden states
        </button>
        <span class="muted estimate">
          {seconds ? `On two processor cores ${inWords(seconds)}; at once` : 'At once'} where a run has trained these
          models already.
        </span>
      </div>
    </form>
  )
}

function SizeField({ name, value, change }: { name: string; value: string; change: (size: string) => void }) {
  const id = `states-${name}`
  return (
    <div class="field">
      <label for={id}>{name}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => change(currentTarget.value)}>
        {sizes.map((size) => (
          <option key={size} value={size}>
            {size}: {widthOf(size)}, has read {weakToStrongSizes[size].rows.toLocaleString('en')} rows
          </option>
        ))}
      </select>
    </div>
  )
}
