// How fast this device has been at a study: what an estimate before a run is made from, where there was a run before.

import { device } from '../device/find-device.ts'
import { recall, remember } from '../store/settings.ts'

const nameOf = (page: string) => {
  const found = device.value
  return found.kind === 'found' ? `pace of ${page} on ${found.name}` : undefined
}

/** `pace`: seconds per unit of work. */
export function rememberPace(page: string, pace: number): void {
  const name = nameOf(page)
  if (name) remember(name, String(pace))
}

export function recallPace(page: string): number | undefined {
  const name = nameOf(page)
  const pace = name === undefined ? Number.NaN : Number(recall(name))
  return pace > 0 && Number.isFinite(pace) ? pace : undefined
}
