// A report as one HTML file: style and charts inside, no script, nothing loaded from anywhere. The report's data are in
// it too, as JSON in <script type="application/json" id="report">.

import { type FigureDocument, figureSvg } from './figure-plot.ts'
import { figureTable } from './figure-table.ts'
import { escapeXml, formatInterval, formatValue, provenanceEntries, withoutControls } from './format.ts'
import { reportStyle } from './html-style.ts'
import type { Block, Cell, Examples, Figure, Report, Table, Verdict } from './report.ts'

const pageWidth = 728
const phoneWidth = 350

/** The whole page. `document` is only used to draw the charts. */
export function reportHtml(report: Report, document: FigureDocument): string {
  const { title, subtitle, blocks } = report
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>${subtitle ? `\n<p>${escapeXml(subtitle)}</p>` : ''}
</header>
<main>
${blocks.map((block) => blockHtml(block, document)).join('\n')}
</main>
${provenanceHtml(report)}
<script type="application/json" id="report">${embeddedJson(report)}</script>
</body>
</html>
`
  return withoutControls(page)
}

/** One block as an HTML fragment, for showing a report inside another page. */
export function blockHtml(block: Block, document: FigureDocument): string {
  switch (block.kind) {
    case 'text': {
      const heading = block.heading ? `<h2>${escapeXml(block.heading)}</h2>\n` : ''
      const paragraphs = block.text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '')
      return heading + paragraphs.map((paragraph) => `<p>${escapeXml(paragraph.trim())}</p>`).join('\n')
    }
    case 'table': {
      const note = block.note ? `\n<p class="note">${escapeXml(block.note)}</p>` : ''
      // the visible title stays in place when the table scrolls sideways, which its caption would not
      const title = `<div class="title" aria-hidden="true">${escapeXml(block.caption)}</div>`
      return `<div class="table">\n${title}\n${tableHtml(block)}${note}\n</div>`
    }
    case 'figure':
      return figureHtml(block.figure, document)
    case 'verdict':
      return verdictHtml(block)
    case 'examples':
      return examplesHtml(block)
  }
}

// two drawings, of which the style sheet shows the fitting one: scaling one down would make its text too small
function figureHtml(figure: Figure, document: FigureDocument): string {
  const draw = (name: string, width: number) =>
    figureSvg(figure, { document, width }).replace('<svg ', `<svg class="${name}" `)
  const caption = figure.caption ? ` ${escapeXml(figure.caption)}` : ''
  return `<figure>
<figcaption><span class="title">${escapeXml(figure.title)}</span>${caption}</figcaption>
${draw('wide', pageWidth)}
${draw('narrow', phoneWidth)}
<details><summary>Show the numbers</summary>
${tableHtml(figureTable(figure))}
</details>
</figure>`
}

function tableHtml({ caption, columns, rows }: Table): string {
  const numeric = columns.map((_, c) => rows.some((row) => typeof row[c] !== 'string'))
  const attributes = (c: number) => (numeric[c] ? ' class="number"' : '')
  const head = columns.map((column, c) => `<th scope="col"${attributes(c)}>${escapeXml(column)}</th>`).join('')
  const body = rows.map((row) => {
    const cells = row.map((cell, c) =>
      c === 0 ? `<th scope="row"${attributes(c)}>${cellHtml(cell)}</th>` : `<td${attributes(c)}>${cellHtml(cell)}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  // a box that scrolls must be reachable by keyboard, and then needs a name
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escapeXml(caption)}"><table>
<caption>${escapeXml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return escapeXml(cell)
  const interval = formatInterval(cell)
  return formatValue(cell) + (interval ? ` <span class="interval">${interval}</span>` : '')
}

function verdictHtml({ claim, outcome, evidence }: Verdict): string {
  const label = { supported: '✓ Supported', 'not supported': '✗ Not supported', inconclusive: '○ Inconclusive' }[
    outcome
  ]
  return `<section class="verdict ${outcome.replace(' ', '-')}">
<p class="outcome">${label}</p>
<p class="claim">${escapeXml(claim)}</p>
<p>${escapeXml(evidence)}</p>
</section>`
}

function examplesHtml({ caption, examples, note }: Examples): string {
  const each = examples.map(({ title, fields }) => {
    const list = fields.map(([name, text]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(text)}</dd>`)
    return `<details><summary>${escapeXml(title)}</summary>\n<dl>${list.join('')}</dl>\n</details>`
  })
  const small = note ? `\n<p class="note">${escapeXml(note)}</p>` : ''
  return `<details class="examples"><summary>${escapeXml(caption)}</summary>\n${each.join('\n')}${small}\n</details>`
}

function provenanceHtml({ provenance }: Report): string {
  const entries = provenanceEntries(provenance).map(([name, value]) => {
    const shown = name === 'Command' ? `<code>${escapeXml(value)}</code>` : escapeXml(value)
    return `<dt>${escapeXml(name)}</dt><dd>${shown}</dd>`
  })
  return `<footer>\n<h2>Provenance</h2>\n<dl>\n${entries.join('\n')}\n</dl>\n</footer>`
}

/** JSON that cannot end the script element it stands in: `<` only occurs inside strings, where it may be escaped. */
function embeddedJson(report: Report): string {
  return JSON.stringify(report).replace(/</g, '\\u003c')
}
