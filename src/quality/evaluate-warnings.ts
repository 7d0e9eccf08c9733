/** What a person should know before trusting a model or its evaluation, in sentences. Each limit is a rule of thumb, and is said in the sentence. */
import type { MarkerCheck, QualityEvaluation } from './evaluation.js';

/** Below this many documents of a class an AUC is uncertain by some .02 and more. */
const FEW_DOCUMENTS = 200;
/** Below this many of a source, its own rates are uncertain by 10 points and more. */
const FEW_OF_A_SOURCE = 30;
/** ROC AUC of length alone from which it tells the classes apart; 1 less it, the other way round. */
export const TELLING_LENGTH = 0.7;
/** A filter that keeps less of its own reference is too strict, or has not learnt that source. */
export const LOW_RETENTION = 0.5;
const POOR_CALIBRATION = 0.1;
const UNSTABLE_RANKS = 0.8;

export function warningsOf(evaluation: Omit<QualityEvaluation, 'warnings'>): readonly string[] {
  const { sources, positives, negatives, heldOutOnly, lengthBaseline, retention, keep, calibration, stability, markers, inBothClasses } = evaluation;
  const warnings: string[] = [];
  if (!heldOutOnly) warnings.push('documents are not limited to held-out ones: where the model learnt from them, all figures are too good');
  for (const [name, count] of [['positive', positives], ['negative', negatives]] as const) {
    if (count < FEW_DOCUMENTS) warnings.push(`only ${count} ${name} documents, expected at least ${FEW_DOCUMENTS}: the figures are rough`);
  }
  for (const { name, documents } of sources) {
    if (documents >= FEW_OF_A_SOURCE) continue;
    warnings.push(`only ${documents} documents of ${name}, expected at least ${FEW_OF_A_SOURCE}: what is said of this source is rough`);
  }
  if (inBothClasses > 0) warnings.push(`${inBothClasses} texts are in both classes: left out here, but sources that share text teach a model little`);
  const auc = lengthBaseline.rocAuc;
  if (auc >= TELLING_LENGTH || auc <= 1 - TELLING_LENGTH) {
    warnings.push(`length alone tells the classes apart (ROC AUC ${fixed(auc)}, ${auc > 0.5 ? 'longer' : 'shorter'} is positive; `
      + `limit ${TELLING_LENGTH} either way): a good figure of the model may be one of length`);
  }
  const marker = markers?.findings[0];
  if (markers !== null && marker !== undefined) {
    warnings.push(`${markers.findings.length} source markers found: "${marker.marker}" is in ${percent(marker.share)} of ${marker.source} `
      + `and ${percent(marker.elsewhere)} of the other class; the model may recognise sources, not quality${withoutThem(markers)}`);
  }
  for (const { source, documentShare } of retention) {
    if (documentShare >= LOW_RETENTION) continue;
    warnings.push(`${source}: ${keep.text} would keep only ${percent(documentShare)} of this reference's own documents (limit ${percent(LOW_RETENTION)})`);
  }
  if (calibration.raw.ece > POOR_CALIBRATION) {
    warnings.push(`scores are poor probabilities (ECE ${fixed(calibration.raw.ece)}, limit ${POOR_CALIBRATION}): use them to rank, or through a map`);
  }
  if (stability !== null && stability.negatives !== null && stability.negatives < UNSTABLE_RANKS) {
    warnings.push('ranks are unstable: trained under another seed the model orders the negative documents differently '
      + `(Spearman ${fixed(stability.negatives)}, limit ${UNSTABLE_RANKS})`);
  }
  return warnings;
}

const withoutThem = ({ masked }: MarkerCheck): string =>
  (masked === null ? '' : ` (ROC AUC of excerpts ${fixed(masked.rocAuc)}, with the markers taken out ${fixed(masked.rocAucMasked)})`);

const fixed = (value: number): string => value.toFixed(3);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
