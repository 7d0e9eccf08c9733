/** How the evaluation page writes its figures: one form each, so that a figure in a sentence, on a chart and in a table is the same. */
import { describeCount } from './table.js';

/** Scores, areas and probabilities: three decimals. `-` where there is none. */
export const figure = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

/** Correlations, with their sign and a true minus. */
export const correlation = (value: number | null): string => (value === null ? '-' : `${value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(3)}`);

/** A share as percent, on one line: `7.4 %`; `<0.1 %` for what rounds to nothing and is not, `-` where there is none. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  if (share > 0 && share < 0.0005) return '<0.1\u00a0%';
  if (share < 1 && share > 0.9995) return '>99.9\u00a0%';
  return `${(share * 100).toFixed(1)}\u00a0%`;
}

export const count = (value: number): string => describeCount(value);

/** `1 document`, `2 documents`. */
export const counted = (value: number, noun: string): string => `${describeCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Weights: two decimals and a sign. */
export const weight = (value: number): string => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(2)}`;

export const className = (positive: boolean): string => (positive ? 'positive' : 'negative');
