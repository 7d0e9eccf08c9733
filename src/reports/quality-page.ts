/**
 * The page of `sluice quality evaluate`: one HTML file, in the order in which a person decides. It draws and words what the evaluation holds and works out
 * nothing of its own, but for the verdict's answers (quality-verdict.ts).
 */
import type { QualityEvaluation } from '../quality/evaluation.js';
import { bulletList, renderPage, renderTable } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { calibrationSection } from './quality-calibration.js';
import { curvesSection } from './quality-curves.js';
import { keepRateSection, retentionSection, solversSection } from './quality-keep.js';
import { className, count, counted } from './quality-numbers.js';
import { scoresSection } from './quality-scores.js';
import { verdictSection } from './quality-verdict.js';
import { featuresSection, markersSection, stabilitySection } from './quality-words.js';
import { describeBytes } from './table.js';

const KINDS = { folded: 'fastText, folded to one weight a feature', logistic: 'logistic regression over hashed words', fasttext: 'fastText' } as const;

/** The same evaluation gives the same bytes: the page holds no time and no machine. Some 300 kB. */
export function renderQualityPage(evaluation: QualityEvaluation): string {
  const { model, positives, negatives, heldOutOnly } = evaluation;
  return renderPage({
    title: `Quality model ${foreign(model.name, 80)}`,
    subtitle: html`${KINDS[model.kind]}${model.label === null ? NOTHING : html`, label <code>${foreign(model.label, 80)}</code>`};
<code>${foreign(model.path, 200)}</code>.
Judged by ${count(positives)} positive and ${count(negatives)} negative ${heldOutOnly ? 'held-out documents' : 'documents'}.`,
    sections: [
      { id: 'verdict', short: 'Verdict', title: 'Verdict', body: verdictSection(evaluation) },
      { id: 'curves', short: 'Curves', title: 'How well it tells the classes apart', body: curvesSection(evaluation) },
      { id: 'calibration', short: 'Calibration', title: 'Is a score a probability?', body: calibrationSection(evaluation) },
      { id: 'scores', short: 'Scores', title: 'Scores by source, language and length', body: scoresSection(evaluation) },
      { id: 'keep', short: 'Keep rates', title: 'What the rule keeps', body: keepRateSection(evaluation) },
      { id: 'retention', short: 'Self-retention', title: 'Does the reference survive its own filter?', body: retentionSection(evaluation) },
      { id: 'features', short: 'Features', title: 'Which words it goes by', body: featuresSection(evaluation) },
      { id: 'markers', short: 'Markers', title: 'Texts that give a source away', body: markersSection(evaluation) },
      { id: 'stability', short: 'Stability', title: 'Would another seed rank alike?', body: stabilitySection(evaluation) },
      { id: 'solvers', short: 'Rules', title: 'Which rule to write', body: solversSection(evaluation) },
      { id: 'method', short: 'Method', title: 'How this was computed', body: methodSection(evaluation) },
    ],
    footer: html`<p>Written by <code>sluice quality evaluate</code>. The same figures, unrounded, are what <code>--json</code> prints.</p>`,
  });
}

function methodSection({ sources, seed, heldOutOnly, inBothClasses, documents }: QualityEvaluation): Html {
  return html`${renderTable({
    caption: 'Documents', captionHidden: true,
    columns: [
      { title: 'source' }, { title: 'class' },
      ...['read', heldOutOnly ? 'held out' : 'eligible', 'scored', 'text'].map((title) => ({ title, number: true })),
    ],
    rows: sources.map(({ name, positive, read, heldOut, documents: scored, bytes }) =>
      [foreign(name, 80), className(positive), count(read), count(heldOut), count(scored), describeBytes(bytes)]),
  })}
${bulletList([
    heldOutOnly ? 'Only documents that training holds out, by a hash of their text: the model has not learnt from them.'
      : 'All documents, as nobody knows what this model was trained on: where it has seen them, every figure is too good.',
    `Chosen by keyed hash of their text under seed ${seed}: neither the order of documents nor that of files matters.`,
    inBothClasses === 0 ? 'No text was found in both classes.' : `${counted(inBothClasses, 'text')} found in both classes: left out of everything.`,
    `All ${counted(documents, 'document')} count the same; keep shares of the crawl weigh each source by the documents that its sample stands for.`,
    'Curves are thinned to at most 200 points. Average precision is not interpolated. Equal scores count one half in ROC AUC.',
    'Keep rates and retention are expected values under the rule, not a draw.',
    'Markers and features are looked for in the first 8,192 and last 2,048 bytes of each document.',
  ])}`;
}
