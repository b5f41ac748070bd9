import type { Row } from '@nanoalign/experiments'

/** What has been measured so far, row by row. */
export function RowTable({ rows }: { rows: Row[] }) {
  return (
    <div class="table">
      <div class="title" aria-hidden="true">
        Measured so far
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Measured so far">
        <table>
          <caption>Measured so far</caption>
          <thead>
            <tr>
              <th scope="col">what</th>
              <th scope="col" class="number">
                ms
              </th>
              <th scope="col">of its ceiling</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ id, label, wallMs, ofCeiling, check }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td class="number">
                  {wallMs ? milliseconds(wallMs.median) : `wrong: ${check.error.toFixed(1)} × allowed`}
                </td>
                <td>
                  {ofCeiling && (
                    <span class="share">
                      <meter min="0" max="1" value={Math.min(1, ofCeiling.median)} aria-label={`${label}: share`} />
                      <span class="digits">{(ofCeiling.median * 100).toFixed(0)} %</span>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

const milliseconds = (value: number) => value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1)
