/** How duplicated a data set is, in a sentence. The words follow stated limits, set between the shares that the literature reports. */
import type { Audit } from '../dedup/audit.js';
import { askedLevel, interval, rate, similarity } from './audit-numbers.js';

export interface Answer {
  readonly tone: 'good' | 'check' | 'bad';
  readonly answer: string;
}

/**
 * Shares of removable documents below which the word holds. Wiki-40B (.39 %) is hardly duplicated, C4 (3.04 %) and LM1B (4.86 %) a little, RealNews
 * (13.63 %) clearly.
 */
export const DUPLICATION_WORDS = [
  [0.005, 'Hardly duplicated', 'good'], [0.05, 'A little duplicated', 'good'], [0.15, 'Clearly duplicated', 'check'], [0.5, 'Heavily duplicated', 'bad'],
] as const;

export function duplicationAnswer(audit: Audit): Answer {
  const level = askedLevel(audit);
  if (audit.documents === 0 || level === undefined) return { tone: 'check', answer: 'Nothing was compared: no document was read.' };
  const share = level.corrected.rate;
  const at = `at a similarity of ${similarity(level.jaccard)}`;
  if (level.documents === 0) return { tone: 'good', answer: `No duplicates found ${at}.` };
  const [, words, tone] = DUPLICATION_WORDS.find(([below]) => share < below) ?? [1, 'Mostly duplicates', 'bad'] as const;
  return { tone, answer: `${words}: ${rate(share)} of the documents could go ${at} (95 %: ${interval(level.interval)}).` };
}
