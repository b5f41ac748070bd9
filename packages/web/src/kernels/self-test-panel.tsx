// Every kernel on this device against its reference.

import type { AdapterDescription, SelfTestResult } from '@nanoalign/kernels'
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { device } from '../device/find-device.ts'
import { AdapterFacts } from './adapter-facts.tsx'
import type { FromSelfTest } from './messages.ts'
import { ResultTable } from './result-table.tsx'
import { ShareButtons } from './share-buttons.tsx'

export function SelfTestPanel() {
  const state = useSignal<'idle' | 'waiting' | 'running' | 'done' | 'failed'>('idle')
  const adapter = useSignal<AdapterDescription | undefined>(undefined)
  const results = useSignal<SelfTestResult[]>([])
  const problem = useSignal('')
  const worker = useRef<Worker>(undefined)
  useEffect(() => () => worker.current?.terminate(), [])

  const start = () => {
    results.value = []
    problem.value = ''
    state.value = 'running'
    worker.current?.terminate()
    const running = new Worker(new URL('./self-test.worker.ts', import.meta.url), { type: 'module', name: 'self-test' })
    worker.current = running
    running.onmessage = ({ data }: MessageEvent<FromSelfTest>) => {
      if (data.type === 'waiting') state.value = 'waiting'
      else if (data.type === 'adapter') {
        adapter.value = data.adapter
        state.value = 'running'
      } else if (data.type === 'result') results.value = [...results.value, data.result]
      else {
        if (data.type === 'failed') problem.value = data.message
        state.value = data.type
        running.terminate()
      }
    }
    running.postMessage('start')
  }

  const found = device.value
  const busy = state.value === 'running' || state.value === 'waiting'
  const wrong = results.value.filter(({ ok }) => !ok).length
  return (
    <section aria-labelledby="right">
      <h2 id="right">Do they compute right here?</h2>
      <p>
        This runs each kernel once, on awkward shapes, and compares every number with a plain reference in double
        precision.
      </p>
      <div class="card">
        <div class="actions">
          <button type="button" class="primary" disabled={busy || found.kind !== 'found'} onClick={start}>
            {state.value === 'idle' ? 'Test every kernel' : 'Test again'}
          </button>
          <span role="status">
            {state.value === 'waiting' && 'Another run is using the GPU; the test begins when it ends.'}
            {state.value === 'running' && `${results.value.length} tested …`}
            {state.value === 'done' &&
              (wrong === 0
                ? `All ${results.value.length} results are right.`
                : `${wrong} of ${results.value.length} results are wrong: do not trust runs on this device.`)}
          </span>
        </div>
        {problem.value && (
          <p class="problem-line" role="alert">
            {problem.value}
          </p>
        )}
      </div>
      {results.value.length > 0 && <ResultTable results={results.value} />}
      {state.value === 'done' && adapter.value && (
        <ShareButtons
          name="kernels"
          adapter={adapter.value}
          content={{ format: 1, adapter: adapter.value, results: results.value, browser: navigator.userAgent }}
        />
      )}
      {adapter.value && <AdapterFacts adapter={adapter.value} />}
    </section>
  )
}
