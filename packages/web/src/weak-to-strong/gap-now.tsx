import type { WeakToStrongOptions } from '@nanoalign/experiments'
import { weakToStrongPaper as paper } from '../report/papers.ts'
import { session } from './session.ts'
import { gapRecovered, type Placed, type TaskAtHand, taskAtHand } from './task-at-hand.ts'

const [LOW, HIGH] = [0.5, 1] // chance, and everything right

/** Teacher, student and ceiling of the task at hand on one axis of accuracy: each moves as it learns. There from the first second. */
export function GapNow({ options }: { options: WeakToStrongOptions }) {
  const task = taskAtHand(session.live.accuracy.value)
  const marks = task ? marksOf(task) : []
  const pgr = task && gapRecovered(task, 'naive')
  const spoken = marks.map(({ name, accuracy }) => `${name} ${percent(accuracy)}`).join(', ')
  const { teacher, ceiling, students: { naive: student } = {} } = task ?? {}
  return (
    <figure class="gap-now">
      <figcaption>
        <span class="title">The gap, live{task && `: seed ${task.seed}, task ${task.family} ${task.k}`}</span>{' '}
        <span class="about">
          {stateOf(options, task, pgr)} Where each model stands, by its share of right answers (
          <a href={`${paper}#section.3`}>section 3</a> of the paper).
        </span>
      </figcaption>
      <div
        class="axis"
        role="img"
        aria-label={spoken || 'Accuracy from chance to everything right; no model is placed yet'}
      >
        {teacher && ceiling && <Span class="whole" from={teacher} to={ceiling} />}
        {teacher && ceiling && student && student.accuracy > teacher.accuracy && (
          <Span class="recovered" from={teacher} to={student} />
        )}
        {marks.map(({ name, tone, accuracy, share }) => (
          <span
            key={name}
            class={share < 1 ? 'place moving' : 'place'}
            style={{ '--at': at(accuracy), '--tone': `var(--figure-${tone})` }}
          />
        ))}
        <span class="tick" style={{ '--at': at(LOW) }}>
          50 %, chance
        </span>
        <span class="tick end" style={{ '--at': at(HIGH) }}>
          100 % right
        </span>
      </div>
      <p class="keys">
        {marks.map(({ name, tone, accuracy, share }) => (
          <span key={name} class="key digits" style={{ '--tone': `var(--figure-${tone})` }}>
            {name} {percent(accuracy)}
            {share < 1 && ' …'}
          </span>
        ))}
      </p>
    </figure>
  )
}

function Span({ class: name, from, to }: { class: string; from: Placed; to: Placed }) {
  return <span class={`span ${name}`} style={{ '--from': at(from.accuracy), '--to': at(to.accuracy) }} />
}

/** Models with the colours of the report's figure of accuracies. */
function marksOf({ teacher, ceiling, students }: TaskAtHand) {
  const others = Object.entries(students).map(([method, placed]) => ({
    name: method === 'naive' ? 'student' : `student, ${method} loss`,
    tone: method === 'naive' ? 3 : 4,
    ...placed,
  }))
  return [
    ...(teacher ? [{ name: 'teacher', tone: 2, ...teacher }] : []),
    ...others,
    ...(ceiling ? [{ name: 'ceiling', tone: 5, ...ceiling }] : []),
  ]
}

/** What is known, and what it waits for. */
function stateOf({ strong }: WeakToStrongOptions, task: TaskAtHand | undefined, pgr: number | undefined): string {
  if (!task)
    return 'First the small model reads about its world; then it learns a task from the truth and is the teacher.'
  if (pgr !== undefined) {
    const learning = task.students.naive.share < 1 ? 'as far as the student has learned' : 'of this task'
    return `Performance gap recovered, ${learning}: ${pgr.toFixed(2)} (on the test questions asked on the way).`
  }
  const reading = readingShare(strong)
  if (reading !== undefined)
    return `The teacher has its place. Student and ceiling are one larger model, which still reads: ${Math.floor(100 * reading)} %.`
  if (!task.ceiling) return 'The teacher learns the task from the truth.'
  if (!task.students.naive) return 'The larger model learns the task from the truth: where it ends is the ceiling.'
  return 'The student begins to learn from its teacher’s labels.'
}

function readingShare(size: string): number | undefined {
  const { label, step, steps } = session.stageNow.value ?? {}
  if (!label?.endsWith(`: pretrain ${size}`)) return undefined
  return step && steps ? step / steps : 0
}

const at = (accuracy: number) => `${(100 * Math.min(1, Math.max(0, (accuracy - LOW) / (HIGH - LOW)))).toFixed(2)}%`
const percent = (value: number) => `${(100 * value).toFixed(1)} %`
