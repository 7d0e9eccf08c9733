/**
 * How two texts differ, for a person: `sluice why` and the audit's page show why two documents passed for duplicates. Words are compared (single
 * characters where a script has no spaces), by jsdiff's Myers diff. Bounds: what both begin and end with is set aside; of the rest `MOST_UNITS`
 * UTF-16 units of each are compared, and beyond `MOST_EDITS` edits the two count as wholly different, so the work does not grow with the texts.
 */
import { diffArrays } from 'diff';
import { plainText } from './table.js';

/** UTF-16 units of each text that are compared, between their equal beginnings and ends. */
export const MOST_UNITS = 20_000;
/** Tokens removed and added until the search is given up: Myers' algorithm takes (tokens x edits) steps. */
const MOST_EDITS = 2000;

export interface DiffPart {
  /** removed: only in the first text. added: only in the second. */
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface TextDiff {
  /** In order; without the removed ones they are the second text, without the added ones the first (what was left out apart). Never empty texts. */
  readonly parts: readonly DiffPart[];
  /** UTF-16 units of the first and of the second text that were not compared: they stand in front of the equal end. */
  readonly left: readonly [number, number];
}

/** Letters of scripts without spaces one by one, else words, white space, and signs one by one. */
const TOKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}_]+|\s+|./gsu;

/** The difference of two texts by words. */
export function diffWords(first: string, second: string): TextDiff {
  return diffTokens(first, second, {
    tokensOf: (text) => text.match(TOKEN) ?? [],
    boundary: (text, at) => isBlank(text.charCodeAt(at - 1)) || isBlank(text.charCodeAt(at)),
  });
}

export interface Tokens {
  readonly tokensOf: (text: string) => string[];
  /** Whether a token ends before `at` (never 0 or the text's length) wherever the text begins. */
  readonly boundary: (text: string, at: number) => boolean;
  /** Default: the same units. */
  readonly equal?: (a: string, b: string) => boolean;
}

/** The difference by any tokens; of tokens that count as equal the second text's is shown. */
export function diffTokens(first: string, second: string, { tokensOf, boundary, equal = (a, b) => a === b }: Tokens): TextDiff {
  const ends = (text: string, at: number): boolean => at === 0 || at === text.length || boundary(text, at);
  const most = Math.min(first.length, second.length);
  let head = 0;
  while (head < most && first.charCodeAt(head) === second.charCodeAt(head)) head++;
  while (!ends(first, head) || !ends(second, head)) head--;
  let tail = 0;
  while (tail < most - head && first.charCodeAt(first.length - 1 - tail) === second.charCodeAt(second.length - 1 - tail)) tail++;
  while (!ends(first, first.length - tail) || !ends(second, second.length - tail)) tail--;
  const [a, b] = [first.slice(head, first.length - tail), second.slice(head, second.length - tail)];
  const [comparedA, comparedB] = [a.slice(0, MOST_UNITS), b.slice(0, MOST_UNITS)];
  const parts: DiffPart[] = [{ kind: 'same', text: second.slice(0, head) }];
  const changes = diffArrays(tokensOf(comparedA), tokensOf(comparedB), { maxEditLength: MOST_EDITS, comparator: equal });
  if (changes === undefined) parts.push({ kind: 'removed', text: comparedA }, { kind: 'added', text: comparedB });
  else for (const { added, removed, value } of changes) parts.push({ kind: removed ? 'removed' : added ? 'added' : 'same', text: value.join('') });
  parts.push({ kind: 'same', text: second.slice(second.length - tail) });
  return { parts: joined(parts), left: [a.length - comparedA.length, b.length - comparedB.length] };
}

/** Space and the controls that separate words and lines. */
export const isBlank = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);

function joined(parts: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.text === '') continue;
    if (last?.kind === part.kind) result[result.length - 1] = { kind: part.kind, text: last.text + part.text };
    else result.push(part);
  }
  return result;
}

/** Changes that stand close together, with what is around them. */
export interface DiffHunk {
  /** Where it begins in the first text, in UTF-16 units. */
  readonly at: number;
  readonly parts: readonly DiffPart[];
}

export interface HunkOptions {
  /** UTF-16 units shown before and after a change; changes less than twice as far apart share a hunk. Default 40. */
  readonly context?: number;
  /** Hunks at most. Default 20. */
  readonly most?: number;
  /** UTF-16 units of one part at most: the middle of a longer one is left out. Default 300. */
  readonly partUnits?: number;
}

/** The changed places of a diff, the first `most` of them, and how many there are in all. */
export function diffHunks({ parts }: TextDiff, { context = 40, most = 20, partUnits = 300 }: HunkOptions = {}): { readonly hunks: readonly DiffHunk[]; readonly of: number } {
  const hunks: { at: number; parts: DiffPart[] }[] = [];
  let open = false;
  let at = 0;
  parts.forEach(({ kind, text }, i) => {
    if (kind !== 'same') {
      if (!open) hunks.push({ at, parts: [] });
      hunks.at(-1)!.parts.push({ kind, text: shortened(text, partUnits) }); // one is open now
      open = true;
    } else if (open && i < parts.length - 1 && text.length <= 2 * context) {
      hunks.at(-1)!.parts.push({ kind, text });
    } else {
      if (open) hunks.at(-1)!.parts.push({ kind, text: text.length <= context ? text : `${text.slice(0, context)}...` });
      open = i < parts.length - 1;
      if (open) hunks.push({ at: at + Math.max(0, text.length - context), parts: [{ kind, text: text.length <= context ? text : `...${text.slice(-context)}` }] });
    }
    if (kind !== 'added') at += text.length;
  });
  return { hunks: hunks.slice(0, most), of: hunks.length };
}

function shortened(text: string, units: number): string {
  if (text.length <= units) return text;
  const half = Math.floor(units / 2);
  return `${text.slice(0, half)} (... ${text.length - 2 * half} more ...) ${text.slice(-half)}`;
}

const MARKS = { same: ['', ''], removed: ['[-', '-]'], added: ['{+', '+}'] } as const;

/** A hunk on one line as wdiff writes it, `a [-removed-] {+added+} b`: it needs no colour. Line ends are shown as \n, other controls replaced. */
export function hunkLine({ parts }: DiffHunk): string {
  return parts.map(({ kind, text }) => MARKS[kind][0] + oneLine(text) + MARKS[kind][1]).join('');
}

const oneLine = (text: string): string => plainText(text.replace(/\r?\n/g, '\\n').replaceAll('\t', ' '), Infinity);
