import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { reportHtml } from './html.ts'
import { examples, figure, percent, type Report, table, text, verdict } from './report.ts'

const { document } = parseHTML('<!doctype html><html><body></body></html>')

function report(word: string): Report {
  return {
    title: `Title ${word}`,
    subtitle: `Subtitle ${word}`,
    blocks: [
      text(`First ${word}.\n\nSecond.`, `Heading ${word}`),
      table({
        caption: `Caption ${word}`,
        columns: [`Pair ${word}`, 'Accuracy'],
        rows: [
          [`b → f ${word}`, percent({ value: 0.86, low: 0.84, high: 0.88 })],
          ['c → f', ''],
        ],
        note: `Note ${word}`,
      }),
      figure({
        kind: 'lines',
        title: `Figure ${word}`,
        caption: `How to read ${word}`,
        x: { label: `Step ${word}` },
        y: { label: `Loss ${word}` },
        series: [
          {
            name: `a ${word}`,
            points: [
              { x: 0, y: 1 },
              { x: 1, y: 0.5 },
            ],
          },
          { name: 'b', points: [] },
        ],
      }),
      verdict({ claim: `Claim ${word}`, outcome: 'not supported', evidence: `Evidence ${word}` }),
      examples({
        caption: `Examples ${word}`,
        examples: [{ title: `Item ${word}`, fields: [[`name ${word}`, `text ${word}`]] }],
        note: `More ${word}`,
      }),
    ],
    provenance: {
      adapter: `adapter ${word}`,
      command: `nanoalign w2s ${word}`,
      date: '2026-01-02T03:04:05Z',
      versions: { [`nanoalign ${word}`]: `0.1.0 ${word}` },
      details: { [`Seeds ${word}`]: `1, 2, 3 ${word}` },
    },
  }
}

test('the page has everything in it and loads nothing', () => {
  const html = reportHtml(report('x'), document)
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(html).not.toMatch(/<link|<img|<iframe|@import|url\(|\ssrc=|\shref=|\son\w+=/i)
  expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
  expect(html.match(/<script/g)).toHaveLength(1)
  expect(html).toContain(`default-src 'none'`)
  for (const part of [
    'Title x',
    'Subtitle x',
    'First x.',
    'Second.',
    'Heading x',
    'Caption x',
    'Note x',
    'Claim x',
    'Evidence x',
  ])
    expect(html).toContain(part)
  expect(html).toContain('Not supported')
  expect(html).toContain('nanoalign w2s x')
  expect(html).toContain('prefers-color-scheme: dark')
})

test('tables have a caption, column and row headers, and intervals', () => {
  const page = parseHTML(reportHtml(report('x'), document)).document
  const first = page.querySelector('main .table table')!
  expect(first.querySelector('caption')!.textContent).toBe('Caption x')
  expect([...first.querySelectorAll('thead th[scope=col]')].map((th) => th.textContent)).toEqual(['Pair x', 'Accuracy'])
  expect(first.querySelector('tbody th[scope=row]')!.textContent).toBe('b → f x')
  expect(first.querySelector('tbody td.number')!.textContent).toBe('86.0% [84.0, 88.0]')
})

test('figures are drawn for a page and for a phone, with their numbers as a table', () => {
  const page = parseHTML(reportHtml(report('x'), document)).document
  const drawn = page.querySelector('main figure')!
  expect(drawn.querySelectorAll('svg[role=img]')).toHaveLength(2)
  expect(drawn.querySelector('figcaption')!.textContent).toBe('Figure x How to read x')
  expect([...drawn.querySelectorAll('details thead th')].map((th) => th.textContent)).toEqual(['Step x', 'a x', 'b'])
})

test('no text of a report can become markup', () => {
  for (const evil of [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '<!--',
    '&lt;b&gt;',
    `' onclick='`,
  ]) {
    const original = report(evil)
    const html = reportHtml(original, document)
    const page = parseHTML(html).document
    expect(html.match(/<script/gi)).toHaveLength(1)
    expect(page.querySelector('img')).toBeNull()
    expect(page.querySelector('[onerror], [onclick]')).toBeNull()
    expect(page.querySelector('h1')!.textContent).toBe(`Title ${evil}`)
    expect(page.querySelector('caption')!.textContent).toBe(`Caption ${evil}`)
    expect(page.querySelector('code')!.textContent).toBe(`nanoalign w2s ${evil}`)
    const json = html.match(/<script type="application\/json" id="report">(.*)<\/script>/)![1]
    expect(json).not.toContain('<')
    expect(JSON.parse(json)).toEqual(original)
  }
})

test('control characters cannot reach a terminal that prints the page', () => {
  const html = reportHtml(report('red \u001b[31m and \u0007 bell\r and \u009b'), document)
  expect(html).toContain('Title red')
  expect(html).not.toMatch(/[^\P{Cc}\n]/u)
})
