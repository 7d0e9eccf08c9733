// Pairs of documents whose Jaccard similarity is known exactly: the words of one are shared with the other or nowhere else, and each word is a shingle.
import type { DocumentBatch } from '#src/core/document-batch.js';

const LETTERS = 6; // 26^6 = 309 million words

/**
 * Rows 2p and 2p + 1 are a pair: `shared` of the `union` words of both are in both, the rest half in one, half in the other. Words are numbered from
 * `firstWord`; none is in two pairs, so pairs are independent.
 */
export function knownPairs(pairs: number, union: number, shared: number, firstWord: number): DocumentBatch {
  const left = Math.floor((union - shared) / 2);
  const text = new Uint8Array(pairs * (union + shared) * (LETTERS + 1)).fill(0x20);
  const offsets = new Uint32Array(2 * pairs + 1);
  let at = 0;
  const write = (from: number, to: number): void => {
    for (let word = from; word < to; word++, at += LETTERS + 1) {
      for (let letter = LETTERS - 1, rest = word; letter >= 0; letter--, rest = Math.floor(rest / 26)) text[at + letter] = 0x61 + (rest % 26);
    }
  };
  for (let pair = 0; pair < pairs; pair++) {
    const first = firstWord + pair * union;
    write(first, first + shared + left);
    offsets[2 * pair + 1] = at;
    write(first + shared + left, first + union);
    write(first, first + shared);
    offsets[2 * pair + 2] = at;
  }
  return { length: 2 * pairs, text, offsets, columns: new Map() };
}
