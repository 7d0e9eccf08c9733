// Words, shingles and similarity of plain strings, for tests and benchmarks that hold the program against brute force. The rule of what a word is comes
// from the program (kernels/reference/word-rule.ts: spaCy's, by and large); everything after it (case, symbols, shingles, sets, counting) is written
// here once more with strings and sets, no hash and no kernel.
import { readFileSync } from 'node:fs';
import { wordsOf as piecesOf } from '#src/kernels/reference/word-rule.js';

/** As Python's str.isspace has it, and NUL, which fastText splits at. */
const SPACE = /[\0\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const { ranges } = JSON.parse(readFileSync(new URL('../../src/kernels/punctuation.json', import.meta.url), 'utf8'));
const isSymbol = (character) => ranges.some(([first, last]) => character.codePointAt(0) >= first && character.codePointAt(0) <= last);
const lowerCase = (word) => [...word].map((character) => (character === '\u2019' ? "'" : character.toLowerCase())).join('');

const REMEMBER_AT_MOST = 1_000_000;
let remembered = new Map();

function wordsOfToken(token) {
  let words = remembered.get(token);
  if (words === undefined) {
    words = piecesOf(token).filter((word) => ![...word].every(isSymbol)).map(lowerCase);
    if (remembered.size >= REMEMBER_AT_MOST) remembered = new Map();
    remembered.set(token, words);
  }
  return words;
}

/** The plain words of a text, lower-cased, in order. */
export function wordsOf(text) {
  const words = [];
  for (const token of text.split(SPACE)) if (token !== '') for (const word of wordsOfToken(token)) words.push(word);
  return words;
}

/** The set of runs of `length` words; empty where there are fewer words. */
export function shinglesOf(words, length = 5) {
  const shingles = new Set();
  for (let at = 0; at + length <= words.length; at++) shingles.add(words.slice(at, at + length).join(' '));
  return shingles;
}

/** Jaccard similarity of two sets, 0 where both are empty. */
export function jaccardOf(a, b) {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const one of small) if (large.has(one)) shared++;
  return a.size + b.size === 0 ? 0 : shared / (a.size + b.size - shared);
}
