// The failures a caller may want to tell apart. Everything else is a plain Error with a full sentence.

/** No usable adapter; the message lists what was tried and what to install. */
export class NoAdapterError extends Error {
  override name = 'NoAdapterError'
}

/** The device went away (driver reset, unplugged, destroyed). Work in flight is lost, checkpoints are not. */
export class DeviceLostError extends Error {
  override name = 'DeviceLostError'
}

/** The work needs more than this adapter offers; the message has the estimate and the limit. */
export class DeviceLimitError extends Error {
  override name = 'DeviceLimitError'
}

/** The adapter said that it could take the work, and then had no memory left for it. */
export class OutOfMemoryError extends Error {
  override name = 'OutOfMemoryError'
}

/** WebGPU refused a command or a shader: a defect of ours, with the driver's own words. */
export class GpuError extends Error {
  override name = 'GpuError'
}
