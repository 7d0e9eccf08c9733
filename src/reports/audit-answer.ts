/** How duplicated a data set is, in one sentence, for the terminal and the page. The words hold by stated limits, set between published shares. */
import type { Audit } from '../dedup/audit.js';
import { askedLevel, interval, rate, similarity } from './audit-numbers.js';

export interface Answer {
  /** `plain`: neither good nor bad. */
  readonly tone: 'good' | 'check' | 'bad' | 'plain';
  readonly answer: string;
}

/** Shares of removable documents below which the words hold. */
export const DUPLICATION_WORDS = [
  [0.005, 'Hardly duplicated', 'good'], [0.05, 'A little duplicated', 'good'],
  [0.15, 'Clearly duplicated', 'check'], [0.5, 'Heavily duplicated', 'bad'],
] as const;

/** How duplicated, in one sentence: for the page and the terminal. */
export function duplicationAnswer(audit: Audit): Answer {
  const level = askedLevel(audit);
  if (audit.documents === 0 || level === undefined) return { tone: 'check', answer: 'Nothing was compared: no document was read.' };
  const share = level.corrected.rate;
  const at = `at similarity ${similarity(level.jaccard)}`;
  const [, most] = level.interval;
  if (level.documents === 0) return { tone: 'good', answer: `No duplicates found ${at}${most > 0 ? ` (95 %: at most ${rate(most)})` : ''}.` };
  const [, words, tone] = DUPLICATION_WORDS.find(([below]) => share < below) ?? [1, 'Mostly duplicates', 'bad'] as const;
  return { tone, answer: `${words}: ${rate(share)} of documents could go ${at} (95 %: ${interval(level.interval)}).` };
}
