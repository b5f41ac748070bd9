// A drawn report in the page. Blocks are put in one at a time, between frames, and only where they changed.

import { useEffect, useRef } from 'preact/hooks'
import type { Drawing } from './messages.ts'

export function ReportView({ drawing, label }: { drawing: Drawing; label: string }) {
  const box = useRef<HTMLElement>(null)
  const shown = useRef<string[]>([])
  useEffect(() => {
    const { blocks } = drawing
    const parent = box.current!
    while (parent.children.length > blocks.length) parent.lastElementChild!.remove()
    shown.current.length = Math.min(shown.current.length, blocks.length)
    let stopped = false
    const fill = (i: number) => {
      if (stopped || i >= blocks.length) return
      if (shown.current[i] === blocks[i]) return fill(i + 1)
      const place = parent.children[i] ?? parent.appendChild(document.createElement('div'))
      const open = place.querySelector('details')?.open // stays open when the numbers in it change
      place.innerHTML = blocks[i]
      shown.current[i] = blocks[i]
      if (open) place.querySelector('details')!.open = true
      setTimeout(() => fill(i + 1), 0)
    }
    fill(0)
    return () => {
      stopped = true
    }
  }, [drawing])
  return <section class="report" ref={box} aria-label={label} />
}
