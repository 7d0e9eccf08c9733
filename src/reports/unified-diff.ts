/**
 * How two texts differ, as lines of a unified diff: what the audit keeps of a cluster. Web text has paragraphs of thousands of characters, so long
 * lines are cut behind sentences first; a change then shows the sentence it is in. White space at the ends of lines is not compared.
 */
import { plainText } from './table.js';
import { diffTokens, isBlank } from './text-diff.js';

/** To the end of a line or a sentence; a longer one to a blank behind its 60th character, or its 160th character. */
const PIECE = /[^\n]{0,100}?(?:\n|[.!?\u{3002}\u{ff01}\u{ff1f}]["')\u{201d}]*(?:\s+|$))|[^\n]{60,160}?\s|[^\n]{1,160}\n?/gu;
/** Equal lines shown before and after a change. */
const CONTEXT = 1;
const SENTENCE_ENDS = new Set('.!?');

const piecesOf = (text: string): string[] => text.match(PIECE) ?? [];

/**
 * Lines that begin with ` `, `-` (only in the first text) or `+` (only in the second); `@@` says what was left out. At most `most` of them. Empty for
 * equal texts. Bounds: those of diffTokens; a line has at most 161 characters.
 */
export function unifiedDiff(first: string, second: string, most = 40): string[] {
  const { parts, left } = diffTokens(first, second, {
    tokensOf: piecesOf, equal: (a, b) => a.trimEnd() === b.trimEnd(),
    boundary: (text, at) => text[at - 1] === '\n' || (isBlank(text.charCodeAt(at - 1)) && !isBlank(text.charCodeAt(at)) && SENTENCE_ENDS.has(text[at - 2]!)), // behind its blanks
  });
  if (parts.every(({ kind }) => kind === 'same')) return [];
  const lines = parts.flatMap(({ kind, text }, i) => {
    const pieces = piecesOf(text).map((piece) => plainText(piece.trimEnd().replaceAll('\t', ' ')));
    return kind === 'same' ? equalLines(pieces, i > 0, i < parts.length - 1) : pieces.map((piece) => (kind === 'removed' ? '-' : '+') + piece);
  });
  if (left[0] + left[1] > 0) lines.push(`@@ ${left[0]} and ${left[1]} characters were not compared`);
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `@@ ${lines.length - most + 1} more lines`];
}

function equalLines(pieces: readonly string[], behindChange: boolean, beforeChange: boolean): string[] {
  const head = behindChange ? CONTEXT : 0;
  const tail = beforeChange ? CONTEXT : 0;
  const lines = pieces.map((piece) => ` ${piece}`);
  if (lines.length <= head + tail + 1) return lines;
  return [...lines.slice(0, head), `@@ ${lines.length - head - tail} equal lines`, ...lines.slice(lines.length - tail)];
}
