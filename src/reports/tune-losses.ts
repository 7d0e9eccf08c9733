/** What was measured: loss by target and candidate with intervals, and the differences to UniMax, as charts and one table. */
import type { Interval } from '../mixture/tune/interval.js';
import { sideOf } from '../mixture/tune/verdict.js';
import { pointSwatch, renderFigure } from './chart-figure.js';
import { renderRanges } from './chart-ranges.js';
import { COLOUR } from './chart-svg.js';
import { renderTable, type HtmlTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { bits, candidateName, shareText, signedBits, signedEnds } from './tune-numbers.js';
import type { TuneReport } from './tune-report.js';

/** Charts of single targets, by falling weight; the table has all. */
const MOST_CHARTS = 11;

export function lossesSection(report: TuneReport): Html {
  const { candidates, targetWeights, seeds } = report;
  const targets = Object.entries(targetWeights).sort(([, a], [, b]) => b - a);
  const drawn = targets.slice(0, MOST_CHARTS);
  return html`<p>Bits per byte of held-out text under each mixture's proxies: the mean of ${seeds.length} seeds and its 95\u00a0% interval. Lower is better;
the dashed line is UniMax.</p>
<div class="grid figures">
${lossFigure('All targets, weighted', 'objective', candidates.map(({ names, objective }) => ({ names, measured: objective })))}
${drawn.map(([target, weight]) => lossFigure(foreign(target, 60), `weight ${shareText(weight)}`,
    candidates.map(({ names, targets: all }) => ({ names, measured: all[target] }))))}
</div>
${targets.length > drawn.length ? html`<p class="note">${targets.length - drawn.length} targets of lower weight are in the table alone.</p>` : NOTHING}
<div class="matrix">${renderTable(differenceTable(report, targets))}</div>
<p class="note">In brackets: 95\u00a0% intervals over draws of training text, but for the second row. A difference
in bold is beyond its interval. No correction
is made for comparing many targets: of twenty without a difference, one is beyond its interval by chance.</p>`;
}

type Rows = readonly { readonly names: TuneReport['candidates'][number]['names']; readonly measured: TuneReport['candidates'][number]['objective'] | undefined }[];

function lossFigure(title: string, about: string, candidates: Rows): Html {
  const rows = candidates.flatMap(({ names, measured }) => (measured === undefined ? [] : [{ names, ...measured }]));
  const baseline = rows.find(({ names }) => names.includes('unimax'))?.interval.mean ?? 0;
  const lowest = rows.reduce((best, row) => (row.interval.mean < best.interval.mean ? row : best));
  return renderFigure({
    title, caption: `${about[0]!.toUpperCase()}${about.slice(1)}. Lowest mean: ${candidateName(lowest.names)}, ${bits(lowest.interval.mean)}.`,
    legend: [
      { name: 'proposal', swatch: pointSwatch('diamond2', COLOUR.second, COLOUR.second) },
      { name: 'others', swatch: pointSwatch('circle', COLOUR.first) },
    ],
    chart: renderRanges({
      label: `${title}: ${rows.map(({ names, interval }) => `${candidateName(names)} ${bits(interval.mean)}`).join(', ')} bits per byte.`,
      x: 'bits per byte', line: baseline,
      rows: rows.map(({ names, interval }) => ({ name: candidateName(names), ...interval, marked: names.includes('proposal') })),
    }),
    table: {
      caption: `Losses of ${title}`,
      columns: [{ title: 'candidate' }, ...['mean', '95 % from', 'to', 'minus UniMax', '95 % interval'].map((name) => ({ title: name, number: true }))],
      rows: rows.map(({ names, interval, delta }) => [
        candidateName(names), bits(interval.mean), bits(interval.low), bits(interval.high),
        delta === null ? '-' : signedBits(delta.mean), delta === null ? '-' : signedEnds(delta),
      ]),
    },
  });
}

function differenceTable({ candidates, targetWeights }: TuneReport, targets: readonly (readonly [string, number])[]): HtmlTable {
  const others = candidates.filter(({ names }) => !names.includes('unimax'));
  const unimax = candidates.find(({ names }) => names.includes('unimax'));
  return {
    caption: 'Differences to UniMax, bits per byte',
    columns: [{ title: 'target' }, ...['weight', 'UniMax', ...others.map(({ names }) => candidateName(names))].map((title) => ({ title, number: true }))],
    rows: [
      [html`<strong>all, weighted</strong>`, shareText(1), unimax === undefined ? '-' : bits(unimax.objective.interval.mean),
        ...others.map(({ objective }) => difference(objective.delta))],
      ['over other held-out documents', '', '',
        ...others.map(({ objective: { heldOut } }) => (heldOut === null ? '-' : html`<span class="soft">(${signedEnds(heldOut)})</span>`))],
      ...targets.map(([target]) => [
        foreign(target, 60), shareText(targetWeights[target] ?? 0), bits(unimax?.targets[target]?.interval.mean ?? 0),
        ...others.map(({ targets: all }) => difference(all[target]?.delta ?? null)),
      ]),
    ],
  };
}

function difference(delta: Interval | null): Html {
  if (delta === null) return html`-`;
  const side = sideOf(delta);
  const mean = side === 'undecided' ? html`${signedBits(delta.mean)}` : html`<strong>${signedBits(delta.mean)}</strong>`;
  return html`${mean} <span class="soft">(${signedEnds(delta)})</span>`;
}
