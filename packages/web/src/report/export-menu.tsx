import { download, fileName } from './download.ts'
import { htmlFile } from './drawing.ts'
import type { Drawing } from './messages.ts'
import { svgToPng } from './svg-to-png.ts'

/** The report as files: one page, its data, its figures. */
export function ExportMenu({ drawing, name }: { drawing: Drawing; name: string }) {
  const { report, figures } = drawing
  const base = fileName(name)
  return (
    <fieldset class="actions exports">
      <legend class="hidden">Save this report</legend>
      <button type="button" onClick={async () => download(`${base}.html`, await htmlFile(report), 'text/html')}>
        Save as a page
      </button>
      <button
        type="button"
        onClick={() => download(`${base}.json`, JSON.stringify(report, null, 2), 'application/json')}
      >
        Save the data
      </button>
      {figures.length > 0 && (
        <details>
          <summary>Save a figure</summary>
          <ul class="figures">
            {figures.map(({ title, svg }) => (
              <li key={title}>
                <span>{title}</span>
                <button
                  type="button"
                  aria-label={`${title} as SVG`}
                  onClick={() => download(`${base}-${fileName(title)}.svg`, svg, 'image/svg+xml')}
                >
                  SVG
                </button>
                <button
                  type="button"
                  aria-label={`${title} as PNG`}
                  onClick={async () => download(`${base}-${fileName(title)}.png`, await svgToPng(svg), 'image/png')}
                >
                  PNG
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </fieldset>
  )
}
