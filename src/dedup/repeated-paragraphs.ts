/**
 * Which paragraphs are cut from which documents, from records [hash high, hash low, row] of every paragraph of every document that stays, sorted by all
 * their words. A paragraph that several documents hold goes from all of them but, where asked, the first. Groups are not held: a paragraph of a million
 * documents takes the memory of one that just counts as repeated.
 */
import { RowList } from './rows.js';

/** [hash high, hash low, row] */
export const PARAGRAPH_RECORD_WORDS = 3;

export interface RepeatRule {
  /** Different documents that must hold a paragraph before it counts as repeated. */
  readonly documents: number;
  /** Whether the one with the smallest row keeps it. */
  readonly keepFirst: boolean;
}

export interface RepeatTotals {
  /** Records read; those of a document that repeats itself are several. */
  records: number;
  /** Different paragraphs, and those of them that are repeated. */
  paragraphs: number;
  repeated: number;
  /** Records written: pairs of a document and a paragraph that is cut from it. */
  cuts: number;
}

export const noRepeatTotals = (): RepeatTotals => ({ records: 0, paragraphs: 0, repeated: 0, cuts: 0 });

/** Writes [row, hash high, hash low] for each document and paragraph that is cut from it. Memory: 4 bytes for each of `documents`, and one array read. Adds to `totals`. */
export function* repeatedParagraphs(sorted: Iterable<Uint32Array>, { documents, keepFirst }: RepeatRule, totals: RepeatTotals): Generator<Uint32Array> {
  let high = -1;
  let low = -1;
  let row = -1;
  let held = 0;
  let waiting = new RowList(); // the paragraph's first documents, until there are enough
  for (const records of sorted) {
    const out = new RowList();
    const cut = (cutRow: number): void => {
      out.push(cutRow);
      out.push(high);
      out.push(low);
    };
    totals.records += records.length / PARAGRAPH_RECORD_WORDS;
    for (let at = 0; at < records.length; at += PARAGRAPH_RECORD_WORDS) {
      const nextHigh = records[at]!;
      const nextLow = records[at + 1]!;
      const nextRow = records[at + 2]!;
      const same = nextHigh === high && nextLow === low;
      if (nextHigh < high || (nextHigh === high && nextLow < low) || (same && nextRow < row)) {
        throw new Error(`record [${nextHigh}, ${nextLow}, ${nextRow}] after [${high}, ${low}, ${row}]: not sorted`);
      }
      if (same && nextRow === row) continue;
      if (!same) {
        totals.paragraphs += 1;
        held = 0;
        waiting = new RowList();
      }
      [high, low, row] = [nextHigh, nextLow, nextRow];
      held += 1;
      if (held < documents) {
        waiting.push(row);
        continue;
      }
      if (held === documents) {
        totals.repeated += 1;
        waiting.toArray().forEach((first, i) => { if (i > 0 || !keepFirst) cut(first); });
      }
      if (held > 1 || !keepFirst) cut(row);
    }
    totals.cuts += out.length / PARAGRAPH_RECORD_WORDS;
    yield out.toArray();
  }
}
