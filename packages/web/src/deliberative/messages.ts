import type { ArmName } from '@nanoalign/experiments'

/** What the study's worker tells its page when the arms are trained: where their models are in this browser's store. */
export interface TrainedArms {
  seed: number
  keys: Partial<Record<ArmName, string>>
}
