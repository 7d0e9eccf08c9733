/**
 * Finds fixed ASCII phrases in lower-cased text in one pass over its bytes, and tells which lists they are of. Text is lower-cased as Python's str.lower
 * does, as far as a phrase can tell: A to Z, and U+212A (the Kelvin sign) as k.
 */
import { AhoCorasick } from './aho-corasick.js';

const KELVIN = '\u212a';

export class LinePhrases {
  readonly #automaton: AhoCorasick;
  /** Bits of the lists that a pattern is of, by its number. */
  readonly #lists: Uint32Array;
  #found = 0;

  /** `phrases[i]`, lower-case ASCII, are told by bit i; at most 32 lists. */
  constructor(phrases: readonly (readonly string[])[]) {
    const lists = new Map<string, number>();
    phrases.forEach((list, i) => list.flatMap(spellings).forEach((pattern) => lists.set(pattern, (lists.get(pattern) ?? 0) | (1 << i))));
    this.#automaton = new AhoCorasick([...lists.keys()].map((pattern) => Buffer.from(pattern)), 'phrases', { foldCase: true });
    this.#lists = Uint32Array.from(lists.values());
  }

  /** Bits of the lists with a phrase in `text[start .. end)`. */
  find(text: Uint8Array, start: number, end: number): number {
    this.#found = 0;
    this.#automaton.find(text, start, end, this.#note);
    return this.#found;
  }

  /** Accepts no match, so that the search goes on to the end. */
  readonly #note = (pattern: number): boolean => {
    this.#found |= this.#lists[pattern]!;
    return false;
  };
}

/** The phrase, and its spellings with a Kelvin sign for one k. */
function spellings(phrase: string): string[] {
  return [phrase, ...[...phrase].flatMap((character, i) => (character === 'k' ? [phrase.slice(0, i) + KELVIN + phrase.slice(i + 1)] : []))];
}
