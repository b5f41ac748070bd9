import { LiveChart } from '../live-chart.tsx'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { session } from './session.ts'
import { finetuningOf } from './task-at-hand.ts'

/** The last so many trainings: more cannot be told apart. */
const SHOWN = 12

/** Right answers of models while they read and while they are finetuned: there from the first seconds. */
export function LiveAccuracy() {
  const curves = session.live.accuracy.value.filter(({ label }) => roleOf(label)).slice(-SHOWN)
  if (curves.length === 0) return null
  const newest = curves[curves.length - 1]
  const last = newest.points[newest.points.length - 1]
  return (
    <LiveChart
      title="Accuracy, live"
      about={
        <>
          While a model reads: facts it knows about single words. While it is finetuned: right answers to the task’s
          test questions (<a href={`${paper}#subsection.5.1`}>section 5.1</a> of the paper); a student that falls
          imitates its teacher’s mistakes.
        </>
      }
      label={`Accuracy during training; ${roleOf(newest.label)} is at ${(last.y * 100).toFixed(1)} %`}
      series={curves.map(({ label, points }) => ({
        key: label,
        name: roleOf(label)!,
        tone: tones[roleOf(label)!] ?? 4,
        points,
        past: label !== newest.label,
      }))}
      domain={[0, 1]}
      ends={['start', 'end of its training']}
      references={[{ y: 0.5, label: 'chance' }]}
    />
  )
}

/** Of the model that a stage's label names; the controls and analyses have none. */
function roleOf(label: string): string | undefined {
  const [, size] = /: pretrain (\w+)/.exec(label) ?? []
  if (size) return 'a model reads'
  const found = finetuningOf(label)
  if (!found) return undefined
  const { who, method } = found
  return who === 'student' && method !== 'naive' ? `student, ${method} loss` : who
}

/** The colours of the report's figure of accuracies, where the first is that of a model that was not finetuned. */
const tones: Record<string, number> = { 'a model reads': 1, teacher: 2, student: 3, ceiling: 5 }
