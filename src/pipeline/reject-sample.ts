/**
 * Which dropped documents a person is shown: of every stage and reason those with the smallest keyed hashes, so the choice does not depend on
 * order, and samples of shards merge to the sample of the source. Stored as one JSON object a line.
 */
import { columnOf, utf8At, type DocumentBatch } from '../core/document-batch.js';
import { writeFileAtomic, type WrittenFile } from '../formats/atomic-file.js';
import { readLines } from '../formats/text-lines.js';
import type { Verdict } from './chain.js';

/** Shown of each stage and reason. */
export const REJECTS = 20;
/** Of each document's text. */
const SNIPPET_BYTES = 600;
/** A source of stages with very many reasons must not take memory without a bound: 5,000 snippets are 4 MB. */
const MOST_REASONS = 250;

export interface Reject {
  readonly stage: string;
  readonly reason: string;
  /** In [0, 1): the smallest are shown. */
  readonly draw: number;
  readonly id: string;
  readonly url: string;
  readonly bytes: number;
  /** What stages had measured of it, by column: numbers and short texts. */
  readonly measured: Readonly<Record<string, number | string>>;
  /** The beginning of the text that was judged. */
  readonly text: string;
}

/** Memory: REJECTS documents a reason of some 700 bytes each. */
export class RejectSample {
  readonly #chosen = new Map<string, Reject[]>();

  /** Whether a document with this draw would be chosen. Ask before making the rest. */
  wants({ stage, reason }: Verdict, draw: number): boolean {
    const chosen = this.#chosen.get(`${stage}\0${reason}`);
    if (chosen === undefined) return this.#chosen.size < MOST_REASONS;
    return chosen.length < REJECTS || draw < chosen[REJECTS - 1]!.draw;
  }

  add(reject: Reject): void {
    if (!this.wants(reject, reject.draw)) return;
    const at = `${reject.stage}\0${reject.reason}`;
    const chosen = this.#chosen.get(at) ?? [];
    this.#chosen.set(at, chosen);
    chosen.push(reject);
    chosen.sort((a, b) => a.draw - b.draw || (a.id < b.id ? -1 : 1));
    chosen.length = Math.min(chosen.length, REJECTS);
  }

  /** By stage and reason in order of code units, then by draw. */
  rejects(): readonly Reject[] {
    return [...this.#chosen].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, chosen]) => chosen);
  }
}

/** A row of a batch whose `id`, `url` and `key` columns are there, as it was judged; `columns` are those whose values are shown. */
export function rejectOf(batch: DocumentBatch, row: number, { stage, reason }: Verdict, draw: number, columns: readonly string[]): Reject {
  const start = batch.offsets[row]!;
  const end = batch.offsets[row + 1]!;
  const measured: Record<string, number | string> = {};
  for (const name of columns) {
    const column = batch.columns.get(name);
    if (column?.kind === 'utf8') measured[name] = utf8At(column, row).slice(0, 100);
    else if (column?.kind === 'float32' || column?.kind === 'float64' || column?.kind === 'uint32') measured[name] = column.values[row]!;
    if (measured[name] === '' || Number.isNaN(measured[name])) delete measured[name];
  }
  return {
    stage, reason, draw, id: utf8At(columnOf(batch, 'id', 'utf8'), row), url: utf8At(columnOf(batch, 'url', 'utf8'), row), bytes: end - start, measured,
    text: snippet(batch.text.subarray(start, end)),
  };
}

/** The text's first SNIPPET_BYTES, whole characters. */
export function snippet(text: Uint8Array): string {
  let end = Math.min(text.length, SNIPPET_BYTES);
  while (end < text.length && end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(text.subarray(0, end));
}

/** The draw of a document: its key (core/document-key.ts) as a number in [0, 1). The key is a keyed hash itself, and this is asked for every dropped document. */
export function drawOf(low: number, high: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}

export function writeRejects(path: string, sample: RejectSample): WrittenFile {
  return writeFileAtomic(path, sample.rejects().map((reject) => `${JSON.stringify(reject)}\n`).join(''));
}

/** What writeRejects wrote. */
export function readRejects(path: string): Reject[] {
  return readLines(path).filter((line) => line !== '').map((line) => JSON.parse(line) as Reject); // the completion's checksum covers it
}
