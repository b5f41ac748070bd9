// The style sheet of a report page: one column, light and dark, readable from phone to print.

import { figurePalette } from './figure-legend.ts'

const series = (theme: keyof typeof figurePalette) =>
  figurePalette[theme].map((color, i) => `--figure-${i + 1}: ${color};`).join(' ')

const light = `--page: #fcfcfb; --card: #f3f3f0; --ink: #1b1d21; --muted: #5d626b; --line: #dcdcd6;
  --good: #00704f; --bad: #b3400a; --open: #7a6200; ${series('light')}`
const dark = `--page: #15171b; --card: #1f2228; --ink: #e7e8ea; --muted: #a3a9b3; --line: #363a42;
  --good: #2fc89b; --bad: #f08a4b; --open: #e6c04a; ${series('dark')}`

export const reportStyle = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
@media print { :root { color-scheme: light; ${light} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif;
  overflow-wrap: break-word; -webkit-text-size-adjust: 100%; }
header, main, footer { max-width: 48rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3rem; padding-bottom: 0.5rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.1rem); line-height: 1.2; letter-spacing: -0.015em; margin: 0; text-wrap: balance; }
header p { color: var(--muted); font-size: 1.1rem; line-height: 1.45; margin: 0.6rem 0 0; text-wrap: pretty; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.6rem 0 0.5rem; }
p { margin: 0.6rem 0; }
figure, .table { margin: 1.8rem 0; }
figcaption, .title { line-height: 1.45; }
.title { display: block; font-weight: 600; }
figcaption, .note { color: var(--muted); font-size: 0.9rem; }
figcaption .title { color: var(--ink); font-size: 1rem; }
figure > svg { display: block; width: 100%; height: auto; margin: 0.9rem 0 0.4rem; }
figure > svg.narrow { display: none; }
@media screen and (max-width: 36rem) { figure > svg.wide { display: none; } figure > svg.narrow { display: block; } }
details { font-size: 0.9rem; }
summary { color: var(--muted); cursor: pointer; width: fit-content; }
.examples > details { margin: 0.4rem 0 0.4rem 1rem; overflow-wrap: anywhere; }
.examples > details > dl { margin: 0.4rem 0 0.8rem; }
:focus-visible { outline: 2px solid var(--figure-1); outline-offset: 2px; }
.table > .title { margin-bottom: 0.4rem; }
/* a shadow at the right edge that goes when the table is scrolled to its end */
.scroll { position: relative; overflow-x: auto;
  background: linear-gradient(to left, var(--page) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--line), transparent) right / 0.8rem 100% no-repeat scroll; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 0.4rem 0.65rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; border-bottom: 2px solid var(--line); }
tbody th { font-weight: 500; position: sticky; left: 0; background: var(--page); }
td:not(.number) { min-width: 9rem; }
.number { text-align: right; }
tbody .number { white-space: nowrap; }
.interval { display: block; color: var(--muted); font-size: 0.82rem; }
.verdict { margin: 1rem 0; padding: 0.8rem 1.1rem; background: var(--card); border-radius: 0.5rem; border-left: 4px solid var(--tone); }
.verdict p { margin: 0.1rem 0; }
.verdict .outcome { color: var(--tone); font-weight: 650; font-size: 0.9rem; }
.verdict .claim { font-weight: 600; }
.supported { --tone: var(--good); } .not-supported { --tone: var(--bad); } .inconclusive { --tone: var(--open); }
footer { margin-top: 3.5rem; padding-top: 1.2rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.88rem; }
footer::before { content: ""; display: block; border-top: 1px solid var(--line); margin-bottom: 1.2rem; }
footer h2 { font-size: 0.95rem; margin: 0 0 0.5rem; color: var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.25rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; min-width: 0; }
code { font: 0.92em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } header { padding-top: 2rem; } }
@media print { details { display: none; } .verdict, figure, .table { break-inside: avoid; } }
`.trim()
