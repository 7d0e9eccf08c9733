/**
 * The tokens of one piece of text without white space, as far as the end of a sentence depends on them: spaCy 3.8's English tokeniser, which takes
 * marks off both ends, keeps abbreviations and web addresses whole, and splits inside at an ellipsis and at a full stop between a small letter and
 * a capital. Its other splits inside a word are not made, since they never part a mark from a word.
 */
import { CharacterClass, codePointAt, sequenceLength } from './line-characters.js';
import {
  ABBREVIATIONS, BEFORE_STOP, CURRENCY, FRONT, is, isCapital, isDigit, isLetterOrDigit, isMark, isQuote, isSmall, LONGEST_ABBREVIATION, MARKS, SENTENCE_MARKS,
  SEPARATORS, STOP, UNITS,
} from './sentence-marks.js';

/** A longer piece is taken for one word: what is that long is data, and the rules look at every end of it again and again. */
const LONGEST_PIECE = 1000;

/** A host name whose last part has no capital, with what may stand before and behind it. */
const ADDRESS = /^(?:[\w+.-]{2,}:\/\/)?(?:.+@)?(?:[A-Za-z0-9\u00a1-\uffff_-]+\.)+[a-z\u00df-\uffff]{2,63}(?::\d{2,5})?(?:[/?#].*)?$/s;

export const TokenKind = {
  word: 0,
  /** A mark that can end a sentence. */
  mark: 1,
  /** Other punctuation. */
  punctuation: 2,
} as const;

/** The tokens of the piece split last; the arrays may be longer. */
export interface SentenceTokens {
  count: number;
  /** Byte positions at which they begin. */
  readonly start: number[];
  readonly kind: number[];
}

/** Splits `text[start .. end)`, valid UTF-8 without white space, into `tokens`. */
export function splitPiece(text: Uint8Array, start: number, end: number, tokens: SentenceTokens): void {
  const codes: number[] = [];
  const starts: number[] = [];
  for (let at = start; at < end && codes.length <= LONGEST_PIECE; at += sequenceLength(text[at]!)) {
    codes.push(codePointAt(text, at));
    starts.push(at);
  }
  tokens.count = 0;
  const add = (from: number, kind: number): void => {
    tokens.start[tokens.count] = starts[from]!;
    tokens.kind[tokens.count++] = kind;
  };
  if (codes.length > LONGEST_PIECE) add(0, TokenKind.word);
  else new Piece(codes, (from, to) => add(from, kindOf(codes, from, to))).split();
}

function kindOf(codes: readonly number[], from: number, to: number): number {
  if (to - from === 1 && SENTENCE_MARKS.has(codes[from]!)) return TokenKind.mark;
  for (let i = from; i < to; i++) if (!is(codes[i], CharacterClass.punctuation)) return TokenKind.word;
  return TokenKind.punctuation;
}

class Piece {
  readonly #codes: readonly number[];
  readonly #add: (from: number, to: number) => void;

  constructor(codes: readonly number[], add: (from: number, to: number) => void) {
    this.#codes = codes;
    this.#add = add;
  }

  /** Takes tokens off both ends at once, then splits what is left. */
  split(): void {
    let from = 0;
    let to = this.#codes.length;
    const backEnds: number[] = []; // of the tokens taken off the back, the last first
    while (from < to && !this.#isAbbreviation(from, to)) {
      const front = this.#frontLength(from, to);
      const back = this.#backLength(from + front, to);
      if (front === 0 && back === 0) break;
      const frontOnly = front > 0 && this.#isAbbreviation(from + front, to);
      const backOnly = !frontOnly && back > 0 && this.#isAbbreviation(from, to - back);
      if (front > 0 && !backOnly) {
        this.#add(from, from + front);
        from += front;
      }
      if (back > 0 && !frontOnly) {
        backEnds.push(to);
        to -= back;
      }
    }
    if (backEnds.at(-1) === to + 1 && this.#endsAbbreviation(from, to)) to = backEnds.pop()!; // Plan-b.
    if (this.#isAbbreviation(from, to)) this.#add(from, to);
    else if (from < to) this.#splitMiddle(from, to);
    for (let end = to; backEnds.length > 0; end = backEnds.pop()!) this.#add(end, backEnds.at(-1)!);
  }

  #isAbbreviation(from: number, to: number): boolean {
    return to > from && to - from <= LONGEST_ABBREVIATION && ABBREVIATIONS.has(String.fromCodePoint(...this.#codes.slice(from, to)));
  }

  /** Whether a stop at `stop` makes an abbreviation of the last of the words in `[from, stop)`. */
  #endsAbbreviation(from: number, stop: number): boolean {
    const codes = this.#codes;
    if (codes[stop] !== STOP) return false;
    for (let start = stop - 1; start >= from && stop - start < LONGEST_ABBREVIATION; start--) {
      const before = codes[start - 1];
      const isUnit = isDigit(before) && start === stop - 1 && UNITS.has(codes[start]!);
      if (start === from || isUnit || (SEPARATORS.has(before!) && isLetterOrDigit(codes[start - 2]))) return this.#isAbbreviation(start, stop + 1);
    }
    return false;
  }

  #stopsFrom(from: number, to: number): number {
    let end = from;
    while (end < to && this.#codes[end] === STOP) end++;
    return end - from;
  }

  #frontLength(from: number, to: number): number {
    const first = this.#codes[from]!;
    if (first === STOP) {
      const stops = this.#stopsFrom(from, to);
      return stops > 1 ? stops : 0;
    }
    if (first === 0x2b) return isDigit(this.#codes[from + 1]) ? 0 : 1; // +
    return isMark(first) || FRONT.has(first) || CURRENCY.has(first) ? 1 : 0;
  }

  /** How much comes off before `to`, looking no further back than `from`. */
  #backLength(from: number, to: number): number {
    if (to <= from) return 0;
    const at = (back: number): number | undefined => (to - back >= from ? this.#codes[to - back] : undefined);
    const last = at(1)!;
    const before = at(2);
    if (last === STOP) {
      if (before === STOP) {
        let start = to - 2;
        while (start > from && this.#codes[start - 1] === STOP) start--;
        return to - start;
      }
      if (before === undefined) return 0;
      const comesOff = isDigit(before) || isSmall(before) || BEFORE_STOP.has(before) || MARKS.has(before) || isQuote(before);
      return comesOff || (isCapital(before) && isCapital(at(3))) ? 1 : 0; // a single capital is an initial, and keeps its stop
    }
    if ((last === 0x73 || last === 0x53) && (before === 0x27 || before === 0x2019)) return 2; // 's
    if (isDigit(before) && (last === 0x2b || CURRENCY.has(last))) return 1;
    return isMark(last) ? 1 : 0;
  }

  #splitMiddle(from: number, to: number): void {
    const codes = this.#codes;
    let start = from;
    let address: boolean | undefined;
    for (let at = from + 1; at < to;) {
      let length = codes[at] === STOP ? this.#stopsFrom(at, to) : codes[at] === 0x2026 || is(codes[at], CharacterClass.icon) ? 1 : 0;
      if (length === 1 && codes[at] === STOP) {
        const parts = (isSmall(codes[at - 1]) || isQuote(codes[at - 1])) && at + 1 < to && (isCapital(codes[at + 1]) || isQuote(codes[at + 1]));
        if (!parts || this.#endsAbbreviation(start, at)) length = 0;
      }
      if (length > 0 && !(address ??= this.#isAddress(from, to))) {
        if (at > start) this.#add(start, at);
        this.#add(at, at + length);
        start = at + length;
      }
      at += Math.max(length, 1);
    }
    if (start < to) this.#add(start, to);
  }

  #isAddress(from: number, to: number): boolean {
    return ADDRESS.test(String.fromCodePoint(...this.#codes.slice(from, to)));
  }
}
