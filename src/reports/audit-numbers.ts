/** How an audit's figures are written, in the terminal's table and on the page: one form each. Blanks are plain, for a terminal. */
import type { Audit, NearLevel, Removable } from '../dedup/audit.js';
import { describeCount, plainText } from './table.js';

/** A share, 0 to 1, as percent with two decimals; what rounds to nothing, or to all, and is not says so. `-` where there is none. */
export function rate(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return '-';
  if (share > 0 && share < 0.00005) return '<0.01 %';
  if (share < 1 && share > 0.99995) return '>99.99 %';
  return `${(share * 100).toFixed(2)} %`;
}

/** `9.70 to 10.02 %`. */
export const interval = ([low, high]: NearLevel['interval']): string => `${(low * 100).toFixed(2)} to ${(high * 100).toFixed(2)} %`;

/** A Jaccard similarity: two decimals, up to four where it has them. */
export const similarity = (jaccard: number): string => jaccard.toFixed(4).replace(/0{1,2}$/, '');

/** `1 document`, `2 documents`. */
export const counted = (count: number, noun: string): string => `${describeCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `42 documents (0.21 %)`. */
export const amount = ({ documents, rate: share }: Removable, noun = 'document'): string => `${counted(documents, noun)} (${rate(share)})`;

/** For sentences on a page: a figure and its unit stay on one line. */
export const glued = (text: string): string => text.replace(/(\d) (%|MB\b|B\b)/g, '$1\u00a0$2');

/** The beginning of a text on one line: runs of white space become one blank, all else that a reader could not see is made visible. Not escaped. */
export const excerpt = (text: string, most: number): string => plainText(text.slice(0, most * 8).replace(/[ \t\r\n\f\v]+/g, ' ').trim(), most);

/** The level that the audit was asked for; where it is none of those listed, the least one above it, or the last. */
export function askedLevel({ near, threshold }: Audit): NearLevel | undefined {
  return near.find(({ jaccard }) => jaccard >= threshold - 1e-9) ?? near.at(-1);
}

/** Share of `part` in `whole`; undefined where there is no whole. */
export const shareOf = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

export interface RemovableBySource {
  /** Removable documents whose kept one is of the same source, and of another. */
  readonly within: number;
  readonly across: number;
  /** The pair of different sources with most of them; undefined where there is none. */
  readonly mostAcross?: { readonly from: string; readonly keptIn: string; readonly documents: number };
}

/** Sums of the matrix. */
export function removableBySource({ matrix: { sources, documents } }: Audit): RemovableBySource {
  let within = 0;
  let across = 0;
  let most: RemovableBySource['mostAcross'];
  sources.forEach((from, a) => sources.forEach((keptIn, b) => {
    const found = documents[a]?.[b] ?? 0;
    if (a === b) within += found;
    else {
      across += found;
      if (found > (most?.documents ?? 0)) most = { from, keptIn, documents: found };
    }
  }));
  return { within, across, ...(most === undefined ? {} : { mostAcross: most }) };
}
