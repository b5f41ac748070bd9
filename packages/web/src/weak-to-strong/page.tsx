// The home page.

import { type Report, type WeakToStrongOptions, weakToStrongPresets } from '@nanoalign/experiments'
import { sum } from '../study/progress-meter.ts'
import { StudyPage } from '../study/study-page.tsx'
import { CellGrid } from './cell-grid.tsx'
import { fromQuery, presetOf, readQuery } from './config.ts'
import { plan } from './expected-work.ts'
import { GapSoFar } from './gap-so-far.tsx'
import { Introduction } from './introduction.tsx'
import { PairGrid } from './pair-grid.tsx'
import { cells, session } from './session.ts'
import { SetupForm } from './setup-form.tsx'

export function WeakToStrongPage() {
  return (
    <StudyPage
      session={session}
      introduction={(running) => <Introduction short={running} />}
      fromQuery={fromQuery}
      readQuery={readQuery}
      startLabel={startLabel}
      taste={weakToStrongPresets.smoke}
      work={(options) => sum(Object.values(plan(options).work))}
      formTitle="Models, tasks, seeds and methods"
      form={(options, change) => <SetupForm options={options} change={change} />}
      live={(options) => (
        <>
          <GapSoFar options={options} cells={cells.value} />
          <CellGrid options={options} cells={cells.value} />
          {options.grid && <PairGrid options={options} cells={cells.value} />}
        </>
      )}
      describe={describe}
      curveName={(label) => `model ${label.slice(label.lastIndexOf(' ') + 1)}`}
      reference={async () => (await import('../reference/weak-to-strong.json')).default as unknown as Report}
    />
  )
}

function startLabel(options: WeakToStrongOptions, chosen: boolean): string {
  if (!chosen || presetOf(options) === 'quick') return 'Start the experiment'
  return `Start ${presetOf(options) ?? 'this configuration'} (${options.weak} teaches ${options.strong})`
}

/** `seed 1: pretrain c` in a sentence. */
function describe(label: string): string {
  const [, seed, what] = /^seed (\d+): (.*)$/.exec(label) ?? [undefined, '', label]
  const sentence = what
    .replace(/^pretrain (\w+)$/, 'model $1 reads about its world')
    .replace(/^(\w+)_(\d) weak supervisor$/, 'the teacher learns task $1 $2 from the truth')
    .replace(/^(\w+)_(\d) strong ceiling$/, 'the ceiling: the strong model learns task $1 $2 from the truth')
    .replace(/^(\w+)_(\d) student \(naive\)$/, 'the student learns task $1 $2 from its teacher')
    .replace(/^(\w+)_(\d) student \((.+)\)$/, 'the student learns task $1 $2 from its teacher, $3 loss')
    .replace(/^(\w+)_(\d) (control.*)$/, '$3')
  return seed ? `Seed ${seed}: ${sentence}` : sentence
}
