/**
 * What is left of a document that holds passages of a benchmark, by GPT-3's rules (Brown et al. 2020, appendix C, "Initial training set filtering"): the
 * n-gram goes with 200 characters on each side, which splits the document into pieces; pieces of fewer than 200 characters go; a document split into more
 * than 10 pieces goes. The paper leaves open, and is read here as follows:
 *
 *   windows    those that overlap or touch are one before pieces are counted, so that a quotation of 23 words, eleven 13-grams, splits a document in two.
 *   pieces     are counted as the document was split, short ones too; where a window reaches the beginning or the end, no piece is there.
 *   characters are code points, white space among them. A window may end inside a word, of which a part stays.
 *   what stays is one document still, its pieces put together with a blank line between. Where that makes an n-gram that neither piece had, the rule is
 *              applied to the result, until none is left.
 *   white space alone is no piece worth keeping.
 *
 * Which n-grams are looked for, and which are ignored because many documents hold them, is not decided here.
 */
import { isBlank } from '../formats/white-space.js';

export interface ContaminationRule {
  /** Words of an n-gram; a passage of a benchmark that has fewer is looked for as a whole where it has `leastWords`. */
  readonly ngram: number;
  readonly leastWords: number;
  /** Characters that go on each side. */
  readonly window: number;
  /** Characters that a piece must have to stay. */
  readonly leastPiece: number;
  /** A document split into more pieces goes. */
  readonly mostPieces: number;
  /** N-grams that more training documents hold are ignored. */
  readonly mostDocuments: number;
}

/** Bytes that n-grams take, ascending by `from`. */
export interface Hits {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

export interface Cleaned {
  /** What is left; empty: the document goes. */
  readonly text: Uint8Array;
  /** Pieces it was split into; where the rule was applied again, that of them that was the most. */
  readonly pieces: number;
  /** Times that the rule was applied: more than once where putting pieces together made an n-gram. */
  readonly rounds: number;
}

type CutRule = Pick<ContaminationRule, 'window' | 'leastPiece' | 'mostPieces'>;

/** What the rule leaves of a text with these hits. `hitsIn` looks for n-grams in what is left; each round takes some away, so it ends. Memory: the text twice. */
export function cleanText(text: Uint8Array, hits: Hits, rule: CutRule, hitsIn: (text: Uint8Array) => Hits): Cleaned {
  let left = text;
  let pieces = 1;
  let rounds = 0;
  for (let found = hits; found.from.length > 0; found = hitsIn(left)) {
    const split = piecesWithout(left, found, rule.window);
    rounds += 1;
    pieces = Math.max(pieces, split.length);
    left = split.length > rule.mostPieces ? NOTHING : joined(split.filter((piece) => isLong(piece, rule.leastPiece) && !isBlank(piece)));
    if (left.length === 0) break;
  }
  return { text: left, pieces, rounds };
}

const NOTHING = new Uint8Array(0);
const BETWEEN = Uint8Array.of(0x0a, 0x0a);

/** Hits that overlap or touch, as one: from, to, from, to, ... */
export function mergedRuns({ from, to }: Hits): number[] {
  const runs: number[] = [];
  for (let i = 0; i < from.length; i++) {
    if (runs.length > 0 && from[i]! <= runs[runs.length - 1]!) runs[runs.length - 1] = Math.max(runs[runs.length - 1]!, to[i]!);
    else runs.push(from[i]!, to[i]!);
  }
  return runs;
}

/** The parts of a text between the windows; views, none empty. */
function piecesWithout(text: Uint8Array, hits: Hits, window: number): Uint8Array[] {
  const runs = mergedRuns(hits);
  const pieces: Uint8Array[] = [];
  let end = 0; // of the windows so far
  for (let i = 0; i < runs.length; i += 2) {
    const begin = before(text, runs[i]!, window);
    if (begin > end) pieces.push(text.subarray(end, begin));
    end = behind(text, runs[i + 1]!, window);
  }
  if (end < text.length) pieces.push(text.subarray(end));
  return pieces;
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** The byte so many characters before one that begins a character, or the first. */
function before(text: Uint8Array, at: number, characters: number): number {
  let begin = at;
  for (let left = characters; left > 0 && begin > 0; left--) {
    begin--;
    while (isContinuation(text[begin]!)) begin--;
  }
  return begin;
}

/** The byte so many characters behind one that begins a character, or the end. */
function behind(text: Uint8Array, at: number, characters: number): number {
  let end = at;
  for (let left = characters; left > 0 && end < text.length; left--) {
    end++;
    while (end < text.length && isContinuation(text[end]!)) end++;
  }
  return end;
}

const isLong = (piece: Uint8Array, characters: number): boolean => {
  let count = 0;
  for (let i = 0; i < piece.length && count < characters; i++) if (!isContinuation(piece[i]!)) count++;
  return count >= characters;
};

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const text = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length + BETWEEN.length, 0));
  let length = 0;
  for (const piece of pieces) {
    if (length > 0) {
      text.set(BETWEEN, length);
      length += BETWEEN.length;
    }
    text.set(piece, length);
    length += piece.length;
  }
  return text.subarray(0, length);
}
