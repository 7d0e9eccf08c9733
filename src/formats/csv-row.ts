/**
 * Finds the end of a row of CSV and its fields, in one pass that goes on where it stopped when more bytes are there. A quote means something only at the
 * beginning of a field and inside of one that began so; elsewhere it is a character as others, as Python's csv and spreadsheets read it. Pure.
 */
import { Buffer } from 'node:buffer';

export type RowEnd =
  /** `end`: behind the line end, an index into the bytes. `bytes`: of the row without it. */
  | { readonly kind: 'row'; readonly end: number; readonly bytes: number }
  | { readonly kind: 'open'; readonly quoted: boolean }
  | { readonly kind: 'invalid'; readonly found: string };

const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22] as const;
const [FIELD, PLAIN, QUOTED, QUOTE_SEEN, CR_SEEN] = [0, 1, 2, 3, 4] as const;

export class RowScanner {
  /** Fields of the row, those that were not kept included. */
  count = 0;
  readonly #delimiter: number;
  #kept: number;
  /** Of the kept fields: first and last byte, from the row's beginning; the last is negative, less one, where the field has doubled quotes. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #state: number = FIELD;
  #scanned = 0;
  #start = 0;
  #doubled = false;

  /** Where `keep` fields are known, those behind them are only counted. */
  constructor(delimiter: number, keep: number) {
    this.#delimiter = delimiter;
    this.#kept = keep;
  }

  keep(fields: number): void {
    this.#kept = fields;
  }

  /** The next row begins at the start that `scan` is given then. */
  restart(): void {
    this.count = this.#scanned = 0;
    this.#state = FIELD;
  }

  /** Scans the row that begins at `start`, from where the last call stopped. `last`: there are no more bytes than these. */
  scan(bytes: Uint8Array, start: number, end: number, last: boolean): RowEnd {
    const delimiter = this.#delimiter;
    let state = this.#state;
    let at = start + this.#scanned;
    while (at < end) {
      if (state === FIELD) {
        this.#doubled = false;
        state = bytes[at] === QUOTE ? QUOTED : PLAIN;
        if (state === QUOTED) at++;
        this.#start = at - start;
      } else if (state === PLAIN) {
        let byte = 0;
        while (at < end && (byte = bytes[at]!) !== delimiter && byte !== LF) at++;
        if (at === end) break;
        if (byte === LF) {
          const content = at > start && bytes[at - 1] === CR ? at - 1 : at;
          this.#field(Math.max(this.#start, content - start));
          return { kind: 'row', end: at + 1, bytes: content - start };
        }
        this.#field(at - start);
        state = FIELD;
        at++;
      } else if (state === QUOTED) {
        const quote = bytes.indexOf(QUOTE, at);
        if (quote < 0 || quote >= end) {
          at = end;
          break;
        }
        at = quote + 1;
        state = QUOTE_SEEN;
      } else {
        const byte = bytes[at]!;
        const content = at - start - (state === CR_SEEN ? 2 : 1);
        if (byte === LF) {
          this.#field(content);
          return { kind: 'row', end: at + 1, bytes: at - start - (state === CR_SEEN ? 1 : 0) };
        }
        if (state === CR_SEEN) return { kind: 'invalid', found: 'a carriage return' };
        if (byte === QUOTE) {
          this.#doubled = true;
          state = QUOTED;
        } else if (byte === delimiter) {
          this.#field(content);
          state = FIELD;
        } else if (byte === CR) {
          state = CR_SEEN;
        } else {
          return { kind: 'invalid', found: JSON.stringify(String.fromCharCode(byte)) };
        }
        at++;
      }
    }
    this.#state = state;
    this.#scanned = at - start;
    if (!last || state === QUOTED) return { kind: 'open', quoted: state >= QUOTED };
    const length = state === PLAIN && bytes[end - 1] === CR ? end - 1 - start : end - start;
    if (state === FIELD) this.#start = length;
    this.#field(Math.max(this.#start, state === QUOTE_SEEN ? length - 1 : state === CR_SEEN ? length - 2 : length));
    return { kind: 'row', end, bytes: length };
  }

  /** A field's content: a view, or a copy where quotes were doubled. */
  field(bytes: Uint8Array, start: number, number: number): Uint8Array {
    const end = this.#ends[number]!; // callers ask for fields of the row
    const content = bytes.subarray(start + this.#starts[number]!, start + (end < 0 ? -1 - end : end));
    return end < 0 ? withoutDoubles(content) : content;
  }

  #field(end: number): void {
    if (this.count < this.#kept) {
      this.#starts[this.count] = this.#start;
      this.#ends[this.count] = this.#doubled ? -1 - end : end;
    }
    this.count++;
  }
}

function withoutDoubles(content: Uint8Array): Uint8Array {
  const result = Buffer.allocUnsafe(content.length);
  let length = 0;
  for (let at = 0; at < content.length;) {
    const quote = content.indexOf(QUOTE, at);
    const end = quote < 0 ? content.length : quote + 1;
    result.set(content.subarray(at, end), length);
    length += end - at;
    at = end + 1; // the second of two
  }
  return result.subarray(0, length);
}
