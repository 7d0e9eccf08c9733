/** What was lost or looks wrong, and how the figures came about: the LSH's curve, what counts as a duplicate, and what is not found. */
import type { Audit } from '../dedup/audit.js';
import { candidateProbability, knee, sCurve } from '../dedup/lsh.js';
import { counted, rate, shareOf, similarity } from './audit-numbers.js';
import { renderCurve } from './chart-curve.js';
import { pointSwatch, renderFigure } from './chart-figure.js';
import { bulletList, renderTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { describeBytes, describeCount } from './table.js';

const MOST_FAULTS = 50;
const MOST_ALARMS = 50;
/** Points of the curve, less one. */
const STEPS = 100;

export function troubleSection({ alarms, faults }: Audit): Html {
  const more = alarms.length - MOST_ALARMS;
  return html`${alarms.length === 0 ? html`<p>No alarms.</p>` : html`<div class="warnings"><h3>${counted(alarms.length, 'alarm')}</h3>
${bulletList(alarms.slice(0, MOST_ALARMS).map((alarm) => foreign(alarm, 500)))}${more > 0 ? html`<p class="note">and ${more} more</p>` : NOTHING}</div>`}
${faults.length === 0 ? html`<p>Every record could be read.</p>` : renderTable({
    caption: 'Records with faults', columns: [{ title: 'fault' }, { title: 'records', number: true }, { title: 'what became of them' }],
    rows: faults.slice(0, MOST_FAULTS).map(({ reason, count, lost }) =>
      [foreign(reason, 120), describeCount(count), lost ? 'lost: in no figure' : 'repaired and kept']),
  })}`;
}

export function methodSection(audit: Audit): Html {
  const { lsh, documents, tokens, bytes, threshold, sample, shortDocuments } = audit;
  const nominated = rate(candidateProbability(threshold, lsh));
  return html`<div class="grid pair">
${curveFigure(audit)}
${bulletList([
    `${counted(documents, 'document')}, ${counted(tokens, 'token')}, ${describeBytes(bytes)} of text.`,
    ...(sample === undefined ? []
      : [`Drawn: ${describeCount(sample.documents)} of ${counted(sample.of, 'document')}. Rates and intervals are estimates of the whole.`]),
    `Similarity is Jaccard's: of the different shingles that either document has, the share that both have. Shingles: ${foreign(lsh.shingle, 80)}.`,
    `${lsh.bands} bands of ${lsh.rows} rows of MinHash nominate pairs: ${nominated} of those at exactly ${similarity(threshold)}, more of those above.`,
    ...(sample === undefined ? comparisonOfAll(audit) : comparisonOfDrawn(audit)),
    'Equal text is the same words in the same order; case, punctuation and white space are not seen.',
    `Not found: translations, paraphrases, quotations within other text, and near-copies of the ${counted(shortDocuments, 'document')} `
      + `(${rate(shareOf(shortDocuments, documents))}) that are too short for a shingle.`,
    'Not judged: whether a repetition is wanted. Fewer duplicates is not always the better corpus.',
  ])}
</div>`;
}

function comparisonOfAll({ lsh }: Audit): string[] {
  return [
    lsh.verify === 'exact' ? 'Each nominated document is compared with kept ones by the shingles of the texts themselves.'
      : `Each nominated document is compared with kept ones by its signature of ${lsh.bands * lsh.rows} values, an estimate.`,
    'A document is removable only by a kept one that it was compared with. Chains do not count: where A is like B and B like C, but A unlike C, '
      + 'A and C both stay.',
  ];
}

function comparisonOfDrawn({ lsh }: Audit): string[] {
  return [
    `Each drawn document is compared with all others that are nominated, ${
      lsh.verify === 'exact' ? 'by the shingles of the texts, or by signatures where very many resemble it' : 'by signatures, an estimate'}.`,
    'A drawn document that n others resemble counts as n / (1 + n) of a removable one, because one of them all would stay.',
  ];
}

function curveFigure({ lsh, threshold, near }: Audit): Html {
  const probability = (jaccard: number): number => candidateProbability(jaccard, lsh);
  return renderFigure({
    title: `How likely a pair is compared: ${lsh.bands} bands of ${lsh.rows} rows`,
    caption: `The dashed line is the similarity asked for, ${similarity(threshold)}; circles are those of the table. Pairs left of the steep part `
      + `(near ${knee(lsh).toFixed(2)}) are rarely compared, which the recall corrects for.`,
    legend: [{ name: 'similarities of the table', swatch: pointSwatch('circle') }],
    chart: renderCurve({
      label: `Probability that a pair becomes a candidate, by Jaccard similarity: ${rate(probability(threshold))} at ${similarity(threshold)}.`,
      x: 'Jaccard similarity of the pair', y: 'probability that it is compared',
      curve: Array.from({ length: STEPS + 1 }, (_, i) => ({ x: i / STEPS, y: probability(i / STEPS) })),
      compare: [{ x: threshold, y: 0 }, { x: threshold, y: 1 }],
      marked: near.map(({ jaccard }) => ({ x: jaccard, y: probability(jaccard), symbol: 'circle' as const })),
    }),
    table: {
      caption: 'Probability that a pair is compared', columns: [{ title: 'similarity', number: true }, { title: 'probability', number: true }],
      rows: sCurve(lsh).map(({ jaccard, probability: share }) => [similarity(jaccard), rate(share)]),
    },
  });
}
