// How fast the kernels are on this device: the suite, its report, and other results beside it.

import type { Group } from '@nanoalign/experiments'
import { GROUPS } from '@nanoalign/experiments'
import { device } from '../device/find-device.ts'
import { ExportMenu } from '../report/export-menu.tsx'
import { ReportView } from '../report/report-view.tsx'
import { replaceRoute, route } from '../router.ts'
import { type BenchConfig, fromBenchQuery, toBenchQuery, usualGroups } from './bench-config.ts'
import {
  benchConfig,
  benchState,
  caseNow,
  earlier,
  isMeasuring,
  problem,
  report,
  result,
  rows,
  startBench,
  stopBench,
} from './bench-session.ts'
import { CompareChoice } from './compare-choice.tsx'
import { RowTable } from './row-table.tsx'
import { ShareButtons } from './share-buttons.tsx'

const groupNames: Record<Group, string> = {
  matmul: 'matrix multiplication',
  attention: 'causal attention, beside the way that writes its weights out',
  'softmax-loss': 'softmax and cross-entropy',
  'layer-norm': 'layer norm',
  adamw: 'AdamW',
  training: 'whole training steps',
  generation: 'generating with the key-value cache',
  growth: 'how the cost grows with width, context and batch (minutes)',
}

export function BenchPanel() {
  const { config, refused } = fromAddress()
  const shown = report.value
  const measuring = isMeasuring()
  return (
    <section aria-labelledby="speed">
      <h2 id="speed">How fast are they here?</h2>
      <p>
        The suite measures what this device can do at most, then how near each kernel comes to it. Every kernel is
        checked before it is timed, and timed in turn with its rivals.
      </p>
      <div class="card">
        {measuring ? <Progress /> : <Choice config={config} refused={refused} />}
        {problem.value && (
          <p class="problem-line" role="alert">
            {problem.value}
          </p>
        )}
      </div>
      {!result.value && rows.value.length > 0 && <RowTable rows={rows.value} />}
      {!measuring && <CompareChoice />}
      {shown && (
        <>
          <h2 class="report-title">{result.value ? 'What this device does' : `What ${earlier.value?.name} says`}</h2>
          {result.value && <ShareButtons name="benchmark" adapter={result.value.adapter} content={result.value} />}
          <ReportView drawing={shown} label="Benchmark report" />
          <ExportMenu drawing={shown} name="benchmark" />
        </>
      )}
    </section>
  )
}

function fromAddress(): { config: BenchConfig; refused?: string } {
  try {
    return { config: fromBenchQuery(route.value.query) }
  } catch (error) {
    return { config: { quick: true, only: usualGroups }, refused: (error as Error).message }
  }
}

function Choice({ config, refused }: { config: BenchConfig; refused?: string }) {
  const change = (fields: Partial<BenchConfig>) => replaceRoute('kernels', toBenchQuery({ ...config, ...fields }))
  const toggle = (group: Group, on: boolean) =>
    GROUPS.filter((each) => (each === group ? on : config.only.includes(each)))
  const ready = device.value.kind === 'found' && config.only.length > 0
  return (
    <>
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={!ready}
          onClick={() => {
            change({})
            startBench(config)
          }}
        >
          {benchState.value === 'done' ? 'Measure again' : 'Measure this device'}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={!config.quick}
            onChange={({ currentTarget }) => change({ quick: !currentTarget.checked })}
          />
          <span>more shapes and samples: minutes instead of about one</span>
        </label>
        <span role="status">{benchState.value === 'stopped' && 'Stopped; what was measured is below.'}</span>
      </div>
      {refused && (
        <p class="problem-line" role="alert">
          {refused}
        </p>
      )}
      <details class="options">
        <summary>What is measured</summary>
        {GROUPS.map((group) => (
          <label key={group} class="check">
            <input
              type="checkbox"
              checked={config.only.includes(group)}
              onChange={({ currentTarget }) => change({ only: toggle(group, currentTarget.checked) })}
            />
            <span>{groupNames[group]}</span>
          </label>
        ))}
      </details>
    </>
  )
}

function Progress() {
  const { only } = benchConfig.value!
  const now = caseNow.value
  const state = benchState.value
  const done = now ? only.indexOf(now.group) : 0
  return (
    <>
      <h3>
        {state === 'waiting'
          ? 'Another run is using the GPU; the benchmark begins when it ends'
          : state === 'stopping'
            ? 'Stopping after this case …'
            : 'Measuring'}
      </h3>
      <div class="bar-line">
        <progress max={only.length} value={done} aria-label="Share of the suite done" />
        <span class="number">
          {done} / {only.length}
        </span>
      </div>
      <p class="stage">
        <span>{now ? groupNames[now.group] : 'what this device can do at most'}</span>
        <span class="muted digits">
          {now ? `${now.label} · ${rows.value.length} measured` : 'multiply-adds in registers, copying'}
        </span>
      </p>
      <div class="actions">
        <button type="button" disabled={state === 'stopping'} onClick={stopBench}>
          Stop
        </button>
      </div>
    </>
  )
}
