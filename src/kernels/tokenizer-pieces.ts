/**
 * Cuts a text into pieces that are tokenised one by one, so that neither the memory nor the time of a tokenizer grows faster than the text. A piece ends before
 * a space that follows another character: no pre-tokenizer of GPT's kind hands on text across that place, so nothing is counted otherwise for it. Only text
 * without any such place is cut elsewhere, where a token or two more may come of it.
 */
import { whiteSpaceAt } from '../formats/white-space.js';

/** Bytes of text in a piece at most. */
export const PIECE_BYTES = 1 << 16;
/**
 * Characters of a run, as UTF-16 counts them, that are left together: GPT's tokenizers take time with the square of them, and those of tokenizer.json remember
 * only shorter ones.
 */
export const MOST_RUN = 250;

export interface TextPiece {
  readonly text: string;
  /** Whether it may hold a run longer than MOST_RUN: more than so many bytes of it lie between places that it could be cut at. */
  readonly hasLongRun: boolean;
}

const SPACE = 0x20;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The pieces of valid UTF-8 text, end to end. Memory: a piece. */
export function* textPieces(text: Uint8Array): Generator<TextPiece> {
  let start = 0;
  /** The last place that the text could be cut at. */
  let place = 0;
  let hasLongRun = false;
  const piece = (end: number): TextPiece => ({ text: decoder.decode(text.subarray(start, end)), hasLongRun });
  for (let at = 1; at < text.length; at++) {
    if (text[at] === SPACE && !endsInWhiteSpace(text, at)) {
      if (at - place > MOST_RUN) hasLongRun = true;
      place = at;
    }
    if (at - start < PIECE_BYTES) continue;
    if (place === start) {
      place = characterStart(text, at);
      hasLongRun = true;
    }
    yield piece(place);
    start = place;
    hasLongRun = false;
  }
  if (text.length - place > MOST_RUN) hasLongRun = true;
  if (text.length > 0) yield piece(text.length);
}

/** Whether the character before a position is white space. */
function endsInWhiteSpace(text: Uint8Array, end: number): boolean {
  const last = text[end - 1]!; // end is above 0
  return last < 0x80 ? whiteSpaceAt(text, end - 1) === 1 : whiteSpaceAt(text, end - 2) === 2 || (end > 2 && whiteSpaceAt(text, end - 3) === 3);
}

/** The position, or the start of the character that it is in the middle of. */
function characterStart(text: Uint8Array, at: number): number {
  let start = at;
  while ((text[start]! & 0xc0) === 0x80) start--; // valid UTF-8: three steps at most
  return start;
}

const DIGIT = /^\p{N}$/u;
const LETTER = /^\p{L}$/u;
const MARK = /^\p{M}$/u;
const WHITE = /^\s$/u;

/** The parts of a piece, one by one: all of it, or cut where its runs are too long. */
export const partsOf = ({ text, hasLongRun }: TextPiece): Iterable<string> => (hasLongRun ? boundedRuns(text) : [text]);

/**
 * Cuts what GPT's pre-tokenizer would hand on whole, runs of letters, of signs or of white space (marks go with letters and with signs), behind MOST_RUN
 * characters of a run. Parts end to end are the text.
 */
export function* boundedRuns(text: string): Generator<string> {
  let start = 0;
  let letters = 0;
  let signs = 0;
  let whites = 0;
  for (let at = 0; at < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(at)!); // at is in the text
    at += character.length;
    const [letter, mark, white, digit] = kindOf(character);
    letters = letter || mark ? letters + character.length : 0;
    whites = white ? whites + character.length : 0;
    signs = letter || white || digit ? 0 : signs + character.length;
    if (Math.max(letters, signs, whites) < MOST_RUN) continue;
    yield text.slice(start, at);
    start = at;
    letters = signs = whites = 0;
  }
  if (start < text.length) yield text.slice(start);
}

type CharacterKind = readonly [letter: boolean, mark: boolean, white: boolean, digit: boolean];

const kindOfCharacter = (character: string): CharacterKind => [LETTER.test(character), MARK.test(character), WHITE.test(character), DIGIT.test(character)];
const LATIN: readonly CharacterKind[] = Array.from({ length: 256 }, (_, code) => kindOfCharacter(String.fromCharCode(code)));

function kindOf(character: string): CharacterKind {
  return LATIN[character.codePointAt(0)!] ?? kindOfCharacter(character); // a character has a code point
}
