import { DeviceLimitError, DeviceLostError, NoAdapterError } from '@nanoalign/kernels'
import { CorruptFileError } from '@nanoalign/model'
import { DivergenceError } from '@nanoalign/trainer'
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { explain, Interrupted, RunError, type RunHint, UsageError } from './errors.ts'
import { StoreWriteError } from './folder-storage.ts'
import { QueueUnreachableError } from './queue/open-redis.ts'
import { UnusableWorkerError } from './queue/slot.ts'
import { WorkerRefusedError } from './queue/worker.ts'

const command = 'nanoalign train'
const checkpoint = { step: 40, path: '/runs/stages/checkpoints/x' }
const during = (cause: unknown, hint: Partial<RunHint> = {}) => new RunError(cause, { command, ...hint })
const coded = (code: string) => Object.assign(new Error(code), { code })

test.each<[unknown, number, string]>([
  [new UsageError('no such preset'), 2, 'nanoalign: no such preset'],
  [new CommanderError(1, 'commander.unknownOption', 'said already'), 2, ''],
  [new CommanderError(0, 'commander.help', ''), 0, ''],
  [new Interrupted('interrupted'), 130, 'nanoalign: interrupted'],
  [new NoAdapterError('no WebGPU adapter'), 1, 'nanoalign: no WebGPU adapter'],
  [new DeviceLimitError('too large'), 1, 'nanoalign: too large'],
  [new CorruptFileError('cut off'), 1, 'nanoalign: cut off'],
  [new QueueUnreachableError('nobody there'), 1, 'nanoalign: nobody there'],
  [new WorkerRefusedError('other code'), 1, 'nanoalign: other code'],
  [new UnusableWorkerError('no adapter'), 1, 'nanoalign: no adapter'],
  [during(new DeviceLimitError('too large'), { checkpoint }), 1, 'nanoalign: too large'],
  [during(new Interrupted('interrupted')), 130, 'nanoalign: interrupted\n  continue with: nanoalign train'],
  [
    during(new DeviceLostError('the GPU device was lost'), { checkpoint }),
    1,
    'nanoalign: the GPU device was lost\n  the checkpoint of step 40 is kept; continue with: nanoalign train',
  ],
  [
    during(new DivergenceError(57, 'the loss', Number.NaN), { checkpoint }),
    1,
    'nanoalign: training diverged at step 57: the loss is NaN. The model was left as it was before that step; lower ' +
      'the learning rate or check the data\n  the last good checkpoint (step 40) is /runs/stages/checkpoints/x',
  ],
  [
    during(new StoreWriteError('/runs/x', coded('ENOSPC'))),
    1,
    'nanoalign: cannot write /runs/x: no space left (ENOSPC)\n' +
      '  what was finished before is kept; make room, then continue with: nanoalign train',
  ],
  [
    during(new StoreWriteError('/runs/x', coded('EACCES'))),
    1,
    'nanoalign: cannot write /runs/x: permission denied (EACCES)\n  choose another folder with --out',
  ],
  [
    during(new StoreWriteError('/runs/x', coded('EBUSY'))),
    1,
    'nanoalign: cannot write /runs/x: another program has it open (EBUSY)\n' +
      '  what was finished before is kept; continue with: nanoalign train',
  ],
  [
    new TypeError('x is not a function'),
    1,
    'nanoalign: unexpected TypeError: x is not a function\n  this looks like a defect; --debug shows where it happened',
  ],
  ['a thrown string', 1, 'nanoalign: a thrown string'],
])('%s', (error, exitCode, text) => {
  expect(explain(error)).toEqual({ exitCode, text })
})
