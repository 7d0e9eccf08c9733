/** Tables by which a document finds the drawn ones that it may resemble: by band, by equal text, by address; and the paragraphs of the drawn ones. */
import { KeyChains } from '../dedup/key-chains.js';
import { eachParagraph } from '../dedup/paragraph-lines.js';
import type { ShingleParameters } from '../kernels/kernels.js';
import type { DrawnSet } from './drawn-set.js';

/** Paragraphs of one drawn document that are looked for: the first ones. */
export const MOST_PARAGRAPHS = 64;

/** Distinct paragraphs of the drawn documents. Memory: some 100 bytes each, at most 64 a drawn document. */
export interface DrawnParagraphs {
  readonly keys: KeyChains;
  readonly bytes: Uint32Array;
  /** Of each drawn document: those of its first paragraphs, and how many it has in all. */
  readonly of: readonly Uint32Array[];
  readonly counts: Uint32Array;
  /** Reads the text of a paragraph again. */
  textOf(paragraph: number): Uint8Array;
}

/** Memory: 30 to 60 bytes a band of each drawn document. */
export interface DrawnLookup {
  /** Entry `i * bands + band` has the key of that band, mixed with its number (`bandKey`). */
  readonly bands: KeyChains;
  /** Entry i has the first two words of the exact hash, and the hash of the address. */
  readonly texts: KeyChains;
  readonly urls: KeyChains;
}

export const bandKey = (low: number, band: number): number => (low ^ Math.imul(band + 1, 0x9e37_79b1)) >>> 0;

export function drawnLookup(set: DrawnSet, bands: number, shingle: ShingleParameters): DrawnLookup {
  const lookup = { bands: new KeyChains(set.length * bands), texts: new KeyChains(set.length), urls: new KeyChains(set.length) };
  for (let i = 0; i < set.length; i++) {
    lookup.texts.add(i, set.exact[4 * i]!, set.exact[4 * i + 1]!);
    if (set.url[2 * i] !== 0 || set.url[2 * i + 1] !== 0) lookup.urls.add(i, set.url[2 * i]!, set.url[2 * i + 1]!);
    if (set.units[i]! < shingle.length) continue; // no signature: compared as a whole only
    for (let band = 0; band < bands; band++) {
      const at = 2 * (i * bands + band);
      lookup.bands.add(i * bands + band, bandKey(set.bandHashes[at]!, band), set.bandHashes[at + 1]!);
    }
  }
  return lookup;
}

/** Reads the texts of all drawn documents once. */
export function drawnParagraphs(set: DrawnSet): DrawnParagraphs {
  const counts = new Uint32Array(set.length);
  const starts = new Uint32Array(set.length + 1);
  const found: number[] = []; // high, low, start and bytes of each
  for (let i = 0; i < set.length; i++) {
    eachParagraph(set.recordOf(i).text, (start, end, high, low) => {
      if (counts[i]! < MOST_PARAGRAPHS) found.push(high, low, start, end - start);
      counts[i]! += 1;
    });
    starts[i + 1] = found.length / 4;
  }
  const keys = new KeyChains(found.length / 4);
  const first: number[] = []; // of each distinct paragraph: the drawn document that has it first, and its place in `found`
  const of = Array.from({ length: set.length }, (_, i) => Uint32Array.from({ length: starts[i + 1]! - starts[i]! }, (__, n) => {
    const at = 4 * (starts[i]! + n);
    const known = keys.find(found[at + 1]!, found[at]!);
    if (known >= 0) return known;
    const paragraph = first.length / 2;
    keys.add(paragraph, found[at + 1]!, found[at]!);
    first.push(i, at);
    return paragraph;
  }));
  const distinct = first.length / 2;
  return {
    keys, bytes: Uint32Array.from({ length: distinct }, (_, p) => found[first[2 * p + 1]! + 3]!), of, counts,
    textOf: (paragraph) => {
      const [i, at] = [first[2 * paragraph]!, first[2 * paragraph + 1]!]; // below `distinct`
      return set.recordOf(i).text.subarray(found[at + 2], found[at + 2]! + found[at + 3]!);
    },
  };
}
