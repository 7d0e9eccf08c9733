/**
 * How much a score changes when a word is taken out of a text: for models whose score is no sum over words. Bounded: the most frequent words of the
 * beginning of the text.
 */
import { whiteSpaceTokens, type TokenText } from './feature-occurrences.js';
import type { WordContribution } from './explain.js';

/** Distinct words that are left out in turn: the most frequent ones, the earlier first among equals. */
export const MOST_LEFT_OUT = 200;
/** Only the beginning of a longer text is scored and explained, since it is scored once for every word. */
export const MOST_LEAVE_OUT_BYTES = 64 << 10;
/** Texts scored at once: 4 MiB. */
const TEXTS_AT_ONCE = 64;
/** Scores nearer to 0 or 1 have no logit that their float32 could tell. */
const LEAST_PROBABILITY = 1e-7;

export interface LeftOut {
  readonly words: WordContribution[];
  /** The text that was explained. */
  readonly text: TokenText;
  /** By token: its word's contribution in equal parts to the word's occurrences. */
  readonly moved: Float64Array;
  readonly score: number;
  readonly logit: number;
  readonly notes: readonly string[];
}

/** `scoresOf` scores texts (valid UTF-8), one number each. */
export function leaveWordsOut(scoresOf: (texts: readonly Uint8Array[]) => Float32Array, whole: Uint8Array): LeftOut {
  const text = whiteSpaceTokens(beginningOf(whole));
  const tokens = new Map<string, number[]>();
  text.starts.forEach((_, token) => {
    const word = text.word(token);
    const places = tokens.get(word);
    if (places === undefined) tokens.set(word, [token]);
    else places.push(token);
  });
  const chosen = [...tokens].sort((a, b) => b[1].length - a[1].length).slice(0, MOST_LEFT_OUT); // sort is stable
  const score = scoresOf([text.text])[0]!;
  const logit = logitOf(score);
  const moved = new Float64Array(text.starts.length);
  const words: WordContribution[] = [];
  for (let from = 0; from < chosen.length; from += TEXTS_AT_ONCE) {
    const some = chosen.slice(from, from + TEXTS_AT_ONCE);
    const scores = scoresOf(some.map(([, places]) => without(text, places)));
    some.forEach(([word, places], i) => {
      const contribution = logit - logitOf(scores[i]!);
      words.push({ word, count: places.length, contribution });
      for (const place of places) moved[place] = contribution / places.length;
    });
  }
  const notes = ['This model is not linear in words. A contribution is how much the logit falls when all occurrences of that word are taken out of the text; '
    + 'contributions do not add up to the logit.'];
  if (tokens.size > chosen.length) {
    notes.push(`${chosen.length} of ${tokens.size} different words were left out in turn, the most frequent ones; the others have no figure.`);
  }
  if (text.text.length < whole.length) {
    notes.push(`Only the first ${text.text.length} of ${whole.length} bytes were scored and explained: the score is that of this beginning.`);
  }
  return { words, text, moved, score, logit, notes };
}

function logitOf(score: number): number {
  const probability = Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, score));
  return Math.log(probability / (1 - probability));
}

/** At most MOST_LEAVE_OUT_BYTES, whole characters. */
function beginningOf(text: Uint8Array): Uint8Array {
  let end = Math.min(text.length, MOST_LEAVE_OUT_BYTES);
  while (end < text.length && end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}

function without({ text, starts, ends }: TokenText, places: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const place of places) {
    parts.push(text.subarray(from, starts[place]));
    from = ends[place]!;
  }
  return Buffer.concat([...parts, text.subarray(from)]);
}
