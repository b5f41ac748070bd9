// The page's end of the drawing worker, which starts with the first thing to draw.

import type { Report } from '@nanoalign/experiments'
import { buffersOf, type Drawable, type Drawing, type FromDrawing, type ToDrawing } from './messages.ts'

let worker: Worker | undefined
let nextId = 0
const waiting = new Map<number, (answer: FromDrawing) => void>()

export async function draw(what: Drawable): Promise<Drawing> {
  const answer = await ask({ id: nextId++, type: 'draw', what }, buffersOf(what))
  if (answer.type !== 'drawn') throw new Error('the drawing worker gave no drawing')
  return answer.drawing
}

/** The report as one self-contained HTML file. */
export async function htmlFile(report: Report): Promise<string> {
  const answer = await ask({ id: nextId++, type: 'html', report })
  if (answer.type !== 'html') throw new Error('the drawing worker gave no file')
  return answer.html
}

async function ask(request: ToDrawing, transfer: Transferable[] = []): Promise<FromDrawing> {
  const answer = await new Promise<FromDrawing>((resolve) => {
    waiting.set(request.id, resolve)
    open().postMessage(request, transfer)
  })
  if (answer.type === 'failed') throw new Error(answer.message)
  return answer
}

function open(): Worker {
  if (worker) return worker
  worker = new Worker(new URL('./draw.worker.ts', import.meta.url), { type: 'module', name: 'drawing' })
  worker.onmessage = ({ data }: MessageEvent<FromDrawing>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  }
  worker.onerror = (event) => {
    event.preventDefault()
    for (const [id, resolve] of waiting) resolve({ id, type: 'failed', message: event.message || 'its worker stopped' })
    waiting.clear()
    worker = undefined
  }
  return worker
}
