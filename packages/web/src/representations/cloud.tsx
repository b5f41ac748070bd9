import { useEffect, useRef } from 'preact/hooks'
import { pick, turned, usualOrbit, viewProjection, zoomed } from './camera.ts'
import type { ModelStates, States } from './messages.ts'
import { CloudRenderer, openDrawer } from './renderer.ts'
import { flagsAt, linesOf, positionsAt } from './scene.ts'
import { chosen, colouring, look, orbit, problem } from './session.ts'

interface Props {
  states: States
  model: ModelStates
  label: string
}

const RADIUS = 0.026
const REACH = 16 // pixels
const TURN = 0.12 // radians per key press

/** One model's points: drag or arrows turn them, the wheel or + and − come nearer, a click or , and . choose a point. */
export function Cloud({ states, model, label }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  useDrawing(canvas, states, model)
  const items = states.truth.length
  const step = (by: number) => {
    chosen.value = ((chosen.value ?? (by > 0 ? -1 : 0)) + by + items) % items
  }
  const keys: Record<string, () => void> = {
    ArrowLeft: () => turn(-TURN, 0),
    ArrowRight: () => turn(TURN, 0),
    ArrowUp: () => turn(0, TURN),
    ArrowDown: () => turn(0, -TURN),
    '+': () => zoom(0.85),
    '=': () => zoom(0.85),
    '-': () => zoom(1 / 0.85),
    '.': () => step(1),
    ',': () => step(-1),
    '0': () => {
      orbit.value = usualOrbit
    },
    Escape: () => {
      chosen.value = undefined
    },
  }
  const drag = useRef<{ x: number; y: number; moved: boolean } | undefined>(undefined)
  useEffect(() => {
    // by hand: a wheel listener must say that it may prevent the page from scrolling
    const element = box.current!
    const wheel = (event: WheelEvent) => {
      if (document.activeElement !== element) return // the page scrolls until the cloud has been entered
      event.preventDefault()
      zoom(Math.exp(event.deltaY * 0.001))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [])
  return (
    <div
      ref={box}
      class="cloud"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys
      tabIndex={0}
      aria-label={label}
      aria-describedby="cloud-keys"
      onKeyDown={(event) => {
        const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
        if (!act) return
        event.preventDefault()
        act()
      }}
      onPointerDown={(event) => {
        drag.current = { x: event.clientX, y: event.clientY, moved: false }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        const from = drag.current
        if (!from) return
        const [dx, dy] = [event.clientX - from.x, event.clientY - from.y]
        if (!from.moved && Math.hypot(dx, dy) < 4) return
        drag.current = { x: event.clientX, y: event.clientY, moved: true }
        turn(-dx * 0.008, dy * 0.008)
      }}
      onPointerUp={(event) => {
        const { moved } = drag.current ?? { moved: true }
        drag.current = undefined
        if (moved) return
        const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
        const place = { x: event.clientX - left, y: event.clientY - top, width, height }
        const matrix = viewProjection(orbit.value, width / height)
        chosen.value = pick(positionsAt(model, look.value), matrix, place, REACH)
      }}
      onPointerCancel={() => {
        drag.current = undefined
      }}
    >
      <canvas ref={canvas} />
    </div>
  )
}

function turn(yaw: number, pitch: number): void {
  orbit.value = turned(orbit.value, yaw, pitch)
}

export function zoom(factor: number): void {
  orbit.value = zoomed(orbit.value, factor)
}

/** Draws when something has changed, at most once per frame. */
function useDrawing(canvas: { current: HTMLCanvasElement | null }, states: States, model: ModelStates): void {
  useEffect(() => {
    const element = canvas.current!
    const dark = matchMedia('(prefers-color-scheme: dark)')
    let renderer: CloudRenderer | undefined
    let frame = 0
    let gone = false
    const draw = () => {
      frame = 0
      if (!renderer) return
      const { clientWidth, clientHeight } = element
      const scale = Math.min(2, devicePixelRatio)
      const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)]
      renderer.draw({
        width,
        height,
        positions: positionsAt(model, look.value),
        flags: flagsAt(states, colouring.value, look.value, chosen.value),
        lines: linesOf(model, chosen.value),
        matrix: viewProjection(orbit.value, clientWidth / clientHeight),
        distance: orbit.value.distance,
        radius: RADIUS,
        colours: coloursOf(element),
      })
    }
    const ask = () => {
      frame ||= requestAnimationFrame(draw)
    }
    const begin = async () => {
      try {
        const drawer = await openDrawer()
        if (gone) return
        renderer = new CloudRenderer(drawer, element)
        ask()
        await drawer.device.lost
        renderer = undefined
        if (!gone) begin()
      } catch (error) {
        problem.value = `This view cannot be drawn: ${(error as Error).message}`
      }
    }
    begin()
    const resized = new ResizeObserver(ask)
    resized.observe(element)
    dark.addEventListener('change', ask)
    const unsubscribe = [look, colouring, chosen, orbit].map((signal) => signal.subscribe(ask))
    return () => {
      gone = true
      cancelAnimationFrame(frame)
      resized.disconnect()
      dark.removeEventListener('change', ask)
      for (const stop of unsubscribe) stop()
      renderer?.destroy()
    }
  }, [states, model])
}

/** The theme's colours, as the style sheet has them now. */
function coloursOf(element: Element) {
  const style = getComputedStyle(element)
  const rgb = (name: string) => {
    const hex = style.getPropertyValue(name).trim()
    const digits = hex.length === 4 ? [...hex.slice(1)].map((d) => d + d).join('') : hex.slice(1, 7)
    return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
  }
  const classes: [number[], number[]] = [rgb('--figure-2'), rgb('--figure-1')]
  return { classes, back: rgb('--card'), ink: rgb('--ink') }
}
