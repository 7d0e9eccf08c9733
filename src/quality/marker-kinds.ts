/**
 * What may give a source away in one text: its words and pairs of neighbouring words, its first and last line, and its characters that are neither letter,
 * digit nor white space. Spelling is evened out (case, punctuation around a word, the digits of a line), so that one habit is one marker.
 */
import type { SourceMarker } from './evaluation.js';

export interface MarkerKey {
  /** Distinct for distinct markers. */
  readonly id: string;
  readonly shown: Pick<SourceMarker, 'marker' | 'kind'>;
  /** For a word and a run of words: the words. */
  readonly words: readonly string[];
}

/** Longer words and lines (UTF-16 units) are not looked at: they do not repeat. */
const MOST_WORD = 60;
const MOST_LINE = 160;

/** The distinct markers of a text, by id, in the order in which they occur. */
export function markersOf(text: string): Map<string, MarkerKey> {
  const found = new Map<string, MarkerKey>();
  const add = (kind: SourceMarker['kind'], marker: string, words: readonly string[] = []): void => {
    const id = `${kind} ${marker}`;
    if (!found.has(id)) found.set(id, { id, shown: { marker, kind }, words });
  };
  const { first, last } = endLines(text);
  if (first !== undefined) add('first-line', first);
  if (last !== undefined) add('last-line', last);
  let before = '';
  for (const token of text.split(/\s+/)) {
    const word = plainWord(token);
    if (word !== '') {
      add('word', word, [word]);
      if (before !== '') add('words', `${before} ${word}`, [before, word]);
    }
    before = word;
  }
  for (const [character] of text.matchAll(MARKING)) add('character', shownCharacter(character));
  return found;
}

/** The text without the markers: words and lines go whole, as written. */
export function withoutMarkers(text: string, found: ReadonlySet<MarkerKey>): string {
  const ids = new Set([...found].map(({ id }) => id));
  const has = (kind: SourceMarker['kind'], marker: string): boolean => ids.has(`${kind} ${marker}`);
  const { first, last } = endLines(text);
  const lines = text.split('\n');
  if (first !== undefined && has('first-line', first)) lines.splice(lines.findIndex(isWritten), 1);
  if (last !== undefined && has('last-line', last) && lines.some(isWritten)) lines.splice(lines.findLastIndex(isWritten), 1);
  const pieces = lines.join('\n').split(/(\s+)/); // white space between words has the odd places
  const words = pieces.map((piece, i) => (i % 2 === 0 ? plainWord(piece) : ''));
  const isFound = (i: number): boolean => has('word', words[i]!) || (i >= 2 && has('words', `${words[i - 2]!} ${words[i]!}`))
    || (i + 2 < words.length && has('words', `${words[i]!} ${words[i + 2]!}`));
  const rest = pieces.filter((_, i) => i % 2 === 1 || !isFound(i)).join('');
  return rest.replace(MARKING, (character) => (has('character', shownCharacter(character)) ? '' : character));
}

/** Neither letter, mark, digit nor white space. */
const MARKING = /[^\p{L}\p{M}\p{N}\s]/gu;

const plainWord = (token: string): string => (token.length > MOST_WORD ? '' : token.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''));

const isWritten = (line: string): boolean => line.trim() !== '';

/** undefined: none that is short enough. A text of one line has a first line only. */
function endLines(text: string): { readonly first: string | undefined; readonly last: string | undefined } {
  const lines = text.split('\n').filter(isWritten).map((line) => line.trim());
  const even = (line: string | undefined): string | undefined => (line === undefined || line.length > MOST_LINE ? undefined : line.replace(/\d+/g, '#'));
  return { first: even(lines[0]), last: lines.length > 1 ? even(lines.at(-1)) : undefined };
}

/** With its code point, as many look alike or cannot be seen. */
function shownCharacter(character: string): string {
  return `${character} U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`; // the pattern matches one whole code point
}
