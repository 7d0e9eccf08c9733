/**
 * What shingles are runs of (ShingleParameters): the units of a document, as text. All units are lower-cased as words are, ’ is '.
 *
 *   script     the plain words of the tokenise pass, which has each code point of a script written without spaces (Han, Hiragana, Katakana, Thai,
 *              Lao, Khmer, Burmese) as a word. Their combining marks and prolonged sound marks are code points like others, so no two texts look the
 *              same that are not; a Thai syllable is two to four units.
 *   word       the same, but a run of such code points without anything between is one unit: for text that was divided into words before.
 *   character  every letter and digit, and every code point of those scripts. Other scripts' combining marks are not seen.
 */
import { documentText, type DocumentBatch } from '../../core/document-batch.js';
import type { ShingleParameters } from '../kernels.js';
import { classOf, lowerCase, unicodeTable, UnicodeClass } from '../unicode-table.js';
import { tokenise, WordKind } from './tokenise.js';

type Unit = ShingleParameters['unit'];

/** The units of a row, in order. */
export function unitsOf(batch: DocumentBatch, row: number, unit: Unit): string[] {
  if (unit === 'character') return charactersOf(documentText(batch, row));
  const words = plainWordsOf(batch, row);
  return (unit === 'script' ? words : joined(words)).map(({ text }) => text);
}

/** FNV-1a, 64 bits, of each unit's UTF-8. A unit whose hash is 0 is left out: that stands for no word in the table of words. */
export function unitHashes(units: readonly string[]): BigUint64Array {
  return BigUint64Array.from(units, hashOf).filter((hash) => hash !== 0n);
}

const classes = (character: string): number => classOf(unicodeTable(), character.codePointAt(0)!);
const isUnspaced = (character: string): boolean => (classes(character) & UnicodeClass.unspaced) !== 0;
const folded = (character: string): string =>
  character === '\u2019' ? "'" : String.fromCodePoint(lowerCase(unicodeTable(), character.codePointAt(0)!));

function charactersOf(text: string): string[] {
  return Array.from(text).filter((character) => (classes(character) & UNIT_CLASSES) !== 0).map(folded);
}
const UNIT_CLASSES = UnicodeClass.letter | UnicodeClass.digit | UnicodeClass.unspaced;

interface PlainWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** One code point of a script without spaces. */
  readonly unspaced: boolean;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function plainWordsOf(batch: DocumentBatch, row: number): PlainWord[] {
  const { docWord, wordStart, wordEnd, wordKind, wordFolded } = tokenise(batch);
  const words: PlainWord[] = [];
  for (let word = docWord[row]!; word < docWord[row + 1]!; word++) {
    if ((wordKind[word]! & WordKind.symbol) !== 0 || wordFolded[word] === 0n) continue;
    const characters = Array.from(decoder.decode(batch.text.subarray(wordStart[word], wordEnd[word])));
    words.push({ text: characters.map(folded).join(''), start: wordStart[word]!, end: wordEnd[word]!, unspaced: isUnspaced(characters[0]!) });
  }
  return words;
}

/** Neighbours of unspaced scripts that touch as one word. */
function joined(words: readonly PlainWord[]): PlainWord[] {
  const runs: PlainWord[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    const touches = last !== undefined && last.unspaced && word.unspaced && last.end === word.start;
    if (touches) runs[runs.length - 1] = { ...last, text: last.text + word.text, end: word.end };
    else runs.push(word);
  }
  return runs;
}

const remembered = new Map<string, bigint>();
const REMEMBER_AT_MOST = 100_000;

function hashOf(unit: string): bigint {
  let hash = remembered.get(unit);
  if (hash !== undefined) return hash;
  hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(unit)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  if (remembered.size >= REMEMBER_AT_MOST) remembered.clear();
  remembered.set(unit, hash);
  return hash;
}
