/**
 * The stylesheet of all pages. Colours are of Okabe and Ito's palette, which people with any form of colour blindness tell apart, darker or lighter by
 * scheme for contrast; nothing is told by colour alone. Widths: one column on a phone, charts side by side from two times 22 rem on. A table that goes on
 * behind the right edge of its box has a shade there.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --box: #f6f8fa;
  --first: #0072b2; --second: #c04a00;
  --good: #00694d; --check: #8a5a00; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1419; --ink: #e6edf3; --soft: #9aa7b4; --line: #30383f; --box: #171e25;
    --first: #56b4e9; --second: #f0935a;
    --good: #4cc9a0; --check: #e3b341; --bad: #ff8a80;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main, header, footer { max-width: 82rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
footer { padding-top: 1rem; padding-bottom: 3rem; color: var(--soft); font-size: .875rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 .25rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 0; font-size: 1rem; line-height: 1.35; overflow-wrap: anywhere; }
p { margin: .25rem 0; max-width: 46rem; }
a { color: var(--first); }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
td code { white-space: nowrap; }
.soft { color: var(--soft); }
.sub { color: var(--soft); margin: .375rem 0 0; overflow-wrap: anywhere; }
nav { margin: 1rem 0 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .125rem 1.125rem; margin: 0; padding: 0; list-style: none; font-size: .9375rem; }
section { padding: 1.5rem 0 .5rem; margin-top: 1.5rem; border-top: 1px solid var(--line); }
header + main > section:first-child { border-top: 0; margin-top: 0; }
.grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); margin: 1rem 0; align-items: start; }
.grid.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); }
.grid.pair { grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.grid > * { min-width: 0; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.125rem; background: var(--box); height: 100%; overflow-wrap: anywhere; }
.card ul { margin: .5rem 0 0; padding-left: 1.125rem; font-size: .9375rem; }
.card li + li { margin-top: .25rem; }
.card .answer { margin: .25rem 0 0; font-size: 1.125rem; font-weight: 600; line-height: 1.35; }
.tone { font-weight: 600; font-size: .875rem; }
.tone.good { color: var(--good); } .tone.check { color: var(--check); } .tone.bad { color: var(--bad); }
.warnings { border-left: .25rem solid var(--check); padding: .125rem 0 .125rem 1rem; margin: 1.25rem 0 0; }
.warnings ul { margin: .25rem 0; padding-left: 1.125rem; max-width: 56rem; }
.warnings li { overflow-wrap: anywhere; }
figure { margin: 0; display: flex; flex-direction: column; gap: .5rem; }
@supports (grid-template-rows: subgrid) {
  .figures > * { grid-row: span 3; align-self: start; }
  .figures > figure { display: grid; grid-template-rows: subgrid; row-gap: .5rem; }
}
figure figcaption p { font-size: .875rem; color: var(--soft); line-height: 1.4; margin: .125rem 0 0; }
figure svg { display: block; width: 100%; max-width: 30rem; height: auto; overflow: visible; color: var(--ink); }
svg text { white-space: pre; }
.grid.small figure svg { max-width: 22rem; }
figure figcaption .legend { display: flex; flex-wrap: wrap; gap: .125rem 1rem; color: inherit; margin-top: .375rem; }
figure .legend svg, p svg { display: inline-block; width: 1.125rem; vertical-align: -.0625rem; }
details { font-size: .875rem; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
summary:focus-visible, .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--first); outline-offset: 2px; }
.scroll {
  overflow: auto; max-width: 100%; margin: .5rem 0 0;
  background: linear-gradient(to right, transparent, var(--paper) 60%) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, transparent, var(--line)) right / .75rem 100% no-repeat scroll;
}
details .scroll { max-height: 20rem; }
table { border-collapse: collapse; min-width: min(100%, 20rem); font-size: .875rem; line-height: 1.35; }
caption { text-align: left; font-weight: 600; padding: 0 0 .375rem; font-size: .9375rem; }
th, td { padding: .3125rem .75rem .3125rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: .25rem; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; white-space: nowrap; }
tbody th { color: inherit; font-weight: 400; overflow-wrap: anywhere; min-width: 6rem; }
tbody th.number { min-width: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { display: inline-block; vertical-align: middle; width: 5rem; height: .5rem; margin-left: .5rem; }
.bar { border-radius: 1px; background: var(--line); overflow: hidden; }
.bar > span { display: block; height: 100%; background: var(--first); }
.bar.second > span { background: var(--second); }
pre { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
pre.command { border: 1px solid var(--line); border-radius: .375rem; background: var(--box); padding: .625rem .75rem; max-width: 56rem; }
.command span { display: inline-block; max-width: 100%; }
pre.diff { border: 1px solid var(--line); border-radius: .375rem; padding: .375rem 0; max-width: 62rem; }
.diff > * { display: block; padding: 0 .75rem 0 calc(.75rem + 1ch); text-indent: -1ch; text-decoration: none; }
.diff ins { background: color-mix(in srgb, var(--good) 14%, transparent); }
.diff del { background: color-mix(in srgb, var(--bad) 14%, transparent); }
blockquote { margin: .5rem 0; padding: .125rem 0 .125rem .875rem; border-left: .1875rem solid var(--line); max-width: 56rem; overflow-wrap: anywhere; }
section > ul, .pair ul { padding-left: 1.125rem; max-width: 56rem; }
section > ul li + li, .pair li + li { margin-top: .25rem; }
.cluster .pair { grid-template-columns: minmax(0, 1fr); }
@media (min-width: 62rem) { .cluster .pair { grid-template-columns: minmax(0, 26rem) minmax(0, 1fr); } }
.cluster .scroll { max-height: none; }
.cluster tbody th { min-width: 11rem; }
.cluster tbody td { overflow-wrap: break-word; }
.cluster { border-top: 1px solid var(--line); padding: .5rem 0; font-size: .9375rem; }
.cluster > summary { color: inherit; width: auto; overflow-wrap: anywhere; }
.stack > * + * { margin-top: 1.25rem; }
.heat { display: inline-block; min-width: 2.25rem; padding: 0 .25rem; border-radius: .1875rem; background: color-mix(in srgb, var(--first) var(--heat), transparent); }
.matrix tbody th { min-width: 8rem; position: sticky; left: 0; background: var(--paper); }
@media (min-width: 62rem) { .matrix tbody th { min-width: 12rem; } }
.words { min-width: 14rem; max-width: 40rem; overflow-wrap: anywhere; }
.note { font-size: .875rem; color: var(--soft); max-width: 56rem; }
@media (max-width: 30rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.4375rem; }
  .bar { width: 2.5rem; }
}
@media print { nav { display: none; } section, figure, .card { break-inside: avoid; } }
`;
