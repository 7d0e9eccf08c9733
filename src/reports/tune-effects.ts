/** The interaction matrix: what one percentage point more of a source does to each target, by the fitted laws, at the prior and at the proposal. */
import type { Effects } from '../mixture/tune/verify-effects.js';
import { bulletList, renderTable } from './html-page.js';
import { foreign, html, type Html } from './html-template.js';
import { shareText } from './tune-numbers.js';
import type { TuneReport } from './tune-report.js';

/** Columns; with more targets, those of the highest weight. */
const MOST_TARGETS = 20;
/** Tint of the largest effect, in percent. */
const MOST_HEAT = 55;
/** The figures are millibits for a percentage point: 0.01 of a share, thousandths of a bit. */
const SCALE = 0.01 * 1000;

export function effectsSection({ fit, targetWeights }: TuneReport): Html {
  if (fit === null) return html`<p>There was no fit beside the proposal.</p>`;
  const names = fit.targets.map(({ target }) => target);
  const targets = [...names].sort((a, b) => (targetWeights[b] ?? 0) - (targetWeights[a] ?? 0)).slice(0, MOST_TARGETS);
  return html`<p>Thousandths of a bit per byte that a target's loss changes by when a source gets one percentage point more of the mixture
and all others give it up in proportion.
Minus, in blue, is better; plus, in orange, is worse.</p>
<div class="stack">${fit.effects.map((effects) => matrix(effects, targets))}</div>
${bulletList([
    'These are slopes of fitted laws, good for small steps near the mixture: they are not measured, and a large step bends.',
    'A source beside which all targets have a plus helps nobody at the margin: it may still be there for the prior.',
    ...(names.length > targets.length ? [`${names.length - targets.length} targets of lower weight are left out here; verify.json has them.`] : []),
  ])}`;
}

function matrix({ at, weights, effects }: Effects, targets: readonly string[]): Html {
  const values = Object.values(effects).flatMap((row) => targets.map((target) => Math.abs(row[target] ?? 0)));
  const most = Math.max(...values, Number.MIN_VALUE);
  return html`<div class="matrix">${renderTable({
    caption: `At the ${at}: one percentage point more of the source, thousandths of a bit per byte`,
    columns: [{ title: 'source' }, { title: 'share', number: true }, ...targets.map((target) => ({ title: foreign(target, 24), number: true }))],
    rows: Object.entries(effects).map(([source, row]) => [
      foreign(source, 60), shareText(weights[source] ?? 0), ...targets.map((target) => cell(row[target] ?? null, most)),
    ]),
  })}</div>`;
}

function cell(effect: number | null, most: number): Html {
  if (effect === null) return html`-`;
  const value = effect * SCALE;
  const heat = Math.round((MOST_HEAT * Math.abs(effect)) / most);
  const colour = effect < 0 ? '--first' : '--second';
  const text = Math.abs(value) < 100 ? Math.abs(value).toFixed(2) : Math.abs(value).toFixed(0);
  const sign = Number(text) === 0 ? '' : value < 0 ? '\u2212' : '+';
  return html`<span class="heat" style="--heat:${heat}%;background:color-mix(in srgb, var(${colour}) var(--heat), transparent)">${sign}${text}</span>`;
}
