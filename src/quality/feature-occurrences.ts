/**
 * The features of a text under a model that is linear in them, one by one with the words that make them: what explanations and lists of weights are made
 * from. For people to look at, not for the hot path; the scores themselves are the kernels' work, and the tests hold the two together.
 */
import { END_OF_LINE, LABEL_PREFIX } from '../formats/fasttext-model.js';
import type { FoldedModel, LogisticModel } from '../kernels/kernels.js';
import { latin1, wordNgramBuckets } from '../kernels/reference/fasttext-features.js';
import { featureOf } from '../kernels/reference/logistic-score.js';
import { END_OF_LINE_HASH } from '../kernels/reference/quality-score.js';
import { lowerCase, unicodeTable } from '../kernels/unicode-table.js';
import type { QualityModel } from './quality-model.js';

export type LinearModel = Exclude<QualityModel, { readonly kind: 'fasttext' }>;

/** The bucket of a vocabulary word: none. */
export const NO_BUCKET = -1;

/** A feature at one place: tokens `first .. first + tokens - 1`, its bucket (or NO_BUCKET), and the model's weight for it. */
export type FeatureVisitor = (first: number, tokens: number, bucket: number, weight: number) => void;

/** A text cut into tokens. Memory: some 20 bytes a token. */
export interface TokenText {
  readonly text: Uint8Array;
  /** Byte ranges; the closing token of fastText has an empty one. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** A token as the model reads it: lower-cased for a logistic one; fastText closes every text with a token `</s>`. */
  word(token: number): string;
}

export interface FeatureText extends TokenText {
  /** Calls back for every feature, place by place. Returns how many there were. */
  visit(each: FeatureVisitor): number;
}

/** Reads texts as the model does. The model's vocabulary is held in a table of about 100 bytes a word. */
export function featureReader(model: LinearModel): (text: Uint8Array) => FeatureText {
  return model.kind === 'folded' ? foldedReader(model.model) : (text) => logisticText(model.model, text);
}

function foldedReader(model: FoldedModel): (text: Uint8Array) => FeatureText {
  const weights = new Map(model.words.map((word, i) => [latin1(word), model.wordWeights[i]!]));
  return (text) => foldedText(model, weights, text);
}

/** White space is fastText's, a token spelled like the end of line ends the text, and what looks like a label and is no word is passed over. */
function foldedText(model: FoldedModel, weights: ReadonlyMap<string, number>, text: Uint8Array): FeatureText {
  const starts: number[] = [];
  const ends: number[] = [];
  const hashes: number[] = [];
  const ofWord: (number | undefined)[] = [];
  const take = (name: string, hash: number, start: number, end: number): void => {
    const weight = weights.get(name);
    if (weight === undefined && name.startsWith(LABEL_PREFIX)) return;
    starts.push(start);
    ends.push(end);
    hashes.push(hash | 0);
    ofWord.push(weight);
  };
  for (const [start, end] of tokensOf(text, true)) {
    const name = latin1(text.subarray(start, end));
    if (name === END_OF_LINE) break;
    take(name, fnv1a(text, start, end), start, end);
  }
  take(END_OF_LINE, END_OF_LINE_HASH, text.length, text.length);
  return {
    text, starts, ends,
    word: (token) => (starts[token] === ends[token] ? END_OF_LINE : decode(text, starts[token]!, ends[token]!)),
    visit(each) {
      let count = 0;
      ofWord.forEach((weight, token) => {
        if (weight === undefined) return;
        each(token, 1, NO_BUCKET, weight);
        count++;
      });
      const buckets = wordNgramBuckets(hashes, model.wordNgrams, model.bucketWeights.length);
      for (let first = 0; first < hashes.length; first++) {
        for (let tokens = 2; tokens <= model.wordNgrams && first + tokens <= hashes.length; tokens++) {
          const bucket = buckets.next().value as number; // as many as these two loops count
          const weight = model.bucketWeights[bucket]!;
          if (Number.isNaN(weight)) continue; // a bucket that a pruned model does not have
          each(first, tokens, bucket, weight);
          count++;
        }
      }
      return count;
    },
  };
}

function logisticText({ weights }: LogisticModel, text: Uint8Array): FeatureText {
  const tokens = whiteSpaceTokens(text, false);
  const word = (token: number): string => lowerCased(tokens.word(token));
  return {
    ...tokens, word,
    visit(each) {
      const known = new Map<string, number>();
      tokens.starts.forEach((_, token) => {
        const name = word(token);
        let bucket = known.get(name);
        if (bucket === undefined) {
          bucket = featureOf(name, weights.length);
          if (known.size < MOST_KNOWN) known.set(name, bucket);
        }
        each(token, 1, bucket, weights[bucket]!);
      });
      return tokens.starts.length;
    },
  };
}

/** Words whose buckets are remembered, since words repeat. */
const MOST_KNOWN = 100_000;

/** A text cut at white space as fastText does it: at ASCII's six characters and, unless told otherwise, at NUL. */
export function whiteSpaceTokens(text: Uint8Array, splitsAtNul = true): TokenText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const [start, end] of tokensOf(text, splitsAtNul)) {
    starts.push(start);
    ends.push(end);
  }
  return { text, starts, ends, word: (token) => decode(text, starts[token]!, ends[token]!) };
}

function* tokensOf(text: Uint8Array, splitsAtNul: boolean): Generator<readonly [start: number, end: number]> {
  const splits = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13) || (byte === 0 && splitsAtNul);
  for (let at = 0; at < text.length;) {
    const start = at;
    while (at < text.length && !splits(text[at]!)) at++;
    if (at > start) yield [start, at];
    else at++;
  }
}

/** fastText's hash: 32 bits, of sign-extended bytes. */
function fnv1a(text: Uint8Array, start: number, end: number): number {
  let hash = 2166136261;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ ((text[at]! << 24) >> 24), 16777619);
  return hash >>> 0;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decode = (text: Uint8Array, start: number, end: number): string => decoder.decode(text.subarray(start, end));

function lowerCased(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => String.fromCodePoint(lowerCase(unicodeTable(), character.codePointAt(0)!))).join(''); // of a code point
}
