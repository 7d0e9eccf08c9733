/**
 * Brute force: every pair of documents that have a shingle in common, with its exact Jaccard similarity, by counting over an inverted index of
 * plain strings. What each document shares with those before it is counted in one array, so pairs cost an addition a shared shingle: 4,424 pages of
 * one site, which all share its navigation, take seconds.
 */
import { shinglesOf, wordsOf } from './words.js';

/** Words. */
const SHINGLE = 5;

export interface Pair {
  /** Positions in the texts, a < b. */
  readonly a: number;
  readonly b: number;
  readonly jaccard: number;
}

/** The pairs of similarity `least` and above, b ascending. Texts of fewer than five words are in none. */
export function allPairs(texts: readonly string[], least: number): Pair[] {
  const numbers = new Map<string, number>();
  const holders: number[][] = [];
  const sizes = new Uint32Array(texts.length);
  const shared = new Uint32Array(texts.length);
  const pairs: Pair[] = [];
  texts.forEach((text, b) => {
    const shingles = shinglesOf(wordsOf(text), SHINGLE);
    sizes[b] = shingles.size;
    shared.fill(0);
    for (const shingle of shingles) {
      let number = numbers.get(shingle);
      if (number === undefined) {
        number = holders.length;
        numbers.set(shingle, number);
        holders.push([]);
      }
      const before = holders[number]!; // made when the number was given
      for (const a of before) shared[a]!++;
      before.push(b);
    }
    for (let a = 0; a < b; a++) {
      const jaccard = shared[a]! / (sizes[a]! + sizes[b]! - shared[a]!);
      if (jaccard >= least) pairs.push({ a, b, jaccard }); // 0 / 0 is NaN, which is not
    }
  });
  return pairs;
}

/** Of documents too short for a shingle, the first of equal words with each other one; those without a word are left out. */
export function equalPairs(texts: readonly string[]): Pair[] {
  const firsts = new Map<string, number>();
  const pairs: Pair[] = [];
  texts.forEach((text, b) => {
    const words = wordsOf(text);
    if (words.length === 0 || words.length >= SHINGLE) return;
    const key = words.join(' ');
    const a = firsts.get(key);
    if (a === undefined) firsts.set(key, b);
    else pairs.push({ a, b, jaccard: 1 });
  });
  return pairs;
}

/**
 * The documents that deduplication at a threshold would remove, with each pair compared: in the order given, a document goes if one that stayed is as
 * similar as `threshold`. `pairs` hold all of that similarity, and the equal ones.
 */
export function removable(documents: number, pairs: readonly Pair[], threshold: number, order: readonly number[]): Set<number> {
  const similar: number[][] = Array.from({ length: documents }, () => []);
  for (const { a, b, jaccard } of pairs) {
    if (jaccard < threshold) continue;
    similar[a]!.push(b);
    similar[b]!.push(a);
  }
  const kept = new Set<number>();
  const removed = new Set<number>();
  for (const document of order) (similar[document]!.some((other) => kept.has(other)) ? removed : kept).add(document);
  return removed;
}
