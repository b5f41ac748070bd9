// A GPT on any text: its loss, what it writes on the way, and a look inside when it is done.

import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { DeviceLine } from '../device/device-line.tsx'
import { device } from '../device/find-device.ts'
import { NoDevice } from '../device/no-device.tsx'
import { recordedRun } from '../reference/recorded-run.ts'
import { ReferenceReport } from '../reference/reference-report.tsx'
import { replaceRoute, route } from '../router.ts'
import { Duration } from '../study/estimate.tsx'
import { fromTrainQuery, pagePresets, type TrainConfig, toTrainQuery } from './config.ts'
import { PromptLab } from './prompt-lab.tsx'
import { estimateTraining, expected, interruptedTraining, problem, startTraining, trainPhase } from './session.ts'
import { TextChoice } from './text-choice.tsx'
import { TrainForm } from './train-form.tsx'
import { TrainProgress } from './train-progress.tsx'

const reference = () => recordedRun('train')

export function TrainPage() {
  const found = device.value
  const address = useAddress()
  const idle = trainPhase.value === 'idle'
  return (
    <>
      <h1>Train a tiny GPT on any text</h1>
      <p class="lede">
        Paste something, and a transformer that knows nothing learns to continue it, one character at a time. Watch its
        loss fall and its writing take shape; then look at what it expects next, and where it looks for it.
      </p>
      {found.kind === 'missing' ? (
        <>
          <NoDevice {...found} command="nanoalign train" recorded />
          <ReferenceReport load={reference} />
        </>
      ) : idle ? (
        <Setup {...address} />
      ) : (
        <>
          <TrainProgress />
          {trainPhase.value === 'done' && <PromptLab />}
        </>
      )}
    </>
  )
}

/** The configuration of the address; a training that a reload cut short goes on. */
function useAddress(): { wanted: TrainConfig; refused?: string } {
  const ready = device.value.kind === 'found'
  let address: { wanted: TrainConfig; refused?: string }
  try {
    address = { wanted: fromTrainQuery(route.value.query) }
  } catch (error) {
    address = { wanted: { text: 'built-in', options: pagePresets.tiny }, refused: (error as Error).message }
  }
  useEffect(() => {
    if (!ready || trainPhase.value !== 'idle' || route.value.query.size === 0 || address.refused) return
    interruptedTraining(address.wanted).then((yes) => {
      if (yes) startTraining(address.wanted)
    })
  }, [ready])
  return address
}

function Setup({ wanted, refused }: { wanted: TrainConfig; refused?: string }) {
  const textProblem = useSignal('')
  const change = (next: TrainConfig) => replaceRoute('train', toTrainQuery(next))
  const wrong = refused ?? (textProblem.value || problem.value)
  const query = toTrainQuery(wanted)
  useEffect(() => {
    if (!refused) estimateTraining(wanted)
  }, [query, refused])
  return (
    <section class="card" aria-labelledby="choose">
      <h2 id="choose" class="hidden">
        Choose a text and a model
      </h2>
      <DeviceLine />
      <TextChoice id={wanted.text} choose={(text) => change({ ...wanted, text })} problem={textProblem} />
      <TrainForm options={wanted.options} change={(options) => change({ ...wanted, options })} />
      {wrong && (
        <p class="problem-line" role="alert">
          {wrong}
        </p>
      )}
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={device.value.kind !== 'found' || refused !== undefined}
          onClick={() => {
            change(wanted)
            startTraining(wanted)
          }}
        >
          Train
        </button>
        <span class="muted estimate">
          {!wrong && <Duration page="train" seconds={expected.value[query]} />} Nothing you paste leaves this browser.
        </span>
      </div>
    </section>
  )
}
