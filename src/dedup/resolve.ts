/**
 * Who stays in a component. It is only a chain of similar pairs, so membership removes nobody: rows are taken in the order of the keep policy, and each is
 * removed only if a kept one has its text or its address, or is similar enough to it itself. What was linked only through a removed document stays. Every
 * removal names a kept row that it was compared with, how similar they are, and by which method that was found.
 */
import { KeyTable } from './key-table.js';
import { estimateJaccard, reaches } from './similarity.js';

/** The methods, as they are tried. A removal names one by its index. */
export const REMOVAL_METHODS = ['exact', 'url', 'minhash'] as const;
export type RemovalMethod = (typeof REMOVAL_METHODS)[number];
const EXACT = 0;
const URL = 1;
const MINHASH = 2;

/** The evidence of one removal. */
export interface Removal {
  readonly row: number;
  /** A kept row, compared directly. With drop-all it goes too, and for it this is a row that it was kept instead of. */
  readonly keptRow: number;
  /** The smallest row of the component. */
  readonly cluster: number;
  /** Index into REMOVAL_METHODS. */
  readonly method: number;
  /**
   * Jaccard similarity by the signatures; 1 for equal texts, NaN where one of them has no signature. That of an equal text which was compared
   * before it stands for a row's own; the two differ a little where case divided their words otherwise (reference/exact-runs.ts).
   */
  readonly estimate: number;
  /** By the texts themselves, in the same way: NaN where it was not computed. */
  readonly exact: number;
}

export interface ResolveOptions {
  /** Least Jaccard similarity of a removal by minhash. */
  readonly level: number;
  readonly exact: boolean;
  readonly url: boolean;
  /** What is held against the level; undefined: the method is not used. */
  readonly minhash: 'estimated' | 'exact' | undefined;
  /** Minima of a signature. */
  readonly permutations: number;
  /** Views that are used before the next call: the hash of a row's text (4 words) and of its address (2, zeros where it has none); its minima, zeros where it is too short. */
  readonly keysOf: (row: number) => Uint32Array;
  readonly minimaOf: (row: number) => Uint16Array;
  /** Jaccard similarity of two rows' sets of shingles. */
  readonly exactJaccard: (rowA: number, rowB: number) => number;
  /** Rows that are only compared with: never removed. They must come first in every block. */
  readonly isAgainst: (row: number) => boolean;
  /** false: only rows of `isAgainst` are witnesses. */
  readonly within: boolean;
  /** A row that another was removed for goes too. */
  readonly dropAll: boolean;
}

/** What the resolver finds, as it finds it. */
export interface ResolveSink {
  /** `forMember`: the row would have stayed, and goes by drop-all. */
  removed(removal: Removal, forMember: boolean): void;
  /** A block has ended, and these kept rows are all that later blocks of the component are compared with. */
  blockEnded(isCarried: (keptRow: number) => boolean): void;
}

/**
 * Kept rows of a component that later ones are compared with: the most preferred ones. Of the pages of one site, alike in their navigation, 64 were too
 * few: 657 removed at .7 in place of the 666 of brute force, which 256 give (tests/accuracy/real-documents.long.ts).
 */
const MOST_REPRESENTATIVES = 256;
/** Texts of a pair that are compared for one row, the best estimates first. On the same pages 4 remove 322 at .8 in place of 325, 16 remove 47 at .95 in place of 48. */
const MOST_EXACT = 32;
/** Standard deviations of the estimate below the level at which a pair's texts are still looked at: one pair in 740 that reach the level is missed. */
const MARGIN = 3;
/** Keys of kept rows that are remembered from one block to the next. */
const MOST_CARRIED_KEYS = 1 << 17;

/** Least estimate of a pair that is looked at where the estimate, or the texts, decide. */
export function leastEstimate(level: number, permutations: number, verify: 'estimated' | 'exact'): number {
  return verify === 'estimated' ? level : Math.max(0, level - MARGIN * Math.sqrt((level * (1 - level)) / permutations));
}

/**
 * Least estimate by which two rows come into one component at a level: a margin below it, whatever decides there. A row as similar as asked to the document
 * that stays may have met, in the buckets that they share, only rows that came before both and are less similar to it. Among a million documents that lost
 * .6 % of the pairs in clusters of three and more to the level itself (tests/bench/dedup-scale.js); so they meet in the component, and are compared there.
 */
export const linkEstimate = (level: number, permutations: number): number => leastEstimate(level, permutations, 'exact');

/**
 * Decides components one after another: `begin`, `add` for each block of rows in the order of the keep policy, `end`. Most components are one block; in one
 * of several, what a block kept stays kept, and of it 256 representatives and the keys of 131,072 rows are carried on. Memory: 256 signatures, and at most
 * 110 bytes a distinct text of one block.
 */
export class ClusterResolver {
  readonly totals = { comparisons: 0, exactComparisons: 0, cappedClusters: 0 };
  readonly #options: ResolveOptions;
  readonly #sink: ResolveSink;
  readonly #least: number;
  readonly #texts = new KeyTable(4);
  readonly #urls = new KeyTable(2);
  /** What is known of each text in `#texts`, by its value there. */
  #known: KnownText[] = [];
  /** Kept rows by value in `#urls`. */
  #keptUrls: number[] = [];
  readonly #representatives: number[] = [];
  readonly #minima: Uint16Array;
  /** Kept rows that were removed by drop-all. */
  readonly #gone = new Set<number>();
  readonly #keys = new Uint32Array(6);
  #root = 0;
  #capped = false;

  constructor(options: ResolveOptions, sink: ResolveSink) {
    this.#options = options;
    this.#sink = sink;
    this.#least = leastEstimate(options.level, options.permutations, options.minhash ?? 'estimated');
    this.#minima = new Uint16Array(MOST_REPRESENTATIVES * options.permutations);
  }

  /** Begins the component that is named by its smallest row. */
  begin(root: number): void {
    this.#root = root;
    this.#capped = false;
    this.#clearKeys();
    this.#representatives.length = 0;
    this.#gone.clear();
  }

  add(rows: ArrayLike<number>): void {
    for (let i = 0; i < rows.length; i++) this.#decide(rows[i]!);
    this.#sink.blockEnded((row) => this.#representatives.includes(row));
    if (this.#known.length > MOST_CARRIED_KEYS) this.#forgetKeys();
  }

  end(): void {
    if (this.#capped) this.totals.cappedClusters += 1;
  }

  #decide(row: number): void {
    const { exact, url, minhash, isAgainst } = this.#options;
    this.#keys.set(this.#options.keysOf(row));
    const text = this.#texts.get(this.#keys, 0);
    const known = text === undefined ? undefined : this.#known[text]!; // values are places in it
    if (isAgainst(row)) {
      this.#keep(row, known, true);
      return;
    }
    if (known !== undefined && exact && known.kept) return this.#remove(row, known.row, EXACT, 1, 1);
    if (known !== undefined && !known.kept && this.#sameMinima(row, known.self)) return this.#remove(row, known.row, MINHASH, known.estimate, known.exact);
    const sameUrl = url && this.#hasUrl() ? this.#urls.get(this.#keys, 4) : undefined;
    if (sameUrl !== undefined) return this.#remove(row, this.#keptUrls[sameUrl]!, URL, this.#estimateOf(row, this.#keptUrls[sameUrl]!), NaN);
    const match = minhash === undefined ? undefined : this.#similarTo(row);
    if (match === undefined) return this.#keep(row, known, false);
    if (known === undefined) this.#know({ kept: false, self: row, row: match.row, estimate: match.estimate, exact: match.exact });
    this.#remove(row, match.row, MINHASH, match.estimate, match.exact);
  }

  #keep(row: number, known: KnownText | undefined, against: boolean): void {
    if (!against && !this.#options.within) return; // nothing is compared with it
    if (this.#options.url && this.#hasUrl() && this.#urls.get(this.#keys, 4) === undefined) this.#urls.set(this.#keys, 4, this.#keptUrls.push(row) - 1);
    if (known?.kept === true) return; // an equal one is compared with already
    this.#know({ kept: true, self: row, row, estimate: 1, exact: 1 });
    if (this.#options.minhash === undefined) return;
    const minima = this.#options.minimaOf(row);
    if (!isSigned(minima)) return;
    if (this.#representatives.length === MOST_REPRESENTATIVES) {
      this.#capped = true;
      return;
    }
    this.#minima.set(minima, this.#representatives.length * this.#options.permutations);
    this.#representatives.push(row);
  }

  /** Remembers what was decided of the text whose key was read last. */
  #know(text: KnownText): void {
    this.#texts.set(this.#keys, 0, this.#known.push(text) - 1);
  }

  #remove(row: number, keptRow: number, method: number, estimate: number, exact: number): void {
    const removal = { row, keptRow, cluster: this.#root, method, estimate, exact };
    this.#sink.removed(removal, false);
    if (!this.#options.dropAll || this.#options.isAgainst(keptRow) || this.#gone.has(keptRow)) return;
    this.#gone.add(keptRow);
    this.#sink.removed({ ...removal, row: keptRow, keptRow: row }, true);
  }

  /** Whether what was found of the one holds for the other: texts that count as equal may differ in how words are told apart, and so in their shingles. */
  #sameMinima(row: number, other: number): boolean {
    const minima = this.#options.minimaOf(row).slice();
    const others = this.#options.minimaOf(other);
    return minima.every((value, i) => value === others[i]);
  }

  #hasUrl(): boolean {
    return this.#keys[4] !== 0 || this.#keys[5] !== 0;
  }

  /** The representative that a row is a duplicate of: by the best estimate, or the first of the best few whose text is similar enough. */
  #similarTo(row: number): { readonly row: number; readonly estimate: number; readonly exact: number } | undefined {
    const { minimaOf, permutations, minhash, level, exactJaccard } = this.#options;
    const minima = minimaOf(row);
    if (!isSigned(minima)) return undefined;
    const count = this.#representatives.length;
    this.totals.comparisons += count;
    const near: { index: number; estimate: number }[] = [];
    for (let index = 0; index < count; index++) {
      const estimate = estimateJaccard(minima, 0, this.#minima, index * permutations, permutations);
      if (reaches(estimate, this.#least)) near.push({ index, estimate });
    }
    near.sort((a, b) => b.estimate - a.estimate || a.index - b.index);
    for (const { index, estimate } of near.slice(0, minhash === 'exact' ? MOST_EXACT : 1)) {
      const other = this.#representatives[index]!;
      if (minhash !== 'exact') return { row: other, estimate, exact: NaN };
      this.totals.exactComparisons += 1;
      const exact = exactJaccard(row, other);
      if (exact >= level) return { row: other, estimate, exact };
    }
    return undefined;
  }

  /** For the record of a removal that did not go by it. */
  #estimateOf(row: number, other: number): number {
    if (this.#options.minhash === undefined) return NaN;
    const minima = this.#options.minimaOf(row).slice();
    const others = this.#options.minimaOf(other);
    return isSigned(minima) && isSigned(others) ? estimateJaccard(minima, 0, others, 0, this.#options.permutations) : NaN;
  }

  #clearKeys(): void {
    this.#texts.clear();
    this.#urls.clear();
    this.#known = [];
    this.#keptUrls = [];
  }

  /** Between blocks: forgets all keys but those of the most preferred kept rows. */
  #forgetKeys(): void {
    const rows = [...new Set([...this.#known.flatMap(({ kept, row }) => (kept ? [row] : [])), ...this.#keptUrls])].slice(0, MOST_CARRIED_KEYS);
    this.#clearKeys();
    const gone = rows.filter((row) => this.#gone.has(row));
    this.#gone.clear();
    for (const row of gone) this.#gone.add(row);
    for (const row of rows) {
      this.#keys.set(this.#options.keysOf(row));
      if (this.#texts.get(this.#keys, 0) === undefined) this.#know({ kept: true, self: row, row, estimate: 1, exact: 1 });
      if (this.#options.url && this.#hasUrl() && this.#urls.get(this.#keys, 4) === undefined) this.#urls.set(this.#keys, 4, this.#keptUrls.push(row) - 1);
    }
  }
}

/** A text of the component: kept, in that row; or removed, for that row's sake. */
interface KnownText {
  readonly kept: boolean;
  /** The row that was decided. */
  readonly self: number;
  readonly row: number;
  readonly estimate: number;
  readonly exact: number;
}

/** Documents too short for a shingle have zeros, which would all agree. */
function isSigned(minima: Uint16Array): boolean {
  return minima.some((value) => value !== 0);
}
