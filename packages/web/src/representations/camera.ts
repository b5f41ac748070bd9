// A camera that circles the origin, and where a point of space is seen through it.

import { mat4, vec4 } from 'wgpu-matrix'

export interface Orbit {
  /** radians around the vertical axis, and above the horizon */
  yaw: number
  pitch: number
  /** from the origin */
  distance: number
}

export const usualOrbit: Orbit = { yaw: 0.6, pitch: 0.35, distance: 2.9 }
const NEAREST = 1.2
const FARTHEST = 8
/** radians that the shorter side sees */
export const FIELD = Math.PI / 4
const STEEPEST = Math.PI / 2 - 0.05

export function turned(orbit: Orbit, yaw: number, pitch: number): Orbit {
  return { ...orbit, yaw: orbit.yaw + yaw, pitch: Math.min(STEEPEST, Math.max(-STEEPEST, orbit.pitch + pitch)) }
}

/** `factor` below 1 comes nearer. */
export function zoomed(orbit: Orbit, factor: number): Orbit {
  return { ...orbit, distance: Math.min(FARTHEST, Math.max(NEAREST, orbit.distance * factor)) }
}

/** The matrix from space to clip coordinates, for a canvas of that width / height. */
export function viewProjection({ yaw, pitch, distance }: Orbit, aspect: number): Float32Array {
  const eye = [
    distance * Math.cos(pitch) * Math.sin(yaw),
    distance * Math.sin(pitch),
    distance * Math.cos(pitch) * Math.cos(yaw),
  ]
  // on a narrow canvas the width is what must fit
  const field = aspect >= 1 ? FIELD : 2 * Math.atan(Math.tan(FIELD / 2) / aspect)
  const projection = mat4.perspective(field, aspect, 0.05, 20)
  return mat4.multiply(projection, mat4.lookAt(eye, [0, 0, 0], [0, 1, 0])) as Float32Array
}

/** Item nearest to (x, y) of a canvas of (width, height), if one is within `reach`; of two, the one in front. */
export function pick(
  positions: Float32Array,
  matrix: Float32Array,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  reach: number,
): number | undefined {
  let best: { item: number; cost: number } | undefined
  for (let item = 0; item < positions.length / 3; item++) {
    const at = positions.subarray(3 * item, 3 * item + 3)
    const [cx, cy, , w] = vec4.transformMat4([at[0], at[1], at[2], 1], matrix)
    if (w <= 0) continue
    const away = Math.hypot(((cx / w + 1) / 2) * width - x, ((1 - cy / w) / 2) * height - y)
    const cost = away + w // pixels; depth only decides between points on top of each other
    if (away <= reach && (!best || cost < best.cost)) best = { item, cost }
  }
  return best?.item
}
