// The hidden states that this tab looks at. Signals are what the page shows.

import { signal } from '@preact/signals'
import { announce } from '../activity.ts'
import { type Orbit, usualOrbit } from './camera.ts'
import { type Colouring, LOOKS, type StatesConfig } from './config.ts'
import type { FromStates, States, ToStates } from './messages.ts'

export type StatesPhase = 'idle' | 'starting' | 'waiting' | 'running' | 'stopping' | 'failed' | 'done'

export const statesPhase = signal<StatesPhase>('idle')
export const states = signal<States | undefined>(undefined)
export const shownConfig = signal<StatesConfig | undefined>(undefined)
export const stageNow = signal<{ label: string; share: number } | undefined>(undefined)
export const problem = signal('')

/** which of the looks, 0 to LOOKS − 1; in between while it moves */
export const look = signal(LOOKS - 1)
export const colouring = signal<Colouring>('truth')
export const chosen = signal<number | undefined>(undefined)
export const orbit = signal<Orbit>(usualOrbit)

let worker: Worker | undefined

export const isComputing = () => ['starting', 'waiting', 'running', 'stopping'].includes(statesPhase.value)

announce('representations', () => (isComputing() ? statesPhase.value : undefined))

export function startStates(config: StatesConfig): void {
  if (isComputing()) return
  statesPhase.value = 'starting'
  shownConfig.value = config
  states.value = undefined
  stageNow.value = undefined
  chosen.value = undefined
  problem.value = ''
  open().postMessage({ type: 'start', config } satisfies ToStates)
}

export function stopStates(): void {
  if (!isComputing()) return
  statesPhase.value = 'stopping'
  worker?.postMessage({ type: 'stop' } satisfies ToStates)
}

/** Back to the choice of models. */
export function leaveStates(): void {
  statesPhase.value = 'idle'
  states.value = undefined
}

function receive(message: FromStates): void {
  if (message.type === 'waiting') statesPhase.value = 'waiting'
  else if (message.type === 'started') {
    if (statesPhase.value !== 'stopping') statesPhase.value = 'running'
  } else if (message.type === 'stage') {
    const { event } = message
    if (event.type === 'stage-progress')
      stageNow.value = { label: event.label ?? event.name, share: event.step / event.steps }
    else if (event.type === 'stage-start') stageNow.value = { label: event.label ?? event.name, share: 0 }
  } else if (message.type === 'done') {
    states.value = message.states
    statesPhase.value = 'done'
  } else if (message.type === 'stopped') statesPhase.value = 'idle'
  else {
    problem.value = message.message
    statesPhase.value = 'failed'
  }
}

function open(): Worker {
  if (worker) return worker
  worker = new Worker(new URL('./states.worker.ts', import.meta.url), { type: 'module', name: 'hidden states' })
  worker.onmessage = ({ data }: MessageEvent<FromStates>) => receive(data)
  worker.onerror = (event) => {
    event.preventDefault()
    worker = undefined
    receive({ type: 'failed', message: event.message || 'the worker could not be started' })
  }
  return worker
}
