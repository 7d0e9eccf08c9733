/**
 * Tokens and words in plain TypeScript: the rules that assembly/token-scan.ts and assembly/tokenise.ts follow, written for reading. Tokens are found in the bytes,
 * words in the code points of the tokens (word-rule.ts); hashes of words are remembered by spelling, since words repeat.
 */
import { documentBytes, type DocumentBatch } from '../../core/document-batch.js';
import { classOf, lowerCase, unicodeTable, UnicodeClass } from '../unicode-table.js';
import { wordsOf } from './word-rule.js';

/**
 * symbol: all of it is punctuation. alpha: it has a letter. whole: it has no sign, no picture and no code point of a script without spaces. alone: it is one
 * code point of those scripts, or one picture. By the last two the exact hash knows that it has no closer look to take (exact-runs.ts).
 */
export const WordKind = { symbol: 1, alpha: 2, whole: 4, alone: 8 } as const;

/** Ranges of row d are `[docToken[d], docToken[d + 1])` and `[docWord[d], docWord[d + 1])`; positions are bytes in the batch's text. */
export interface TokenTable {
  readonly docToken: Uint32Array;
  readonly tokenStart: Uint32Array;
  readonly tokenEnd: Uint32Array;
  /** fastText's hash: FNV-1a, 32 bits, of sign-extended bytes. */
  readonly tokenHash: Uint32Array;
  readonly docWord: Uint32Array;
  readonly wordStart: Uint32Array;
  readonly wordEnd: Uint32Array;
  /** Code points. */
  readonly wordChars: Uint32Array;
  /** FNV-1a, 64 bits, of the bytes as written. */
  readonly wordRaw: BigUint64Array;
  /** The same of the lower-cased word; 0 for a word of symbols alone. */
  readonly wordFolded: BigUint64Array;
  /** WordKind flags. */
  readonly wordKind: Uint8Array;
}

let last: { batch: DocumentBatch; table: TokenTable } | undefined;

/** The table of a batch; the one made last is remembered. */
export function tokenise(batch: DocumentBatch): TokenTable {
  if (last?.batch === batch) return last.table;
  const table = buildTable(batch);
  last = { batch, table };
  return table;
}

function buildTable(batch: DocumentBatch): TokenTable {
  const docToken = [0], tokenStart: number[] = [], tokenEnd: number[] = [], tokenHash: number[] = [];
  const docWord = [0], wordStart: number[] = [], wordEnd: number[] = [], wordChars: number[] = [], wordKind: number[] = [];
  const wordRaw: bigint[] = [], wordFolded: bigint[] = [];
  for (let row = 0; row < batch.length; row++) {
    const base = batch.offsets[row]!;
    for (const [start, end, hash] of tokensOf(documentBytes(batch, row))) {
      tokenStart.push(base + start);
      tokenEnd.push(base + end);
      tokenHash.push(hash);
      let at = base + start;
      for (const piece of piecesOf(decoder.decode(batch.text.subarray(base + start, base + end)))) {
        const from = at;
        at += Buffer.byteLength(piece);
        if (isSpace(piece)) continue;
        const { raw, folded, kind, chars } = describe(piece);
        wordStart.push(from);
        wordEnd.push(at);
        wordChars.push(chars);
        wordKind.push(kind);
        wordRaw.push(raw);
        wordFolded.push((kind & WordKind.symbol) !== 0 ? 0n : folded);
      }
    }
    docToken.push(tokenStart.length);
    docWord.push(wordStart.length);
  }
  return {
    docToken: Uint32Array.from(docToken), tokenStart: Uint32Array.from(tokenStart), tokenEnd: Uint32Array.from(tokenEnd),
    tokenHash: Uint32Array.from(tokenHash), docWord: Uint32Array.from(docWord), wordStart: Uint32Array.from(wordStart),
    wordEnd: Uint32Array.from(wordEnd), wordChars: Uint32Array.from(wordChars), wordRaw: BigUint64Array.from(wordRaw),
    wordFolded: BigUint64Array.from(wordFolded), wordKind: Uint8Array.from(wordKind),
  };
}

const splitsTokens = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13) || byte === 0;

function* tokensOf(bytes: Uint8Array): Generator<[start: number, end: number, hash: number]> {
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    let hash = 2166136261;
    for (; at < bytes.length && !splitsTokens(bytes[at]!); at++) hash = Math.imul(hash ^ ((bytes[at]! << 24) >> 24), 16777619);
    if (at > start) yield [start, at, hash >>> 0];
    else at++;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const classesOf = (text: string): number[] => [...text].map((character) => classOf(unicodeTable(), character.codePointAt(0)!));
const isSpace = (text: string): boolean => classesOf(text).every((bits) => (bits & UnicodeClass.space) !== 0);

/** A token's words, and the white space between them that fastText does not know; joined they are the token. */
function piecesOf(token: string): string[] {
  const pieces: string[] = [];
  let open = '';
  for (const character of token) {
    if (!isSpace(character)) {
      open += character;
      continue;
    }
    pieces.push(...wordsOf(open), character);
    open = '';
  }
  return [...pieces, ...wordsOf(open)];
}

interface DescribedWord {
  readonly raw: bigint;
  readonly folded: bigint;
  readonly kind: number;
  readonly chars: number;
}

const DIVIDES = UnicodeClass.symbol | UnicodeClass.stripped | UnicodeClass.icon | UnicodeClass.unspaced;
const remembered = new Map<string, DescribedWord>();
const REMEMBER_AT_MOST = 100_000;

function describe(word: string): DescribedWord {
  let described = remembered.get(word);
  if (described === undefined) {
    const classes = classesOf(word);
    const symbol = classes.every((bits) => (bits & UnicodeClass.symbol) !== 0) ? WordKind.symbol : 0;
    const alpha = classes.some((bits) => (bits & UnicodeClass.letter) !== 0) ? WordKind.alpha : 0;
    const whole = classes.every((bits) => (bits & DIVIDES) === 0) ? WordKind.whole : 0;
    const alone = classes.length === 1 && symbol === 0 && (classes[0]! & (UnicodeClass.icon | UnicodeClass.unspaced)) !== 0 ? WordKind.alone : 0;
    const folded = [...word].map((c) => (c === '\u2019' ? "'" : String.fromCodePoint(lowerCase(unicodeTable(), c.codePointAt(0)!)))).join('');
    described = { raw: fnv64(word), folded: fnv64(folded), kind: symbol | alpha | whole | alone, chars: classes.length };
    if (remembered.size >= REMEMBER_AT_MOST) remembered.clear();
    remembered.set(word, described);
  }
  return described;
}

function fnv64(word: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(word)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
