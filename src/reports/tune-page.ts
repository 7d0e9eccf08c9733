/**
 * The page of `sluice tune verify`: one HTML file, in the order in which a person decides. It draws and words what verify.json holds and works out nothing of
 * its own. A chart or matrix states how many targets and sources it has room for; the tables have all.
 */
import { glued } from './audit-numbers.js';
import { bulletList, renderPage, renderTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { describeBytes, describeCount } from './table.js';
import { effectsSection } from './tune-effects.js';
import { fitSection } from './tune-fit.js';
import { lossesSection } from './tune-losses.js';
import { candidateName, listed, shareText } from './tune-numbers.js';
import type { TuneReport } from './tune-report.js';
import { answersOf, cautionsOf } from './tune-verdict.js';
import { weightsSection } from './tune-weights.js';

/** The same report gives the same bytes: the page holds no time and no machine. */
export function renderTunePage(report: TuneReport): string {
  const { recipe, candidates, seeds, targetWeights } = report;
  const targets = Object.entries(targetWeights).map(([target, weight]) => `${foreign(target, 40)} ${shareText(weight)}`);
  return renderPage({
    title: `Mixture weights for ${foreign(recipe, 80)}`,
    subtitle: html`${candidates.length} mixtures, ${seeds.length} proxies each, measured on ${glued(listed(targets))}.`,
    sections: [
      { id: 'verdict', short: 'Verdict', title: 'Verdict', body: verdictSection(report) },
      { id: 'weights', short: 'Mixtures', title: 'Which mixtures were measured', body: weightsSection(report) },
      { id: 'losses', short: 'Losses', title: 'What was measured', body: lossesSection(report) },
      { id: 'fit', short: 'Fit', title: 'Predicted against measured', body: fitSection(report) },
      { id: 'effects', short: 'Interactions', title: 'What each source does to each target', body: effectsSection(report) },
      { id: 'method', short: 'Method', title: 'How this was computed, and what it does not say', body: methodSection(report) },
    ],
    footer: html`<p>Written by <code>sluice tune verify</code>. The same figures, unrounded, are in verify.json.</p>`,
  });
}

/** Told by a sign and a word, not by colour alone. */
const TONES = { good: '\u2713 Looks good', check: '! Look closer', bad: '\u2715 Problem' } as const;

function verdictSection(report: TuneReport): Html {
  const cautions = cautionsOf(report);
  return html`<div class="grid">${answersOf(report).map(({ question, tone, answer, details }) => html`<div class="card">
<h3>${question}</h3>
<p class="answer">${glued(answer)}</p>
<p class="tone ${tone}">${TONES[tone]}</p>
${details.length === 0 ? NOTHING : bulletList(details.map(glued))}
</div>
`)}</div>
${cautions.length === 0 ? NOTHING : html`<div class="warnings"><h3>To know besides</h3>${bulletList(cautions.map(asSentence))}</div>`}`;
}

function asSentence(caution: string): string {
  const text = glued(foreign(caution, 600));
  return /^[a-z]+[ ,]/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text; // not the name of a source, which a colon follows
}

function methodSection({ proxy, seeds, candidates, bestRun, proposal }: TuneReport): Html {
  return html`${bulletList([
    `A proxy is a byte-level n-gram model of order ${proxy.order}, trained on ${describeBytes(proxy.trainingBytes)} drawn from the training part `
      + 'of the sources in the shares of its mixture.',
    'Shares are in the unit of the budget; a proxy reads them as bytes, by the bytes that a unit of each source has.',
    'Bits per byte are measured on held-out documents, split off by a hash of their text and rid of what stands in training too.',
    html`Seeds ${seeds.join(', ')}. A seed draws other training documents; the held-out documents stay. So intervals (Student's t over seeds) cover
<strong>which training documents were drawn</strong>. What other held-out documents would change is an interval of its own, by jackknife over 16 groups of them. Neither
covers another kind of model.`,
    'Differences to UniMax are taken seed by seed before their interval is.',
    'The laws were fitted to losses on these same held-out documents: what the proposal gained is a little too good for text of other origin.',
    ...(bestRun === null ? []
      : [`${candidateName(['swarm'])} is run ${foreign(bestRun, 60)}: the lowest of many measurements, so partly lucky there; here it is measured again.`]),
    `The proposal is held to its prior with lambda ${proposal.lambda}; the nearest run of the swarm is ${shareText(proposal.distanceToSwarm)} of the mixture away.`,
  ])}
<h3>What it does not say</h3>
${bulletList([
    'Nothing about a large model: n-gram proxies sort the effect of a source on its own kind of text well and trade-offs between kinds only moderately.',
    'Nothing about targets that are not here: another choice of targets or of their weights has another best mixture.',
    'Nothing about repetition: proxies hardly feel the harm of many epochs, which is what the caps are for.',
    `Nothing about mixtures that are not here: ${candidates.length} were measured.`,
  ])}
${renderTable({
    caption: 'Held-out text', columns: [{ title: 'target' }, { title: 'bytes', number: true }],
    rows: Object.entries(proxy.heldOutBytes).map(([target, bytes]) => [foreign(target, 60), describeCount(bytes)]),
  })}`;
}
