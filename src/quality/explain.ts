/**
 * What moved the score of one document. For a model that is linear in its features the answer is exact: the contributions of the words and the bias add
 * up to the logit. For any other each word is left out in turn, which answers a weaker question: what would the score be without it.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { ConfigError } from '../core/errors.js';
import type { Kernels } from '../kernels/kernels.js';
import { movedLines, type ExplainedLine } from './explain-lines.js';
import { featureReader, type FeatureText, type LinearModel } from './feature-occurrences.js';
import { leaveWordsOut } from './explain-leave-out.js';
import { scorerOf, type QualityModel } from './quality-model.js';

/** Longer texts are refused: no document of a run is longer (formats/batch-builder.ts). */
export const MOST_EXPLAINED_BYTES = 16 << 20;

export interface WordContribution {
  /** As the model reads it: in lower case for a logistic model; `</s>` is fastText's end of the text. */
  readonly word: string;
  /** Times it occurs in the text. */
  readonly count: number;
  /** Of all its occurrences, in logits: above 0 it raised the score. */
  readonly contribution: number;
}

export interface Explanation {
  readonly model: string;
  /** `exact`: contributions add up. `leave-one-out`: each is the change of the logit when that word alone is taken out; they do not. */
  readonly method: 'exact' | 'leave-one-out';
  /** The model's score of the text, and the number that its sigmoid was taken of. */
  readonly score: number;
  readonly logit: number;
  /** What the logit is without any word; 0 for fastText, null where words were left out. */
  readonly bias: number | null;
  /** All distinct words that were looked at, the greatest contribution by size first, then by name. */
  readonly words: readonly WordContribution[];
  /** The lines that moved the score most, in the order of the text. */
  readonly lines: readonly ExplainedLine[];
  /** Sentences for a person: how to read the figures, and what was not looked at. */
  readonly notes: readonly string[];
}

/**
 * Explains the score of a text of at most 16 MiB (else ConfigError). Memory: some 80 bytes a word
 * of the text: 400 MB for 16 MiB of prose, 700 MB for 16 MiB of one-letter words.
 */
export function explain(kernels: Kernels, model: QualityModel, text: Uint8Array): Explanation {
  if (text.length > MOST_EXPLAINED_BYTES) throw new ConfigError(`text to explain: found ${text.length} bytes, expected at most ${MOST_EXPLAINED_BYTES}`);
  const scorer = scorerOf(kernels, model);
  const scoresOf = (texts: readonly Uint8Array[]): Float32Array => scorer.score(batchOf(texts), Uint32Array.from(texts, (_, row) => row));
  return model.kind === 'fasttext' ? byLeavingOut(model.name, scoresOf, text) : exactly(model, scoresOf([text])[0]!, text);
}

function exactly(model: LinearModel, score: number, bytes: Uint8Array): Explanation {
  const text = featureReader(model)(bytes);
  const { moved, total } = model.kind === 'folded' ? sharesOfMean(text) : sharesOfSum(text, model.model.binary);
  const bias = model.kind === 'folded' ? 0 : model.model.bias;
  return {
    model: model.name, method: 'exact', score, logit: bias + total, bias,
    words: byWord(text, moved), lines: movedLines(text, moved), notes: notesOn(model),
  };
}

function notesOn(model: LinearModel): string[] {
  if (model.kind === 'folded') {
    return [
      'The logit is the mean of the weights of the text\'s features; a contribution is a weight divided by their number. That of a run of words (n-gram) '
        + 'is shared out in equal parts to its words. Contributions add up to the logit.',
      ...(model.model.link === 'table' ? ['This model rounds the logit to the next lower 32nd before the sigmoid, as fastText does for its loss.'] : []),
    ];
  }
  return [
    'The logit is the bias and, for every word of the text, the weight of its hash bucket. Words in the same bucket have the same weight, whatever they '
      + 'mean. Contributions and the bias add up to the logit.',
    ...(model.model.binary ? ['A bucket counts once however often its words occur: its weight is shared out in equal parts to all their occurrences.'] : []),
  ];
}

interface Shares {
  /** Contribution of each token, in logits. */
  readonly moved: Float64Array;
  readonly total: number;
}

function sharesOfMean(text: FeatureText): Shares {
  const moved = new Float64Array(text.starts.length);
  let total = 0;
  const features = text.visit((first, tokens, _bucket, weight) => {
    for (let i = 0; i < tokens; i++) moved[first + i]! += weight / tokens;
    total += weight;
  });
  return { moved: moved.map((sum) => sum / Math.max(1, features)), total: total / Math.max(1, features) };
}

function sharesOfSum(text: FeatureText, binary: boolean): Shares {
  const occurrences = new Map<number, number>();
  if (binary) text.visit((_first, _tokens, bucket) => occurrences.set(bucket, (occurrences.get(bucket) ?? 0) + 1));
  const moved = new Float64Array(text.starts.length);
  text.visit((first, _tokens, bucket, weight) => { moved[first] = weight / (occurrences.get(bucket) ?? 1); });
  return { moved, total: moved.reduce((sum, part) => sum + part, 0) };
}

function byWord(text: FeatureText, moved: Float64Array): WordContribution[] {
  const words = new Map<string, { word: string; count: number; contribution: number }>();
  moved.forEach((contribution, token) => {
    const word = text.word(token);
    const known = words.get(word);
    if (known === undefined) words.set(word, { word, count: 1, contribution });
    else {
      known.count++;
      known.contribution += contribution;
    }
  });
  return strongestFirst([...words.values()]);
}

const strongestFirst = (words: WordContribution[]): WordContribution[] =>
  words.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.word < b.word ? -1 : 1));

function byLeavingOut(model: string, scoresOf: (texts: readonly Uint8Array[]) => Float32Array, bytes: Uint8Array): Explanation {
  const { words, text, moved, score, logit, notes } = leaveWordsOut(scoresOf, bytes);
  return { model, method: 'leave-one-out', score, logit, bias: null, words: strongestFirst(words), lines: movedLines(text, moved), notes };
}

function batchOf(texts: readonly Uint8Array[]): DocumentBatch {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, i) => { offsets[i + 1] = offsets[i]! + text.length; });
  const [only] = texts;
  return { length: texts.length, text: texts.length === 1 && only !== undefined ? only : Buffer.concat(texts), offsets, columns: new Map() };
}
