import type { SelfTestResult } from '@nanoalign/kernels'

export function ResultTable({ results }: { results: SelfTestResult[] }) {
  return (
    <div class="table">
      <div class="title" aria-hidden="true">
        Largest error of each kernel
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section class="scroll" tabIndex={0} aria-label="Largest error of each kernel">
        <table class="kernels">
          <caption>Largest error of each kernel</caption>
          <thead>
            <tr>
              <th scope="col">kernel</th>
              <th scope="col">shape</th>
              <th scope="col" class="number">
                largest error
              </th>
              <th scope="col" class="allowed">
                of what is allowed
              </th>
              <th scope="col">result</th>
            </tr>
          </thead>
          <tbody>
            {results.map(({ kernel, shape, worst, tolerance, ok }) => (
              <tr key={`${kernel} ${shape}`}>
                <th scope="row">{kernel}</th>
                <td>{shape}</td>
                <td class="number">{scientific(worst)}</td>
                <td class="allowed">
                  <meter
                    min="0"
                    max="1"
                    value={tolerance > 0 ? Math.min(1, worst / tolerance) : Number(!ok)}
                    aria-label={`${kernel}: share of the allowed error`}
                  />
                </td>
                <td class={ok ? 'right' : 'wrong'}>
                  {ok ? '✓' : '✗'} <span class="word">{ok ? 'right' : 'wrong'}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="note">Errors are |got − want| / (1 + |want|), the largest over all elements.</p>
    </div>
  )
}

function scientific(value: number): string {
  if (value === 0) return '0'
  if (!Number.isFinite(value)) return 'not a number'
  const [digits, power] = value.toExponential(1).split('e')
  const raised = [...String(Number(power))].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('')
  return `${digits}·10${raised}`
}
