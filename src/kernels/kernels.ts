/**
 * What the kernels compute, whichever implementation does it: `wasm` (assembly/, through the bindings in this folder) or
 * `reference` (plain TypeScript, written independently and for clarity). Both take a whole batch and the rows still kept;
 * kernels that read words share one pass over the batch, scorers read its text themselves (see README.md). Results are arrays as
 * long as the batch, zero in rows that were not asked for, and owned by the caller.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import type { FastTextModel } from '../formats/fasttext-model.js';

/** Counts from which Gopher's quality rules are decided; one entry a row. */
export interface GopherQualityCounts {
  /** Words, symbols included. */
  readonly words: Uint32Array;
  /** Words with at least one character that is not punctuation. */
  readonly plainWords: Uint32Array;
  /** Characters (code points) in plain words. */
  readonly plainChars: Uint32Array;
  /** Words with at least one alphabetic character. */
  readonly alphaWords: Uint32Array;
  /** Occurrences of '#'; non-overlapping occurrences of '...' plus those of U+2026. */
  readonly hashes: Uint32Array;
  readonly ellipses: Uint32Array;
  /** Lines as Python's str.splitlines counts them; those starting with a bullet; those ending in an ellipsis. */
  readonly lines: Uint32Array;
  readonly bulletLines: Uint32Array;
  readonly ellipsisLines: Uint32Array;
  /** How many of {the, be, to, of, and, that, have, with} occur, as written, at least once. */
  readonly stopWords: Uint32Array;
}

/** Counts from which Gopher's repetition rules are decided; one entry a row. Characters are code points. */
export interface GopherRepetitionCounts {
  readonly chars: Uint32Array;
  readonly paragraphs: Uint32Array;
  readonly duplicateParagraphs: Uint32Array;
  readonly duplicateParagraphChars: Uint32Array;
  readonly lines: Uint32Array;
  readonly duplicateLines: Uint32Array;
  readonly duplicateLineChars: Uint32Array;
  /** [n - 2]: length x count of the most frequent n-gram (words joined by a space), n = 2, 3, 4. */
  readonly topGramChars: readonly [Uint32Array, Uint32Array, Uint32Array];
  /** [n - 5]: characters of the words in n-grams seen before, scanned greedily, n = 5 .. 10. */
  readonly duplicateGramChars: readonly Uint32Array[];
}

export interface LanguageScorer {
  /** Names by label code, without the `__label__` prefix. */
  readonly labels: readonly string[];
  /** The most probable label and its probability per row. An empty document has label 0 and probability 0. */
  score(batch: DocumentBatch, rows: Uint32Array): { readonly label: Uint16Array; readonly probability: Float32Array };
}

export interface QualityScorer {
  /** Probability of the positive label per row. */
  score(batch: DocumentBatch, rows: Uint32Array): Float32Array;
}

/**
 * A two-label linear text classifier with each input row folded to one number: the score is sigmoid(mean of the features'
 * weights). Features are a text's words (fastText's reading of white space, plus its end-of-line token) and hashed word n-grams.
 */
export interface FoldedModel {
  /** Word weights, found by the word's 32-bit hash and checked against its bytes. */
  readonly words: readonly Uint8Array[];
  readonly wordWeights: Float32Array;
  /** Weights of hashed n-grams: bucket b is n-gram hash mod bucketWeights.length. NaN: a bucket that a pruned model does not have, no feature. */
  readonly bucketWeights: Float32Array;
  /** 1 or more. */
  readonly wordNgrams: number;
  /** `table`: fastText's rounded sigmoid, which losses `ns` and `ova` predict with. Default: the sigmoid itself. */
  readonly link?: 'sigmoid' | 'table';
}

/**
 * GPT-3's classifier (Brown et al. 2020, appendix A): logistic regression over hashed words, Spark's HashingTF. The text is lower-cased and split at
 * white space; a token's feature is murmur3_x86_32(its UTF-8, seed 42) mod the number of weights, its value how often it occurs (`binary`: 1).
 */
export interface LogisticModel {
  /** One a feature: 2^18 in GPT-3. */
  readonly weights: Float32Array;
  readonly bias: number;
  readonly binary: boolean;
}

/**
 * What similarity counts: runs of `length` units. `script`: plain words, and each character where a script is written without spaces (Han, Hiragana,
 * Katakana, Thai, Lao, Khmer, Burmese). `word`: the same, but a run of such characters is one word, for text that has been divided into words.
 * `character`: each letter, each digit and each character of those scripts. reference/units.ts is the rule.
 */
export interface ShingleParameters {
  readonly length: number;
  readonly unit: 'script' | 'word' | 'character';
}

/**
 * How minima are drawn. `permutations`: one permutation each. `one-permutation`: one hash of each shingle falls into one of the bins, empty bins are
 * densified. `datasketch`, `datatrove`: the constants and the arithmetic of those tools, bit for bit; slow.
 */
export type SignatureKind = 'permutations' | 'one-permutation' | 'datasketch' | 'datatrove';

/** MinHash signatures of shingles; one row each. */
export interface SignatureParameters {
  readonly bands: number;
  readonly rows: number;
  readonly shingle: ShingleParameters;
  readonly kind: SignatureKind;
  readonly seed: number;
}

/** The sets that exact Jaccard similarity is taken of. */
export interface ShingleSets {
  /** By position in the rows asked for: set i is `hashes[offsets[i] .. offsets[i + 1])`. */
  readonly offsets: Uint32Array;
  /** 64-bit hashes of shingles, ascending, each once. */
  readonly hashes: BigUint64Array;
}

export interface Signatures {
  /** Units of the document; fewer than a shingle's length means no signature (zeros). */
  readonly units: Uint32Array;
  /** 128 bits of the text's runs of letters and digits (reference/exact-runs.ts), or of its bytes where there is none: 4 words a row. Equal iff those are. */
  readonly exact: Uint32Array;
  /** `bands` 64-bit band hashes a row: 2 * bands words, low word first. */
  readonly bandHashes: Uint32Array;
  /** The low 16 bits of each of the bands x rows minima: estimates the Jaccard similarity. */
  readonly minima: Uint16Array;
}

/** Runs of words that a text is looked through for, as names of 128 bits; reference/ngrams.ts is the rule of both words and names. */
export interface NgramParameters {
  /** Words of an n-gram, 1 to MAX_NGRAM_LENGTH (ngrams.ts). */
  readonly length: number;
  /** A document of fewer words than `length` is one n-gram as a whole where it has at least so many, and none where it has not. */
  readonly least: number;
}

/** The n-grams of some rows, in their order. */
export interface Ngrams {
  /** By position in the rows asked for: those of row i are at `offsets[i] .. offsets[i + 1]` of the other arrays. */
  readonly offsets: Uint32Array;
  /** Both halves of their names. */
  readonly first: BigUint64Array;
  readonly second: BigUint64Array;
  /** Words of each. */
  readonly lengths: Uint32Array;
  /** Bytes of the document: where its first word begins, and behind its last. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** Some n-grams to be found; number i is the one named `first[i]`, `second[i]`. */
export interface NgramTable {
  /** Lengths in words that they have, ascending, and how many have each: those of the first length come first. */
  readonly lengths: Uint32Array;
  readonly counts: Uint32Array;
  /** Of each length, ascending by both, no name twice. */
  readonly first: BigUint64Array;
  readonly second: BigUint64Array;
}

/** Where n-grams of a table were found: by row, then by where they begin, then by where they end. */
export interface NgramHits {
  /** By position in the rows asked for, as in `Ngrams`. */
  readonly offsets: Uint32Array;
  /** Numbers in the table. */
  readonly ngrams: Uint32Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

export interface NgramScanner {
  scan(batch: DocumentBatch, rows: Uint32Array): NgramHits;
}

export interface Kernels {
  readonly name: 'wasm' | 'reference';
  gopherQuality(batch: DocumentBatch, rows: Uint32Array): GopherQualityCounts;
  gopherRepetition(batch: DocumentBatch, rows: Uint32Array): GopherRepetitionCounts;
  signatures(batch: DocumentBatch, rows: Uint32Array, parameters: SignatureParameters): Signatures;
  /** The shingles of each row asked for; the same that `signatures` takes the minima of. */
  shingleSets(batch: DocumentBatch, rows: Uint32Array, shingle: ShingleParameters): ShingleSets;
  ngrams(batch: DocumentBatch, rows: Uint32Array, parameters: NgramParameters): Ngrams;
  ngramScanner(table: NgramTable): NgramScanner;
  languageScorer(model: FastTextModel): LanguageScorer;
  qualityScorer(model: FoldedModel): QualityScorer;
  /** The probability of one label, named with or without its prefix, under any model: what cannot be folded is scored by this. */
  labelScorer(model: FastTextModel, label: string): QualityScorer;
  logisticScorer(model: LogisticModel): QualityScorer;
}
