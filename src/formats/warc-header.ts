/**
 * Reads the header of one WARC record (ISO 28500: versions 1.0 and 1.1) in place: values are places in the bytes, and only the few fields
 * that documents need are kept. Names in any case and order; line ends CRLF or LF; folded values are joined. Of a repeated field the first counts.
 */

/** The fields a document needs, as indices of a header's values. */
export const FIELD = { type: 0, id: 1, url: 2, date: 3, language: 4, contentLength: 5, contentType: 6 } as const;
export type Field = (typeof FIELD)[keyof typeof FIELD];

const NAMES = ['warc-type', 'warc-record-id', 'warc-target-uri', 'warc-date', 'warc-identified-content-language', 'content-length', 'content-type'];
const encoder = new TextEncoder();
const NAME_BYTES = NAMES.map((name) => encoder.encode(name));
const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;

/** The values of one header: it is read over and over, a record after another. */
export class WarcHeader {
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  /** Where values lie in the bytes; -1 where a field is absent. */
  readonly starts = new Int32Array(NAMES.length);
  readonly ends = new Int32Array(NAMES.length);
  /** Values of folded fields, joined; undefined where no field was folded, as nearly always. */
  joined: Map<Field, Uint8Array> | undefined;
  /** Position of the first line that is no field; -1 where all are. */
  wrongLine = -1;

  has(field: Field): boolean {
    return this.starts[field]! >= 0;
  }

  /** Whether it was read from here. */
  isOf(bytes: Uint8Array, start: number): boolean {
    return this.#bytes === bytes && this.#start === start;
  }

  /** A value as a number of bytes, or undefined where it is no whole number that a file can have. */
  number(field: Field): number | undefined {
    if (this.joined === undefined) return wholeNumber(this.#bytes, this.starts[field]!, this.ends[field]!);
    const value = this.value(field);
    return value === undefined ? undefined : wholeNumber(value, 0, value.length);
  }

  /** A value as a view (copy to keep), or undefined where the field is absent. */
  value(field: Field): Uint8Array | undefined {
    const start = this.starts[field]!;
    return start < 0 ? undefined : this.joined?.get(field) ?? this.#bytes.subarray(start, this.ends[field]);
  }

  /** Whether a value is this word, in any case; `word` in lower case. */
  is(field: Field, word: Uint8Array): boolean {
    const start = this.starts[field]!;
    if (this.joined !== undefined) {
      const value = this.value(field);
      return value !== undefined && value.length === word.length && equalsIgnoringCase(value, 0, word);
    }
    return start >= 0 && this.ends[field]! - start === word.length && equalsIgnoringCase(this.#bytes, start, word);
  }

  /** Keeps the values in memory of their own, when the bytes they lie in are about to go. */
  detach(): void {
    this.joined = new Map(Object.values(FIELD).flatMap((field) => {
      const value = this.value(field);
      return value === undefined ? [] : [[field, value.slice()] as const];
    }));
  }

  /**
   * Reads the header that begins at `start` with its version line. Returns the position after the blank line that ends it, or -1 where
   * there is none before `to`: then nothing of it counts.
   */
  read(bytes: Uint8Array, start: number, to: number): number {
    const { starts, ends } = this;
    this.#bytes = bytes;
    this.#start = start;
    this.joined = undefined;
    this.wrongLine = -1;
    starts.fill(-1);
    ends.fill(-1);
    let last: Field | -1 = -1; // the field that a folded line continues, where it is one of ours
    let lineStart = lineAfter(bytes, start, to);
    for (let first = true; lineStart < to; first = false) {
      let colon = lineStart;
      let byte = bytes[colon]!;
      while (byte !== COLON && byte !== LF && ++colon < to) byte = bytes[colon]!;
      let lineEnd = colon;
      while (byte !== LF && ++lineEnd < to) byte = bytes[lineEnd]!;
      if (lineEnd >= to) return -1;
      const textEnd = lineEnd > lineStart && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      if (textEnd === lineStart) return lineEnd + 1;
      if (this.wrongLine < 0) {
        if (isBlankByte(bytes[lineStart]!)) {
          if (first) this.wrongLine = lineStart;
          else if (last !== -1) this.#join(last, lineStart, textEnd);
        } else if (colon >= textEnd || colon === lineStart) {
          this.wrongLine = lineStart;
        } else {
          last = fieldOf(bytes, lineStart, colon);
          if (last !== -1 && starts[last]! >= 0) last = -1;
          if (last !== -1) this.#keep(last, colon + 1, textEnd);
        }
      }
      lineStart = lineEnd + 1;
    }
    return -1;
  }

  /** Notes where a value lies, without the blanks around it. */
  #keep(field: Field, from: number, to: number): void {
    const bytes = this.#bytes;
    let start = from;
    let end = to;
    while (start < end && isBlankByte(bytes[start]!)) start++;
    while (end > start && isBlankByte(bytes[end - 1]!)) end--;
    this.starts[field] = start;
    this.ends[field] = end;
  }

  /** Joins what a folded line adds to a value by one space. */
  #join(field: Field, from: number, to: number): void {
    const before = this.value(field)!; // a field that was kept
    const start = this.starts[field]!;
    this.#keep(field, from, to);
    const after = this.#bytes.subarray(this.starts[field], this.ends[field]);
    this.starts[field] = start;
    this.joined ??= new Map();
    this.joined.set(field, before.length === 0 ? after : concatenated(before, after));
  }
}

/** Position after the next line feed; `to` where there is none before it. */
function lineAfter(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== LF) at++;
  return at < to ? at + 1 : to;
}

/**
 * Position after the blank line that ends a header, or -1 where there is none before `to`. Searches from `from`, so that a search can go on
 * when more bytes have come.
 */
export function findHeaderEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(LF, from); at >= 0 && at < to; at = bytes.indexOf(LF, at + 1)) {
    if (at + 1 < to && bytes[at + 1] === LF) return at + 2;
    if (at + 2 < to && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/** Digits alone, at most 15: those are exact in a double. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end <= start || end - start > 15) return undefined;
  let length = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  return length;
}

/** Which of our fields a name is, -1 for none: told by its length first, as this runs for every line of every header. */
function fieldOf(bytes: Uint8Array, start: number, end: number): Field | -1 {
  switch (end - start) {
    case 9: return named(bytes, start, FIELD.type) ? FIELD.type : named(bytes, start, FIELD.date) ? FIELD.date : -1;
    case 12: return named(bytes, start, FIELD.contentType) ? FIELD.contentType : -1;
    case 14: return named(bytes, start, FIELD.contentLength) ? FIELD.contentLength : named(bytes, start, FIELD.id) ? FIELD.id : -1;
    case 15: return named(bytes, start, FIELD.url) ? FIELD.url : -1;
    case 32: return named(bytes, start, FIELD.language) ? FIELD.language : -1;
    default: return -1;
  }
}

const named = (bytes: Uint8Array, start: number, field: Field): boolean => equalsIgnoringCase(bytes, start, NAME_BYTES[field]!);

/** Whether the bytes at `start` are `name` (lower case) but for the case of ASCII letters. */
export function equalsIgnoringCase(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[start + i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name[i]) return false;
  }
  return true;
}

const isBlankByte = (byte: number): boolean => byte === 0x20 || byte === 0x09;

function concatenated(before: Uint8Array, after: Uint8Array): Uint8Array {
  const whole = new Uint8Array(before.length + 1 + after.length);
  whole.set(before);
  whole[before.length] = 0x20;
  whole.set(after, before.length + 1);
  return whole;
}
