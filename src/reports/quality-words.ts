/** What the model goes by: its strongest features, texts that give sources away, and whether another seed would have ranked the crawl alike. */
import type { FeatureWeight, QualityEvaluation, SourceMarker } from '../quality/evaluation.js';
import { renderTable, shareBar } from './html-page.js';
import { foreign, html, NOTHING, type Html } from './html-template.js';
import { className, correlation, count, counted, figure, percent, weight } from './quality-numbers.js';

export function featuresSection({ features }: QualityEvaluation): Html {
  if (features === null) return html`<p>Not looked for, or this model's features have no names.</p>`;
  const { positive, negative, caveat } = features;
  if (positive.length === 0 && negative.length === 0) return html`<p>${foreign(caveat, 1000)}</p>`;
  const most = Math.max(...[...positive, ...negative].map((feature) => Math.abs(feature.weight)));
  return html`<p>Words, or runs of words, with the strongest weights among those that occur in these documents. Names of one source, or its markup, are signs
of a leak.</p>
<div class="grid pair">
${featureTable('Raise the score most', positive, most, 'first')}
${featureTable('Lower the score most', negative, most, 'second')}
</div>
<p class="note">${foreign(caveat, 1000)}</p>`;
}

/** `most`: the weight, by size, that has a full bar. */
function featureTable(caption: string, features: readonly FeatureWeight[], most: number, colour: 'first' | 'second'): Html {
  return renderTable({
    caption,
    columns: [{ title: 'feature' }, { title: 'weight', number: true }, { title: 'documents', number: true }, { title: 'shares its bucket with' }],
    rows: features.map((feature) => [
      html`<code>${featureName(feature.feature)}</code>`,
      html`${weight(feature.weight)}${shareBar(Math.abs(feature.weight) / most, colour)}`,
      count(feature.documents),
      sharing(feature),
    ]),
  });
}

const featureName = (name: string): string => (name === '</s>' ? '</s> (end of text)' : foreign(name, 60));

function sharing({ collisions, sharedWith }: FeatureWeight): Html {
  if (collisions === 0) return html`<span class="soft">none</span>`;
  const more = collisions - sharedWith.length;
  const named = sharedWith.map((name, i) => html`${i === 0 ? '' : ', '}<code>${foreign(name, 40)}</code>`);
  if (named.length === 0) return html`${counted(more, 'other')}`;
  return html`${named}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

const KINDS: Readonly<Record<SourceMarker['kind'], string>> = {
  word: 'word', words: 'two words', 'first-line': 'first line', 'last-line': 'last line', character: 'character',
};

export function markersSection({ markers }: QualityEvaluation): Html {
  if (markers === null) return html`<p>Not looked for.</p>`;
  const { findings, masked, documents } = markers;
  if (findings.length === 0) {
    return html`<p>None found in ${counted(documents, 'document')}: no word, character or first or last line is frequent in one source and rare in the other
class.</p>`;
  }
  return html`<p>Found in many documents of one source and hardly any of the other class. A model may learn to tell the source by them; take them out of the
text (or the model's training text) where they are not what you mean by quality. In lines, <code>#</code> stands for any number.</p>
${masked === null ? NOTHING : html`<p>With all ${counted(masked.markers, 'marker')} taken out, ROC AUC over the beginnings and ends of the documents goes from
<strong>${figure(masked.rocAuc)}</strong> to <strong>${figure(masked.rocAucMasked)}</strong>.</p>`}
${renderTable({
    caption: 'Source markers', captionHidden: true,
    columns: [
      { title: 'marker' }, { title: 'kind' }, { title: 'source' }, { title: 'in the source', number: true }, { title: 'in the other class', number: true },
    ],
    rows: findings.map(({ marker, kind, source, positive, share, elsewhere }) => [
      html`<code>${foreign(marker, 80)}</code>`, KINDS[kind], `${foreign(source, 60)} (${className(positive)})`,
      html`${percent(share)}${shareBar(share, positive ? 'first' : 'second')}`, percent(elsewhere),
    ]),
  })}`;
}

export function stabilitySection({ stability, metrics }: QualityEvaluation): Html {
  if (stability === null) {
    return html`<p>Not measured: it takes a second model, trained on a sample that was drawn under another seed (<code>--stability</code>, with a run's
folder).</p>`;
  }
  return html`<p>The same kind of model, trained again on a sample drawn under seed ${stability.otherSeed}. Where ranks differ, which documents are kept is
partly luck.</p>
${renderTable({
    caption: 'Rank stability', captionHidden: true,
    columns: [{ title: 'measure' }, { title: 'value', number: true }, { title: 'how to read it' }],
    rows: [
      ['Rank correlation, all documents', correlation(stability.all), 'Spearman; 1 is the same order'],
      ['Rank correlation, negative documents', correlation(stability.negatives), 'the crawl, where the rule cuts'],
      ['Best tenth of the crawl in common', percent(stability.topTenthShared), 'of the documents that one model likes best, those that the other does too'],
      ['ROC AUC of the other model', figure(stability.otherRocAuc), `this model: ${figure(metrics.rocAuc)}`],
    ],
  })}`;
}
