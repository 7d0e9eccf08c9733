/**
 * The characters and abbreviations by which spaCy 3.8's English tokeniser parts marks from words (lang/punctuation.py, lang/char_classes.py,
 * lang/en), as far as the end of a sentence depends on them.
 */
import { createRequire } from 'node:module';
import { characterClass, CharacterClass } from './line-characters.js';
import type file from './line-marks.json';

const marks = createRequire(import.meta.url)('./line-marks.json') as typeof file; // the compiler copies the file beside this one
const codesOf = (text: string): ReadonlySet<number> => new Set(Array.from(text, (character) => character.codePointAt(0)!));

/** These end a sentence, where they are a token by themselves. */
export const SENTENCE_MARKS = codesOf(marks.sentence);
/** Words that keep their stops. */
export const ABBREVIATIONS: ReadonlySet<string> = new Set(marks.abbreviations);
export const LONGEST_ABBREVIATION = Math.max(...marks.abbreviations.map((text) => text.length));
export const STOP = 0x2e;

/** Off either end: sentence marks, brackets and quotes. */
export const MARKS = codesOf(
  '\u2026,:;!?\u00bf\u061f\u00a1()[]{}<>_#*&\u3002\uff1f\uff01\uff0c\u3001\uff1b\uff1a\uff5e\u00b7\u0964\u060c\u06d4\u061b\u066a',
);
const QUOTES = codesOf(
  '\'"\u201d\u201c`\u2018\u00b4\u2019\u201a,\u201e\u00bb\u00ab\u300c\u300d\u300e\u300f\uff08\uff09\u3014\u3015\u3010\u3011\u300a\u300b\u3008\u3009\u2329\u232a' +
  '\u27e6\u27e7',
);
const DASHES = codesOf('\u2014\u2013');
/** Off the front, or the back of a number. */
export const CURRENCY = codesOf(
  '$\u00a3\u20ac\u00a5\u0e3f\u20bd\ufdfc\u20b4\u20a0\u20a1\u20a2\u20a3\u20a4\u20a5\u20a6\u20a7\u20a8\u20a9\u20aa\u20ab\u20ad\u20ae\u20af\u20b0\u20b1\u20b2\u20b3' +
  '\u20b5\u20b6\u20b7\u20b8\u20b9\u20ba\u20bb\u20bc\u20be\u20bf',
);
export const FRONT = codesOf('\u00a7%=');
/** A full stop comes off behind these too. */
export const BEFORE_STOP = codesOf('%\u00b2-+|');
/** Between letters, these end a word; so does a digit before one of the units that are also abbreviations. */
export const SEPARATORS = codesOf('-\u2013\u2014~:<>=/,');
export const UNITS = codesOf('mgt');
/** Scripts without capitals, as spaCy lists them: their characters count as small and as capital. First and last code point. */
const UNCASED = [
  [0x591, 0x5f4], [0x620, 0x64a], [0x66e, 0x6d5], [0x6e5, 0x6ff], [0x750, 0x77f], [0x8a0, 0x8bd], [0x900, 0x9ff], [0xb80, 0xcff], [0xd80, 0xdff],
  [0x1100, 0x137f], [0x2e80, 0x2fff], [0x3000, 0x30ff], [0x31c0, 0x33ff], [0x3400, 0x9fff], [0xac00, 0xd7af], [0xf900, 0xfaff], [0xfb1d, 0xfdfb],
  [0xfe30, 0xfe4f], [0xfe70, 0xfefc], [0x1f200, 0x1f2ff], [0x20000, 0x2fa1f],
] as const;

export const is = (code: number | undefined, bits: number): boolean => code !== undefined && (characterClass(code) & bits) !== 0;
export const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 0x30 && code <= 0x39;
export const isLetterOrDigit = (code: number | undefined): boolean => is(code, CharacterClass.alphanumeric);
const isUncased = (code: number | undefined): boolean =>
  code !== undefined && code >= 0x591 && UNCASED.some(([first, last]) => code >= first && code <= last);
export const isSmall = (code: number | undefined): boolean => is(code, CharacterClass.lower) || isUncased(code);
export const isCapital = (code: number | undefined): boolean => is(code, CharacterClass.upper) || isUncased(code);
export const isQuote = (code: number | undefined): boolean => code !== undefined && QUOTES.has(code);
export const isMark = (code: number): boolean => MARKS.has(code) || QUOTES.has(code) || DASHES.has(code) || is(code, CharacterClass.icon);
