import { expect, test } from 'vitest'
import { reportMarkdown } from './markdown.ts'
import { examples, figure, percent, table, text, verdict } from './report.ts'

test('all parts of a report become Markdown, and nothing of them becomes a tag or breaks a table', () => {
  const shown = reportMarkdown({
    title: 'A <b>title</b>\u001b[2J',
    blocks: [
      text('First.\n\nSecond.', 'Heading'),
      table({ caption: 'T', columns: ['a|b', 'c'], rows: [['x | y', percent({ value: 0.5, low: 0.4, high: 0.6 })]] }),
      figure({
        kind: 'bars',
        title: 'F',
        groups: ['g'],
        y: { label: 'y' },
        series: [{ name: 's', values: [{ value: 1 }] }],
      }),
      verdict({ claim: 'C', outcome: 'supported', evidence: 'E' }),
      examples({ caption: '1 failed', examples: [{ title: 'item 0', fields: [['question', '<think> a']] }] }),
    ],
    provenance: { adapter: 'a', command: 'c', date: 'd', versions: { x: '1' } },
  })
  expect(shown).toContain('# A &lt;b>title&lt;/b> [2J\n')
  expect(shown).toContain('## Heading\n\nFirst.\n\nSecond.')
  expect(shown).toContain('| a\\|b | c |\n| --- | --- |\n| x \\| y | 50.0% [40.0, 60.0] |')
  expect(shown).toContain('**supported**')
  expect(shown).toContain('<details><summary>1 failed</summary>')
  expect(shown).toContain('  - question: &lt;think> a')
  expect(shown).toContain('- Command: c')
})
