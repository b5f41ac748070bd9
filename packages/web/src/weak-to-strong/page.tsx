// The home page.

import { type WeakToStrongOptions, weakToStrongPresets } from '@nanoalign/experiments'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { hrefOf } from '../router.ts'
import { StudyPage } from '../study/study-page.tsx'
import { CellGrid } from './cell-grid.tsx'
import { presetOf } from './config.ts'
import { GapNow } from './gap-now.tsx'
import { GapSoFar } from './gap-so-far.tsx'
import { LiveAccuracy } from './live-accuracy.tsx'
import { PairGrid } from './pair-grid.tsx'
import { cells, session } from './session.ts'
import { SetupForm } from './setup-form.tsx'

export function WeakToStrongPage() {
  return (
    <StudyPage
      session={session}
      title="Can a weak teacher raise a stronger student?"
      lede={
        <>
          A small language model learns a task and labels new examples, with mistakes. A larger model learns from those
          labels only. Watch, on your own GPU, whether it ends up better than its teacher, and how much of the gap to a
          model that learned from the truth it recovers.
        </>
      }
      source={
        <>
          After Burns et al. 2023, <em>Weak-to-Strong Generalization</em>:{' '}
          <a href={`${paper}#section.3`}>the method and PGR (section 3)</a>,{' '}
          <a href={`${paper}#subsection.4.2`}>finetuning on weak labels (4.2)</a>,{' '}
          <a href={`${paper}#subsection.4.3`}>the confidence loss (4.3)</a>,{' '}
          <a href={`${paper}#subsection.5.1`}>imitation of the teacher’s errors (5.1)</a>. The same on{' '}
          <a href={hrefOf('games')}>chess and board games</a>.
        </>
      }
      startLabel={startLabel}
      taste={weakToStrongPresets.smoke}
      formTitle="Models, tasks, seeds and methods"
      form={(options, change) => <SetupForm options={options} change={change} />}
      live={(options) => (
        <>
          {session.phase.value !== 'done' && (
            <>
              {!options.probe && <GapNow options={options} />}
              <LiveAccuracy />
              <GapSoFar options={options} cells={cells.value} />
            </>
          )}
          <CellGrid options={options} cells={cells.value} />
          {options.grid && <PairGrid options={options} cells={cells.value} />}
        </>
      )}
      lossAbout={
        <>
          How surprised each model is by the next word it reads, in nats: pretraining, before any task (
          <a href={`${paper}#subsection.4.1`}>section 4.1</a> of the paper, which has no such curves).
        </>
      }
      describe={describe}
      curveName={(label) => `model ${label.slice(label.lastIndexOf(' ') + 1)}`}
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
