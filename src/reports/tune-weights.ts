/** The mixtures themselves: share and epochs of each source under each candidate, beside the largest share that its caps leave it. */
import { renderBars } from './chart-bars.js';
import { barSwatch, renderFigure } from './chart-figure.js';
import { renderTable, type HtmlTable } from './html-page.js';
import { foreign, html, type Html } from './html-template.js';
import { candidateName, epochsText, shareText } from './tune-numbers.js';
import { epochsOf, type TuneReport } from './tune-report.js';
import { describeCount } from './table.js';

/** Sources in a chart, by falling share or cap; the table has all. */
const MOST_BARS = 16;

export function weightsSection(report: TuneReport): Html {
  const { budget: { size, unit } } = report;
  return html`<p>${size === null ? 'The budget is as much as fits, which depends on the mixture: no epochs are given.'
    : `Epochs are for a budget of ${describeCount(size)} ${unit}.`} An outlined bar is the cap: the largest share that epochs and shares asked for leave a source.</p>
<div class="matrix">${renderTable(weightsTable(report))}</div>
<div class="grid figures">
${report.candidates.map((candidate) => weightsFigure(report, candidate))}
</div>`;
}

function weightsTable({ candidates, budget }: TuneReport): HtmlTable {
  return {
    caption: 'Share of the mixture, and epochs',
    columns: [
      { title: 'source' }, { title: `available ${budget.unit}`, number: true }, { title: 'cap', number: true },
      ...candidates.map(({ names }) => ({ title: candidateName(names), number: true })),
    ],
    rows: budget.sources.map(({ source, available, cap }) => [
      foreign(source, 60), describeCount(available), shareText(cap),
      ...candidates.map(({ weights }) => cell(weights[source] ?? 0, cap, epochsOf(budget, source, weights[source] ?? 0))),
    ]),
  };
}

/** A share above its cap is said so: such a mixture could not be made of this budget. */
function cell(share: number, cap: number, epochs: number | undefined): Html {
  return html`${shareText(share)} <span class="soft">${epochsText(epochs)} epochs${share > cap * (1 + SLACK) ? ', above the cap' : ''}</span>`;
}

/** For the last bits of divisions. */
const SLACK = 1e-6;

function weightsFigure({ budget }: TuneReport, { names, weights }: TuneReport['candidates'][number]): Html {
  const largest = [...budget.sources].sort((a, b) => (weights[b.source] ?? 0) - (weights[a.source] ?? 0)).slice(0, MOST_BARS);
  const shown = budget.sources.filter((one) => largest.includes(one)); // in one order in every chart
  const name = candidateName(names);
  const epochs = (source: string): string => epochsText(epochsOf(budget, source, weights[source] ?? 0));
  return renderFigure({
    title: name,
    caption: `Share of each source in percent${shown.length < budget.sources.length ? `, the ${shown.length} largest` : ''}.`,
    legend: [{ name: 'share', swatch: barSwatch(true) }, { name: 'cap', swatch: barSwatch(false) }],
    chart: renderBars({
      label: `Shares of ${name}: ${shown.map(({ source }) => `${foreign(source, 20)} ${shareText(weights[source] ?? 0)}`).join(', ')}.`,
      x: 'share of the mixture (%)',
      groups: shown.map(({ source, cap }, i) => ({
        name: foreign(source, 40) || `source ${i + 1}`,
        bars: [
          { filled: true, share: weights[source] ?? 0, text: shareText(weights[source] ?? 0) },
          { filled: false, share: cap, text: cap >= 1 ? 'none' : shareText(cap) },
        ],
      })),
    }),
    table: {
      caption: `Shares of ${name}`,
      columns: [{ title: 'source' }, ...['share', 'cap', 'epochs'].map((title) => ({ title, number: true }))],
      rows: shown.map(({ source, cap }) => [foreign(source, 60), shareText(weights[source] ?? 0), shareText(cap), epochs(source)]),
    },
  });
}
