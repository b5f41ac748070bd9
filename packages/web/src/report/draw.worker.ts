// Statistics and charts, away from the page's thread: the bootstrap and Observable Plot take longer than a frame.
// A worker has no document, so the charts are drawn with a DOM library into text.

import {
  benchmarkReport,
  blockHtml,
  compareBenchmarks,
  type FigureDocument,
  figureSvg,
  parseBenchmark,
  type Report,
  reportHtml,
  type WeakToStrongResult,
  weakToStrongReport,
} from '@nanoalign/experiments'
import { parseHTML } from 'linkedom/worker'
import { withGapFigure } from '../weak-to-strong/gap-figure.ts'
import { workerPort } from '../worker-port.ts'
import type { Drawable, Drawing, FromDrawing, ToDrawing } from './messages.ts'
import { paperLink } from './papers.ts'

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as FigureDocument

const post = workerPort<ToDrawing, FromDrawing>((request) => {
  const { id } = request
  try {
    if (request.type === 'html') post({ id, type: 'html', html: reportHtml(request.report, document) })
    else post({ id, type: 'drawn', drawing: draw(reportOf(request.what)) })
  } catch (error) {
    post({ id, type: 'failed', message: (error as Error).message })
  }
})

function reportOf(what: Drawable): Report {
  if (what.kind === 'report') return what.report
  if (what.kind === 'benchmark') {
    const earlier = what.earlier && parseBenchmark(what.earlier.text, what.earlier.name)
    if (!what.result) return benchmarkReport(earlier!)
    return benchmarkReport(what.result, earlier && compareBenchmarks(earlier, what.result))
  }
  const result: WeakToStrongResult = JSON.parse(new TextDecoder().decode(what.result))
  return withGapFigure(weakToStrongReport(result, what.provenance), result)
}

function draw(report: Report): Drawing {
  return {
    report,
    blocks: report.blocks.map((block) => blockHtml(block, document) + paperLink(block)),
    figures: report.blocks.flatMap((block) =>
      block.kind === 'figure' ? [{ title: block.figure.title, svg: figureSvg(block.figure, { document }) }] : [],
    ),
  }
}
