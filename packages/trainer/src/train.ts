// The training loop: micro-batches, optimizer, progress, checkpoints, and a guard against divergence.

import { type Gpu, type Program, readFloats, submit, type Tensor, write } from '@nanoalign/kernels'
import type { Parameters } from '@nanoalign/model'
import { type CheckpointSlot, decodeState, encodeState } from './checkpoint.ts'
import { HISTORY, Optimizer, type OptimizerOptions } from './optimizer.ts'
import { learningRate, type Schedule } from './schedule.ts'

/** Forward and backward over one micro-batch. */
export interface TrainingTask {
  /** adds the micro-batch's gradients to the parameters' and its loss to the tensor it was made with */
  program: Program
  /** writes the inputs of micro-batch `micro` of step `step` (both from 0): a pure function of the two */
  load(step: number, micro: number): void
  tokensPerMicroBatch: number
  destroy(): void
}

export interface TrainOptions extends OptimizerOptions {
  steps: number
  schedule: Schedule
  /** micro-batches whose gradients are added up before each step. Default 1 */
  microBatches?: number
  /** steps after which the loop must come back to the caller, e.g. to evaluate. Default: never */
  pauseEvery?: number
  signal?: AbortSignal
  checkpoint?: CheckpointSlot
}

/** What happened since the last event; the device is idle while the caller looks at it. */
export interface TrainEvent {
  /** steps done so far */
  step: number
  steps: number
  /** of the steps since the last event: mean loss of each batch, gradient norm before clipping */
  losses: number[]
  gradNorms: number[]
  /** learning rate of the last of them */
  lr: number
  tokensPerSecond: number
  /** the event's own notes, saved in checkpoints: put there what must survive a restart */
  extra: unknown
}

/** The loss or a gradient is no longer a finite number. The parameters are still those of the last good step. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError'
  readonly step: number
  readonly tensor: string
  constructor(step: number, tensor: string, value: number) {
    super(
      `training diverged at step ${step}: ${tensor} is ${value}. The model was left as it was before that step; ` +
        'lower the learning rate or check the data',
    )
    this.step = step
    this.tensor = tensor
  }
}

/**
 * Trains `parameters` in place. `makeTask` builds the task around the loss tensor. Events come a few times a second
 * and at every multiple of `pauseEvery`; their number and timing do not touch the result.
 * An abort first saves a checkpoint, then throws the signal's reason.
 * @throws DivergenceError naming step and tensor.
 */
export async function* train(
  gpu: Gpu,
  parameters: Parameters,
  makeTask: (loss: Tensor) => Promise<TrainingTask>,
  options: TrainOptions,
): AsyncGenerator<TrainEvent, void> {
  const { steps, schedule, microBatches = 1, pauseEvery = Infinity, signal, checkpoint } = options
  const optimizer = await Optimizer.create(gpu, parameters, options)
  const task = await makeTask(optimizer.loss)
  let extra: unknown
  let step = 0
  const save = async () => {
    const state = { step, values: await readFloats(gpu, parameters.values), ...(await optimizer.moments()), extra }
    await checkpoint?.save(encodeState(state))
  }
  try {
    const saved = await checkpoint?.load()
    if (saved) {
      const state = decodeState(saved, parameters.values.size)
      write(gpu, parameters.values, state.values)
      optimizer.restore(state.step, state)
      step = state.step
      extra = state.extra
    }
    let perRead = 1
    while (step < steps) {
      signal?.throwIfAborted()
      const start = performance.now()
      const end = Math.min(steps, step + perRead, (Math.floor(step / pauseEvery) + 1) * pauseEvery)
      const count = end - step
      let lr = 0
      for (; step < end; step++) {
        for (let micro = 0; micro < microBatches; micro++) {
          task.load(step, micro)
          if (micro + 1 < microBatches) task.program.submit()
        }
        lr = learningRate(schedule, step, steps)
        optimizer.prepare(step + 1, lr)
        submit(gpu, [task.program, optimizer.program])
      }
      const { losses, gradNorms } = await optimizer.history(step, count)
      await checkFinite(parameters, task, step - count, losses, gradNorms)
      const seconds = (performance.now() - start) / 1000
      // read back about three times a second, and at most as many steps as the history holds
      perRead = Math.max(1, Math.min(HISTORY, Math.round((count / seconds) * 0.3)))
      const tokensPerSecond = (count * microBatches * task.tokensPerMicroBatch) / seconds
      const event: TrainEvent = { step, steps, losses, gradNorms, lr, tokensPerSecond, extra }
      yield event
      extra = event.extra
      // never of the last step: a run that starts there would have nothing left to yield
      if (step < steps && (signal?.aborted || checkpoint?.due())) await save()
    }
    signal?.throwIfAborted()
  } finally {
    task.destroy()
    optimizer.destroy()
  }
}

async function checkFinite(
  parameters: Parameters,
  task: TrainingTask,
  first: number,
  losses: number[],
  gradNorms: number[],
) {
  const bad = losses.findIndex((loss, i) => !Number.isFinite(loss) || !Number.isFinite(gradNorms[i]))
  if (bad < 0) return
  // The optimizer skipped that step and cleared the gradients; repeat its batch to see which tensor is the cause.
  task.load(first + bad, 0)
  task.program.submit()
  for (const which of ['values', 'gradients'] as const)
    for (const [name, data] of Object.entries(await parameters.toHost(which))) {
      const value = data.find((x) => !Number.isFinite(x))
      if (value === undefined) continue
      throw new DivergenceError(first + bad + 1, which === 'values' ? name : `the gradient of ${name}`, value)
    }
  throw new DivergenceError(
    first + bad + 1,
    Number.isFinite(losses[bad]) ? 'the gradient norm' : 'the loss',
    losses[bad],
  )
}
