/** What a broken file is in these tests: its bytes, and what a reader has to make of them. */
import type { Buffer } from 'node:buffer';

export type BrokenFormat = 'wet' | 'warc' | 'jsonl' | 'parquet' | 'csv' | 'tar' | 'zip' | 'text';

export interface BrokenCase {
  /** Relative, with an ending that tells its format. No two cases share it. */
  readonly name: string;
  readonly format: BrokenFormat;
  /** What is wrong, for messages. */
  readonly what: string;
  readonly bytes: Buffer;
  /** The texts that must come, in this order and byte for byte: of all records that are whole and not the damaged one itself. */
  readonly documents: readonly Buffer[];
  /** Before which of `documents` (or behind the last) one more may come: what the damaged record still is. */
  readonly perhaps?: { readonly at: number; /** Nothing but this; without it: anything. */ readonly text?: Buffer };
  /** Faults by reason; undefined where chance decides which. Those that are no loss have `repaired: ` before them. */
  readonly faults?: Readonly<Record<string, number>>;
  /** Losses at most, where `faults` is undefined. */
  readonly mostLost?: number;
  /** The whole file is refused with this message. */
  readonly error?: RegExp;
  /** Where chance decides whether the file is refused, as when a bit of its directory is another. */
  readonly mayFail?: boolean;
}

/** A good file that is to be broken: where each of its records is stored. */
export interface GoodFile {
  readonly name: string;
  readonly format: BrokenFormat;
  readonly bytes: Buffer;
  readonly records: readonly GoodRecord[];
}

export interface GoodRecord {
  /** Stored bytes `start` to `end`. */
  readonly start: number;
  readonly end: number;
  readonly text: Buffer;
}

export const textsOf = (records: readonly GoodRecord[]): Buffer[] => records.map(({ text }) => text);
