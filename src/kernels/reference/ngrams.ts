/**
 * Runs of words for telling whether a text holds a passage of another: GPT-3's grams (Brown et al. 2020, appendix C: lower-case words between white
 * space, without punctuation).
 *
 *   characters   of words are letters and digits (Unicode's L and Nd), lower-cased one by one.
 *   white space  that of Unicode ends a word.
 *   all else     is passed over and ends nothing: `don't` is `dont`, `well-known` is `wellknown`, a dash between spaces is no word. So are combining
 *                marks of most scripts, soft hyphens and zero-width characters: what looks alike, or nearly, is alike.
 *   alone        stands each letter, mark and number of a script without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer, Burmese): it is a word, so
 *                that 13 words of Chinese are 13 characters.
 *
 * The name of words w_1 .. w_n is mix(n B^n + w_1 B^(n-1) + .. + w_n) modulo 2^64, twice, with different B and different hashes of the words.
 */
import { documentText, type DocumentBatch } from '../../core/document-batch.js';
import type { NgramHits, NgramParameters, Ngrams, NgramScanner, NgramTable } from '../kernels.js';
import { checkNgramParameters, checkNgramTable } from '../ngram-table.js';
import { classOf, lowerCase, unicodeTable, UnicodeClass } from '../unicode-table.js';
import { add, FIRST, mix, multiply, POLYNOMIAL_BASE, register, rotateLeft, SECOND, set, xor, type Word64 } from './word64.js';

export interface NgramWord {
  readonly word: string;
  /** Bytes of the text: of its first character, and behind its last. */
  readonly from: number;
  readonly to: number;
}

const PART = UnicodeClass.letter | UnicodeClass.digit;

/** The words of a text in their order. */
export function ngramWords(text: string): NgramWord[] {
  const words: NgramWord[] = [];
  let open: { word: string; from: number; to: number } | undefined;
  let at = 0;
  const close = (): void => {
    if (open !== undefined) words.push(open);
    open = undefined;
  };
  for (const character of text) {
    const codePoint = character.codePointAt(0)!; // of a code point, so not empty
    const from = at;
    at += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    const bits = classOf(unicodeTable(), codePoint);
    const lower = String.fromCodePoint(lowerCase(unicodeTable(), codePoint));
    if ((bits & UnicodeClass.unspaced) !== 0) {
      close();
      words.push({ word: lower, from, to: at });
    } else if ((bits & PART) !== 0) {
      open ??= { word: '', from, to: at };
      open.word += lower;
      open.to = at;
    } else if ((bits & UnicodeClass.space) !== 0) {
      close();
    }
  }
  close();
  return words;
}

const FNV_BASIS: Word64 = [0x84222325, 0xcbf29ce4];
const FNV_PRIME: Word64 = [0x000001b3, 0x00000100];
/** B of both halves of a name. */
const BASES: readonly [Word64, Word64] = [POLYNOMIAL_BASE, FIRST];

/** Hashes of words, low and high halves in turn: FNV-1a over code points, and another over the same. */
function wordHashes(words: readonly NgramWord[]): readonly [Uint32Array, Uint32Array] {
  const halves = [new Uint32Array(2 * words.length), new Uint32Array(2 * words.length)] as const;
  words.forEach(({ word }, i) => {
    const codePoints = Array.from(word, (character) => character.codePointAt(0)!); // as above
    set(...FNV_BASIS);
    for (const codePoint of codePoints) {
      xor(codePoint, 0);
      multiply(FNV_PRIME);
    }
    mix();
    halves[0].set(register, 2 * i);
    set(...SECOND);
    for (const codePoint of codePoints) {
      rotateLeft(23);
      add(codePoint, 0);
      multiply(SECOND);
    }
    mix();
    halves[1].set(register, 2 * i);
  });
  return halves;
}

/** One half of the name of the words `from .. from + length`. */
function nameOf(hashes: Uint32Array, base: Word64, from: number, length: number): bigint {
  set(length, 0);
  for (let word = from; word < from + length; word++) {
    multiply(base);
    add(hashes[2 * word]!, hashes[2 * word + 1]!);
  }
  mix();
  return (BigInt(register[1]!) << 32n) | BigInt(register[0]!);
}

interface Ngram {
  readonly names: readonly [bigint, bigint];
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** Every n-gram of these lengths, by where it ends and then by length. */
function* ngramsOfText(text: string, lengths: (words: number) => readonly number[]): Generator<Ngram> {
  const words = ngramWords(text);
  const [first, second] = wordHashes(words);
  for (let end = 1; end <= words.length; end++) {
    for (const length of lengths(words.length)) {
      const begin = end - length;
      if (begin < 0) continue;
      yield { names: [nameOf(first, BASES[0], begin, length), nameOf(second, BASES[1], begin, length)], length, from: words[begin]!.from, to: words[end - 1]!.to };
    }
  }
}

/** See Kernels.ngrams. */
export function ngrams(batch: DocumentBatch, rows: Uint32Array, { length, least }: NgramParameters): Ngrams {
  checkNgramParameters({ length, least });
  const byRow = Array.from(rows, (row) => [...ngramsOfText(documentText(batch, row), (words) => [words >= length ? length : words >= least ? words : Infinity])]);
  const all = byRow.flat();
  return {
    offsets: offsetsOf(byRow), first: BigUint64Array.from(all, ({ names }) => names[0]), second: BigUint64Array.from(all, ({ names }) => names[1]),
    lengths: Uint32Array.from(all, (ngram) => ngram.length), from: Uint32Array.from(all, ({ from }) => from), to: Uint32Array.from(all, ({ to }) => to),
  };
}

/** See Kernels.ngramScanner. */
export function ngramScanner(table: NgramTable): NgramScanner {
  checkNgramTable(table);
  const lengths = [...table.lengths];
  const numbers = new Map(Array.from(table.first, (first, i) => [`${first} ${table.second[i]}`, i])); // names of different lengths differ
  return {
    scan: (batch, rows): NgramHits => {
      const byRow = Array.from(rows, (row) => [...ngramsOfText(documentText(batch, row), () => lengths)]
        .flatMap(({ names, from, to }) => {
          const number = numbers.get(names.join(' '));
          return number === undefined ? [] : [{ number, from, to }];
        }).sort((a, b) => a.from - b.from || a.to - b.to));
      const all = byRow.flat();
      return { offsets: offsetsOf(byRow), ngrams: Uint32Array.from(all, ({ number }) => number), from: Uint32Array.from(all, ({ from }) => from), to: Uint32Array.from(all, ({ to }) => to) };
    },
  };
}

function offsetsOf(lists: readonly (readonly unknown[])[]): Uint32Array {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, i) => { offsets[i + 1] = offsets[i]! + list.length; });
  return offsets;
}
