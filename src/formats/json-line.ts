/**
 * Builds one line of a JSONL corpus from bytes: text goes from UTF-8 to escaped UTF-8 without ever being a string. Escapes are those that
 * RFC 8259 section 7 demands and no others, in the form JSON.stringify gives them: `"`, `\` and controls below U+0020.
 */

import { frameParts } from './json-frame.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** By byte: 0 where it stands for itself, 1 where it is written \u00xx, else the letter that follows the backslash. */
const ESCAPES = new Uint8Array(256).fill(1, 0, 0x20);
for (const [byte, letter] of [[0x08, 'b'], [0x09, 't'], [0x0a, 'n'], [0x0c, 'f'], [0x0d, 'r'], [QUOTE, '"'], [BACKSLASH, '\\']] as const) {
  ESCAPES[byte] = letter.charCodeAt(0);
}
const HEX = new TextEncoder().encode('0123456789abcdef');

/** Text is escaped in pieces of this size, so that the room kept for the worst case (6 bytes for one) stays small. */
const PIECE_BYTES = 16 << 10;

/** Memory: the longest line built so far, doubled by growth. */
export class JsonLine {
  #out = new Uint8Array(1 << 16);
  #used = 0;
  readonly #keys = new Map<string, Uint8Array>();

  /** Forgets what was built and opens a line. */
  start(): void {
    this.#out[0] = 0x7b; // {
    this.#used = 1;
  }

  /** A member whose value is text, given as valid UTF-8. */
  text(key: string, utf8: Uint8Array): void {
    this.#key(key);
    this.#string(utf8);
  }

  #string(utf8: Uint8Array): void {
    this.#reserve(2);
    this.#out[this.#used++] = QUOTE;
    for (let at = 0; at < utf8.length; at += PIECE_BYTES) {
      this.#escape(utf8, at, Math.min(utf8.length, at + PIECE_BYTES));
    }
    this.#reserve(1);
    this.#out[this.#used++] = QUOTE;
  }

  /** A member whose value is a number, rounded to 6 decimals and written in the shortest form; it must be finite. */
  number(key: string, value: number): void {
    if (!Number.isFinite(value)) throw new Error(`JSON member "${key}": ${value} has no form in JSON`);
    this.#key(key);
    this.#ascii(String(Number(value.toFixed(6)) + 0)); // + 0: negative zero has no sign in JSON.stringify either
  }

  /** A member whose value is JSON already, without line feeds. */
  json(key: string, value: Uint8Array): void {
    this.#key(key);
    this.#bytes(value);
  }

  /** A whole line of JSON that is there already, but for one string: what stands before it, its text and what stands behind. A view as of `finish`. */
  framed(head: Uint8Array, utf8: Uint8Array, tail: Uint8Array): Uint8Array {
    this.#used = 0;
    this.#bytes(head);
    this.#string(utf8);
    this.#bytes(tail);
    this.#reserve(1);
    this.#out[this.#used++] = 0x0a;
    return this.#out.subarray(0, this.#used);
  }

  /** Closes the line with a line feed and returns it: a view that is valid until `start`. */
  finish(): Uint8Array {
    this.#reserve(2);
    this.#out[this.#used++] = 0x7d; // }
    this.#out[this.#used++] = 0x0a;
    return this.#out.subarray(0, this.#used);
  }

  #key(key: string): void {
    let bytes = this.#keys.get(key);
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(`,${JSON.stringify(key)}:`);
      this.#keys.set(key, bytes);
    }
    this.#reserve(bytes.length);
    for (let i = this.#used === 1 ? 1 : 0; i < bytes.length; i++) this.#out[this.#used++] = bytes[i]!; // the first member has no comma
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#out.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  #ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#out[this.#used++] = text.charCodeAt(i);
  }

  #escape(utf8: Uint8Array, start: number, end: number): void {
    this.#reserve(6 * (end - start));
    const out = this.#out;
    let used = this.#used;
    for (let i = start; i < end; i++) {
      const byte = utf8[i]!;
      const escape = ESCAPES[byte]!;
      if (escape === 0) {
        out[used++] = byte;
        continue;
      }
      out[used++] = BACKSLASH;
      if (escape === 1) {
        out[used++] = 0x75; // u
        out[used++] = 0x30;
        out[used++] = 0x30;
        out[used++] = HEX[byte >> 4]!;
        out[used++] = HEX[byte & 15]!;
      } else {
        out[used++] = escape;
      }
    }
    this.#used = used;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#out.length) return;
    const grown = new Uint8Array(Math.max(this.#used + bytes, 2 * this.#out.length));
    grown.set(this.#out.subarray(0, this.#used));
    this.#out = grown;
  }
}

/** The line of a record as it was read, with another text in it; a view that is valid until `line` is used again. */
export function framedLine(line: JsonLine, frame: Uint8Array, text: Uint8Array): Uint8Array {
  const { head, tail } = frameParts(frame);
  return line.framed(head, text, tail);
}

/** One document of the corpus, as bytes. */
export interface CorpusDocument {
  readonly id: Uint8Array;
  readonly source: Uint8Array;
  readonly text: Uint8Array;
  /** Left out of the line where empty. */
  readonly url: Uint8Array;
  /** Left out where NaN. */
  readonly score: number;
  /** Left out where empty. */
  readonly language: Uint8Array;
  /** A JSON object; left out where empty. */
  readonly metadata: Uint8Array;
}

/** The line of one document, members in a fixed order; a view that is valid until `line` is used again. */
export function corpusLine(line: JsonLine, document: CorpusDocument): Uint8Array {
  line.start();
  line.text('id', document.id);
  line.text('source', document.source);
  line.text('text', document.text);
  if (document.url.length > 0) line.text('url', document.url);
  if (!Number.isNaN(document.score)) line.number('score', document.score);
  if (document.language.length > 0) line.text('language', document.language);
  if (document.metadata.length > 0) line.json('metadata', document.metadata);
  return line.finish();
}
