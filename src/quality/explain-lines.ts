/**
 * The lines of a text that moved its score most, with the words of each that did: what a person looks at first. Marks are signs, so they need no colour.
 */
import type { TokenText } from './feature-occurrences.js';

/** Lines shown, and words of a long line, around the stretch that moved the score most. */
export const MOST_LINES = 3;
export const MOST_LINE_WORDS = 40;
/** A word is marked from this share of the strongest word of these lines on, and doubly from the other. */
const MARKED_FROM = 0.15;
const STRONGLY_FROM = 0.5;
/** A longer word (a URL, base64) is cut for show. */
const MOST_WORD_BYTES = 240;

/** `++` and `--` are the words that moved the score most; an empty mark: hardly at all. */
export type Mark = '++' | '+' | '' | '-' | '--';

export interface ExplainedLine {
  /** From 1, counting line feeds. */
  readonly line: number;
  /** Sum over the words of the whole line, in logits. */
  readonly contribution: number;
  /** Words before and behind these that are not shown. */
  readonly before: number;
  readonly behind: number;
  readonly words: readonly { readonly text: string; readonly mark: Mark; readonly contribution: number }[];
}

/** The lines with the greatest sums by size, at most MOST_LINES, in the order of the text. `moved` holds the contribution of each token. */
export function movedLines(text: TokenText, moved: Float64Array): ExplainedLine[] {
  const best: Line[] = [];
  for (const line of linesOf(text, moved)) {
    if (line.contribution === 0) continue;
    best.push(line);
    best.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || a.line - b.line);
    if (best.length > MOST_LINES) best.pop();
  }
  const chosen = best
    .sort((a, b) => a.line - b.line)
    .map((line) => ({ ...line, ...windowOf(line, moved) }));
  const strongest = chosen.reduce((most, { first, last }) => moved.subarray(first, last).reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  return chosen.map(({ line, contribution, first, last, from, to }) => ({
    line, contribution, before: first - from, behind: to - last,
    words: Array.from({ length: last - first }, (_, i) => ({
      text: shown(text, first + i), contribution: moved[first + i]!, mark: markOf(moved[first + i]! / strongest),
    })),
  }));
}

interface Line {
  readonly line: number;
  /** Its tokens: from .. to. */
  readonly from: number;
  readonly to: number;
  readonly contribution: number;
}

/** The closing token of fastText, which has no place in the text, is in no line. */
function* linesOf({ text, starts, ends }: TokenText, moved: Float64Array): Generator<Line> {
  let line = 1;
  let at = 0;
  for (let from = 0; from < starts.length;) {
    for (; at < starts[from]!; at++) if (text[at] === 10) line++;
    let end = text.indexOf(10, at);
    if (end < 0) end = text.length;
    let to = from;
    let contribution = 0;
    for (; to < starts.length && starts[to]! < end; to++) contribution += moved[to]!;
    if (to > from) yield { line, from, to, contribution };
    else if (starts[from] === ends[from]) break;
    from = Math.max(to, from);
  }
}

/** The stretch of at most MOST_LINE_WORDS words whose contributions in the line's direction are greatest. */
function windowOf({ from, to, contribution }: Line, moved: Float64Array): { readonly first: number; readonly last: number } {
  const width = Math.min(MOST_LINE_WORDS, to - from);
  let sum = 0;
  let most = -Infinity;
  let first = from;
  for (let last = from; last < to; last++) {
    sum += moved[last]! * Math.sign(contribution);
    if (last >= from + width) sum -= moved[last - width]! * Math.sign(contribution);
    if (last + 1 >= from + width && sum > most) {
      most = sum;
      first = last + 1 - width;
    }
  }
  return { first, last: first + width };
}

function markOf(share: number): Mark {
  if (Math.abs(share) < MARKED_FROM) return '';
  if (share > 0) return share >= STRONGLY_FROM ? '++' : '+';
  return share <= -STRONGLY_FROM ? '--' : '-';
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** As the text has it, whatever the model makes of it. */
function shown({ text, starts, ends }: TokenText, token: number): string {
  const start = starts[token]!;
  const end = ends[token]!;
  return end - start <= MOST_WORD_BYTES ? decoder.decode(text.subarray(start, end)) : `${decoder.decode(text.subarray(start, start + MOST_WORD_BYTES))}...`;
}
