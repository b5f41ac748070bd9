// How far the work is: on a terminal one line that is rewritten, in a pipe a plain line every few seconds.

import type { StageEvent } from '@nanoalign/experiments'
import { createEta, type StageCounts } from './eta.ts'
import type { Host } from './host.ts'

const TERMINAL_MS = 100
const PIPE_MS = 5_000

export interface Progress {
  onEvent(event: StageEvent): void
  /** Writes lines that stay. */
  note(text: string): void
  /** Removes the line. Call before anything else is written. */
  stop(): void
}

/** `now` in milliseconds. */
export function createProgress(
  host: Pick<Host, 'stderr' | 'terminal' | 'columns'>,
  counts: StageCounts,
  now: () => number = () => performance.now(),
): Progress {
  const eta = createEta(counts, now)
  const total = Object.values(counts).reduce((a, b) => a + b, 0)
  let begun = 0
  let shown = -Infinity
  let drawn = false

  function draw(line: string): void {
    if (now() - shown < (host.terminal ? TERMINAL_MS : PIPE_MS)) return
    shown = now()
    if (host.terminal) host.stderr(`\r${fit(line, host.columns - 1)}\x1b[K`)
    else host.stderr(`${line}\n`)
    drawn = host.terminal
  }

  function stop(): void {
    if (drawn) host.stderr('\r\x1b[K')
    drawn = false
  }

  function note(text: string): void {
    stop()
    host.stderr(`${text}\n`)
  }

  return {
    onEvent(event) {
      eta.onEvent(event)
      const name = event.label ?? event.name
      if (event.type === 'stage-start' || event.type === 'stage-cached') begun++
      if (event.type === 'stage-corrupt')
        note(`warning: what is stored of "${name}" cannot be used, so that work is done again: ${event.reason}`)
      if (event.type !== 'stage-progress') return
      const { step, steps, loss, tokensPerSecond, note: remark } = event
      const parts = [`stage ${begun}/${total}`, name, `step ${step}/${steps}`]
      if (loss !== undefined) parts.push(`loss ${loss.toFixed(3)}`)
      if (remark) parts.push(remark)
      if (tokensPerSecond) parts.push(`${compact(tokensPerSecond)} tokens/s`)
      const left = eta.left()
      if (left) parts.push(`ETA ${duration(left.seconds)}${left.all ? '' : ' for this stage'}`)
      draw(parts.join(' · '))
    },
    note,
    stop,
  }
}

/** `1:05`, `2:00:03` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `950`, `12.3k`, `1.20M` */
function compact(value: number): string {
  if (value < 1000) return value.toFixed(0)
  return value < 1e6 ? `${(value / 1e3).toFixed(1)}k` : `${(value / 1e6).toFixed(2)}M`
}

function fit(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`
}
