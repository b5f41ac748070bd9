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
  withMakers,
} from '@nanoalign/experiments'
import { parseHTML } from 'linkedom/worker'
import { workerPort } from '../worker-port.ts'
import type { Drawable, Drawing, FromDrawing, ToDrawing } from './messages.ts'
import { paperLink } from './papers.ts'
import { studyReports } from './study-reports.ts'

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as FigureDocument

const post = workerPort<ToDrawing, FromDrawing>(async (request) => {
  const { id } = request
  try {
    if (request.type === 'html') post({ id, type: 'html', html: reportHtml(request.report, document) })
    else post({ id, type: 'drawn', drawing: draw(await reportOf(request.what)) })
  } catch (error) {
    post({ id, type: 'failed', message: (error as Error).message })
  }
})

async function reportOf(what: Drawable): Promise<Report> {
  if (what.kind === 'report') return what.report
  if (what.kind === 'benchmark') {
    const earlier = what.earlier && parseBenchmark(what.earlier.text, what.earlier.name)
    if (!what.result) return benchmarkReport(earlier!)
    return benchmarkReport(what.result, earlier && compareBenchmarks(earlier, what.result))
  }
  const result = JSON.parse(new TextDecoder().decode(what.result)) as never
  return withMakers(await studyReports[what.study](result, what.provenance), what.makers)
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
