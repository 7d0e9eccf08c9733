/**
 * What a person wants to know first: can the model tell the classes apart on documents it has not seen, is that a leak, what does the rule keep. Answers are
 * sentences made from the evaluation's figures by stated limits, which are rules of thumb.
 */
import { LOW_RETENTION, TELLING_LENGTH } from '../quality/evaluate-warnings.js';
import type { QualityEvaluation } from '../quality/evaluation.js';
import { bulletList } from './html-page.js';
import { foreign, html, type Html } from './html-template.js';
import { count, counted, figure, percent } from './quality-numbers.js';

/** From these areas under the ROC curve on, the classes are told apart so well. */
export const AREA_WORDS = [[0.95, 'very well'], [0.9, 'well'], [0.8, 'fairly'], [0.7, 'poorly']] as const;
/** A model that loses as much of its area without the markers goes by them. */
export const MARKERS_CARRY = 0.05;

/** Kept scores that are as far from the reference's (Kolmogorov-Smirnov) are not spread like them. */
export const FAR_FROM_REFERENCE = 0.25;

export interface Verdict {
  readonly question: string;
  readonly tone: 'good' | 'check' | 'bad';
  readonly answer: string;
  readonly details: readonly string[];
}

export function verdictsOf(evaluation: QualityEvaluation): readonly Verdict[] {
  return [separation(evaluation), leak(evaluation), keeping(evaluation)];
}

function separation({ metrics, heldOutOnly, positives, negatives, documents }: QualityEvaluation): Verdict {
  const words = AREA_WORDS.find(([least]) => metrics.rocAuc >= least)?.[1] ?? 'hardly';
  const tone = metrics.rocAuc >= 0.9 ? 'good' : metrics.rocAuc >= 0.8 ? 'check' : 'bad';
  return {
    question: 'Does it tell the classes apart on documents it has not seen?',
    tone: heldOutOnly ? tone : tone === 'good' ? 'check' : tone,
    answer: heldOutOnly ? `${words[0]!.toUpperCase()}${words.slice(1)}: ROC AUC ${figure(metrics.rocAuc)}`
      : `Unknown: ROC AUC ${figure(metrics.rocAuc)}, perhaps on documents that it has seen`,
    details: [
      `A positive document scores higher than a negative one in ${percent(metrics.rocAuc)} of all pairs; chance is 50 %.`,
      `PR AUC ${figure(metrics.prAuc)}; chance is ${figure(positives / documents)}, the share of positive documents.`,
      `Measured on ${count(positives)} positive and ${count(negatives)} negative `
        + `${heldOutOnly ? 'held-out documents' : 'documents; which of them the model learnt from is not known'}.`,
    ],
  };
}

function leak({ lengthBaseline, markers, metrics }: QualityEvaluation): Verdict {
  const length = Math.max(lengthBaseline.rocAuc, 1 - lengthBaseline.rocAuc);
  const direction = lengthBaseline.rocAuc >= 0.5 ? 'longer' : 'shorter';
  const details = [
    `Length alone, ${direction} being positive, reaches ROC AUC ${figure(length)} `
      + `(the model ${figure(metrics.rocAuc)}; suspicious from ${figure(TELLING_LENGTH)}).`,
  ];
  const [first] = markers?.findings ?? [];
  if (first !== undefined) {
    const { marker, source, share, elsewhere } = first;
    details.push(`"${foreign(marker, 40)}" is in ${percent(share)} of ${foreign(source, 40)} and ${percent(elsewhere)} of the other class.`);
  } else details.push(markers === null ? 'Source markers were not looked for.' : `No source markers among ${counted(markers.documents, 'document')}.`);
  const masked = markers?.masked ?? null;
  if (masked !== null) {
    const { markers: found, rocAuc, rocAucMasked } = masked;
    details.push(`With all ${counted(found, 'marker')} taken out of the texts, ROC AUC goes from ${figure(rocAuc)} to ${figure(rocAucMasked)}.`);
  }
  const lost = masked === null ? undefined : masked.rocAuc - masked.rocAucMasked;
  const answer = leakAnswer(length, metrics.rocAuc, markers !== null, first !== undefined, lost);
  return { question: 'Is it a leak: does it go by something other than quality?', ...answer, details };
}

/** `lost`: area under the ROC curve that goes with the markers; undefined where that was not measured. */
function leakAnswer(length: number, rocAuc: number, looked: boolean, found: boolean, lost?: number): Pick<Verdict, 'tone' | 'answer'> {
  if (lost !== undefined && lost >= MARKERS_CARRY) return { tone: 'bad', answer: 'It goes by source markers' };
  if (length >= TELLING_LENGTH) {
    return length >= rocAuc ? { tone: 'bad', answer: 'Length alone does as well' }
      : { tone: 'check', answer: 'It may be: length alone tells the classes apart too' };
  }
  if (!looked) return { tone: 'check', answer: 'Not of length; source markers were not looked for' };
  if (!found) return { tone: 'good', answer: 'No sign of one' };
  return lost === undefined ? { tone: 'check', answer: 'It may be: there are source markers' }
    : { tone: 'good', answer: 'Probably not: without the source markers it does nearly as well' };
}

function keeping({ keep, retention, solved }: QualityEvaluation): Verdict {
  const worst = [...retention].sort((a, b) => a.documentShare - b.documentShare)[0];
  const details = retention.map(({ source, documentShare, documents }) =>
    `${foreign(source, 40)} (positive): ${percent(documentShare)} of ${counted(documents, 'document')} would survive this rule.`).slice(0, 4);
  if (retention.length > details.length) details.push(`${retention.length - details.length} more positive sources: see self-retention.`);
  const { alpha, crawlShare, distance } = solved.matchReference;
  details.push(distance > FAR_FROM_REFERENCE
    ? `GPT-3's way, a kept crawl that scores like the reference, is out of reach: at the nearest, pareto:${trimmed(alpha)}, the distance is ${figure(distance)} of 1.`
    : `GPT-3's way, a kept crawl that scores like the reference, would be pareto:${trimmed(alpha)} and keep ${percent(crawlShare)}.`);
  return {
    question: `What does the rule ${keep.text} keep?`,
    tone: keep.crawlShare === 0 ? 'bad' : worst !== undefined && worst.documentShare < LOW_RETENTION ? 'check' : 'good',
    answer: keep.crawlShare === null ? 'Unknown: there is no negative document' : `${percent(keep.crawlShare)} of the negative documents (the crawl)`,
    details,
  };
}

const trimmed = (value: number): string => String(Number(value.toPrecision(4)));

/** Told by a sign and a word, not by colour alone. */
const TONES = { good: '\u2713 Looks good', check: '! Look closer', bad: '\u2715 Problem' } as const;

export function verdictSection(evaluation: QualityEvaluation): Html {
  const { warnings } = evaluation;
  return html`<div class="grid">${verdictsOf(evaluation).map(({ question, tone, answer, details }) => html`<div class="card">
<h3>${question}</h3>
<p class="answer">${answer}</p>
<p class="tone ${tone}">${TONES[tone]}</p>
${bulletList(details)}
</div>
`)}</div>
${warnings.length === 0 ? html`<p>No warnings.</p>`
    : html`<div class="warnings"><h3>${counted(warnings.length, 'warning')}</h3>${bulletList(warnings.map(asSentence))}</div>`}`;
}

function asSentence(warning: string): string {
  const text = foreign(warning, 500).replace(/(\d) %/g, '$1\u00a0%');
  return /^[a-z]+[ ,]/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text; // not the name of a source, which a colon follows
}
