/** How far the laws can be trusted: losses that they predicted of runs they had not seen against those measured, with rank correlations. */
import { renderFigure } from './chart-figure.js';
import { renderScatter } from './chart-scatter.js';
import { renderTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import type { TargetFit } from '../mixture/tune/types.js';
import { bits, rankText, signedBits } from './tune-numbers.js';
import type { TuneReport } from './tune-report.js';

/** Charts, those of the first targets; the table has all. */
const MOST_CHARTS = 12;

const KINDS = { 'log-linear': 'c + exp(t \u00b7 w)', ridge: 'ridge on w and log w' } as const;

export function fitSection(report: TuneReport): Html {
  const { fit, candidates, proposal } = report;
  if (fit === null) return html`<p>There was no fit beside the proposal: what it predicted of the swarm is not known here.</p>`;
  const measured = candidates.find(({ names }) => names.includes('proposal'))?.targets ?? {};
  const drawn = fit.targets.slice(0, MOST_CHARTS);
  return html`<p>Each of ${fit.runs} runs of the swarm was predicted by a law fitted to other runs. Rank correlation (Spearman's) is what a search
for the best mixture needs:
1 sorts the mixtures as measured, 0 is chance. 
A ridge law looks closest at mixtures of low loss, where proposals are: it may be far off where losses are high.</p>
<div class="matrix">${renderTable({
    caption: 'Laws by target',
    columns: [{ title: 'target' }, { title: 'law' },
      ...['rank correlation, 95 %', 'the other law', 'error (RMS)', 'predicted at proposal', 'measured there', 'difference']
        .map((title) => ({ title, number: true }))],
    rows: fit.targets.map(({ target, law, crossValidated, error }) => {
      const predicted = proposal.predicted[target];
      const found = measured[target]?.interval.mean;
      return [
        foreign(target, 60), html`<code>${KINDS[law.kind]}</code>`, rankText(crossValidated[law.kind]),
        crossValidated[law.kind === 'ridge' ? 'log-linear' : 'ridge'].value.toFixed(3).replace('-', '\u2212'), bits(error),
        predicted === undefined ? '-' : bits(predicted), found === undefined ? '-' : bits(found),
        predicted === undefined || found === undefined ? '-' : signedBits(found - predicted),
      ];
    }),
  })}</div>
<div class="grid figures">
${drawn.map(scatterFigure)}
</div>
${fit.targets.length > drawn.length ? html`<p class="note">${fit.targets.length - drawn.length} more targets are in the table alone.</p>` : NOTHING}`;
}

function scatterFigure({ target, law, crossValidated, measured, predicted }: TargetFit): Html {
  const name = foreign(target, 60);
  const points = measured.map((x, i) => ({ x, y: predicted[i] ?? NaN })).filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (points.length === 0) return html`<p>${name}: no run was predicted.</p>`;
  return renderFigure({
    title: name, caption: `Rank correlation ${rankText(crossValidated[law.kind])}. A circle is a run; on the dashed line both agree.`,
    chart: renderScatter({
      label: `${name}: loss predicted in cross-validation against loss measured, ${points.length} runs, rank correlation ${rankText(crossValidated[law.kind])}.`,
      x: 'measured, bits per byte', y: 'predicted, bits per byte', points,
    }),
    table: {
      caption: `Runs of ${name}`, columns: ['measured', 'predicted'].map((title) => ({ title, number: true })),
      rows: points.map(({ x, y }) => [bits(x), bits(y)]),
    },
  });
}
