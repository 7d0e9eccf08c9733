/**
 * Replaces every match of a pattern in a text. One search is linear, all searches together need not be: `<!--.*?-->|<` looks from each `<` to the end for a
 * `-->` that never comes. So a search sees a stretch of text, which grows only as long as nothing is found in it, or something too near to its end.
 */
import type { Program } from './pattern-program.js';

/** A match counts only with so much of the text behind it seen (or its end). */
export const LOOKAHEAD_BYTES = 1024;
/** What a search sees at first. */
const STRETCH_BYTES = 2 * LOOKAHEAD_BYTES;
/** What may be searched again because a match was too near to the end: so many times the text, and a MiB. Matches that stay as they are use at most 6 times. */
const RETRIES = 16;
const FREE_RETRY_BYTES = 1 << 20;

/** Parts of a replacement: bytes as they are, or the number of a group (0: the whole match). */
export type Replacement = readonly (Uint8Array | number)[];

/** Reads `$1` .. `$99`, `$&` (the whole match) and `$$` (a dollar sign). Throws an Error that says what is wrong. */
export function parseReplacement(text: string, groups: number): Replacement {
  return text.split(/(\$(?:[1-9]\d?|[\s\S]?))/).flatMap((part, i): (Uint8Array | number)[] => {
    if (i % 2 === 0) return part === '' ? [] : [new TextEncoder().encode(part)];
    if (part === '$$') return [Uint8Array.of(0x24)];
    if (part === '$&') return [0];
    const group = Number(part.slice(1));
    if (!(group >= 1 && group <= groups)) {
      throw new Error(`expected $& (the match), $$ (a dollar sign)${groups > 0 ? ` or $1 .. $${groups} (a group)` : ''}, not ${JSON.stringify(part)}`);
    }
    return [group];
  });
}

/**
 * The text with all matches replaced; the text itself where there is none; undefined where the new one would have more than `maxBytes`. Matches of nothing do not
 * count. Exact where LOOKAHEAD_BYTES behind a match decide about it: otherwise something shorter or later may be taken. Cost: at most STRETCH_BYTES and twice
 * RETRIES steps a byte, each of up to the program's size, under a hostile pattern and text; mostly 2 to 6.
 */
export function replaceAll(text: Uint8Array, program: Program, replacement: Replacement, maxBytes: number): Uint8Array | undefined {
  if (!program.test(text)) return text;
  let out = new Uint8Array(Math.min(text.length, maxBytes));
  let bytes = 0;
  /** Appends `from[start .. end)`; false where that would be too much. */
  const put = (from: Uint8Array, start: number, end: number): boolean => {
    const before = bytes;
    bytes += end - start;
    if (bytes > maxBytes) return false;
    if (bytes > out.length) {
      const grown = new Uint8Array(Math.min(maxBytes, 2 * bytes));
      grown.set(out.subarray(0, before));
      out = grown;
    }
    for (let i = start, to = before; i < end; i++, to++) out[to] = from[i]!;
    return true;
  };
  const searches = new Searches(text, program);
  let done = 0;
  for (let match = searches.next(); match !== undefined; match = searches.next()) {
    let fits = put(text, done, match[0]!);
    for (const part of replacement) fits &&= typeof part === 'number' ? put(text, match[2 * part]!, match[2 * part + 1]!) : put(part, 0, part.length);
    if (!fits) return undefined;
    done = match[1]!;
  }
  return put(text, done, text.length) ? out.subarray(0, bytes) : undefined;
}

/** The matches of one text, one after another. */
class Searches {
  readonly #text: Uint8Array;
  readonly #program: Program;
  #from = 0;
  #retryBytes: number;

  constructor(text: Uint8Array, program: Program) {
    this.#text = text;
    this.#program = program;
    this.#retryBytes = RETRIES * text.length + FREE_RETRY_BYTES;
  }

  /** The next match that is not empty, as the program gives it, in positions of the text. */
  next(): readonly number[] | undefined {
    const text = this.#text;
    for (let size = STRETCH_BYTES; this.#from < text.length;) {
      const end = characterStart(text, this.#from + size);
      const first = this.#from === 0 ? 0 : characterStart(text, this.#from - 1); // one character more, so that ^ and \b see where they are
      const match = this.#program.find(text.subarray(first, end), this.#from - first)?.map((place) => (place < 0 ? place : place + first));
      const isNearEnd = match !== undefined && end < text.length && match[1]! > end - LOOKAHEAD_BYTES;
      if (match !== undefined && !isNearEnd) {
        size = STRETCH_BYTES;
        this.#from = match[1]! > match[0]! ? match[1]! : nextCharacter(text, match[0]!);
        if (match[1]! > match[0]!) return match;
      } else if (end === text.length) {
        this.#from = end;
      } else if (isNearEnd && (this.#retryBytes -= end - first) < 0) {
        this.#from = end;
        size = STRETCH_BYTES;
      } else {
        size *= 2;
      }
    }
    return undefined;
  }
}

/** The start of the character of which the byte at `at` is a part; the end of the text from there on. */
function characterStart(text: Uint8Array, at: number): number {
  let start = Math.min(at, text.length);
  while (start > 0 && (text[start]! & 0xc0) === 0x80) start--;
  return start;
}

function nextCharacter(text: Uint8Array, at: number): number {
  let next = at + 1;
  while ((text[next]! & 0xc0) === 0x80) next++;
  return next;
}
