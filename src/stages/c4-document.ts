/**
 * C4's rules over the lines of one document at a time: which lines stay, and whether the document does. All from bytes. The rules that remove a
 * line may be tried in any order; a document is dropped by the first of its lines, in order, that says so and is not removed.
 */
import type { C4Rules } from './c4-rules.js';
import { withoutCitations } from './citations.js';
import { KeptParts } from './kept-parts.js';
import { codePointAt, previousStart } from './line-characters.js';
import { LinePhrases } from './line-phrases.js';
import { countWords, findLineEnd, hasLongerWord, lineEndAt, skipSpace, trimSpace } from './line-white-space.js';
import { sentenceStarts } from './sentences.js';

/** datatrove's names. */
export const C4_REASONS = ['lorem_ipsum', 'curly_bracket', 'too_few_sentences'] as const;
export type C4Reason = (typeof C4_REASONS)[number];

const LOREM_IPSUM = 1;
const JAVASCRIPT = 2;
const CURLY_BRACKET = 4;
const POLICY = 8;
const OPENING_BRACKET = 16;
const POLICIES = ['terms of use', 'privacy policy', 'cookie policy', 'uses cookies', 'use of cookies', 'use cookies'];
const STOP = 0x2e;
const CLOSING_BRACKET = 0x5d;

export class C4Document {
  /** What is left of the document read last. */
  readonly kept: KeptParts;
  readonly #rules: C4Rules;
  readonly #phrases: LinePhrases;
  readonly #endMarks: ReadonlySet<number>;
  readonly #parts: number[] = [];
  #cleaned = new Uint8Array(1024);
  #sentences = 0;

  constructor(rules: C4Rules) {
    this.#rules = rules;
    this.kept = new KeptParts(rules.unit === 'line' ? 0x0a : 0x20);
    this.#endMarks = new Set(Array.from(rules.endMarks, (character) => character.codePointAt(0)!));
    this.#phrases = new LinePhrases([
      rules.loremIpsum ? ['lorem ipsum'] : [], rules.javascript ? ['javascript'] : [], rules.curlyBracket ? ['{'] : [], rules.policy ? POLICIES : [],
      rules.citations ? ['['] : [],
    ]);
  }

  /** Reads `text[start .. end)`, one document; why it is dropped, if it is. */
  read(text: Uint8Array, start: number, end: number): C4Reason | undefined {
    this.kept.clear(text);
    this.#sentences = 0;
    let reason: C4Reason | undefined;
    if (this.#rules.unit === 'line') {
      for (let at = start, lineEnd = 0; at < end && reason === undefined; at = lineEnd + (lineEnd < end ? lineEndAt(text, lineEnd, end) : 0)) {
        lineEnd = findLineEnd(text, at, end);
        reason = this.#readLine(text, at, lineEnd);
      }
    } else {
      const starts = sentenceStarts(text, start, end, Infinity);
      for (let i = 0; i < starts.length && reason === undefined; i++) reason = this.#readLine(text, starts[i]!, starts[i + 1] ?? end);
    }
    return reason ?? (this.#sentences < this.#rules.minSentences ? 'too_few_sentences' : undefined);
  }

  #readLine(text: Uint8Array, lineStart: number, lineEnd: number): C4Reason | undefined {
    const rules = this.#rules;
    const start = skipSpace(text, lineStart, lineEnd);
    const end = trimSpace(text, start, lineEnd);
    const endsWell = !rules.terminalPunctuation || this.#endsWell(text, start, end);
    // Most lines of a page go here: only without a citation mark at its end could this one end well.
    if (!endsWell && !(rules.citations && text[end - 1] === CLOSING_BRACKET)) return undefined;
    if (rules.countCitations && this.#isShort(text, start, end)) return undefined;
    if (rules.maxWordLength !== null && hasLongerWord(text, start, end, rules.maxWordLength)) return undefined;
    const found = this.#phrases.find(text, start, end);
    if ((found & OPENING_BRACKET) !== 0 && withoutCitations(text, start, end, this.#parts)) return this.#readCited(text, start, end);
    if (!endsWell || (!rules.countCitations && this.#isShort(text, start, end))) return undefined;
    return this.#judge(found, text, start, end, start, end);
  }

  /** The rest of the rules for a line in which there are citation marks, without them. */
  #readCited(text: Uint8Array, start: number, end: number): C4Reason | undefined {
    const rules = this.#rules;
    const length = this.#clean(text, end - start);
    const line = this.#cleaned;
    if (rules.terminalPunctuation && !this.#endsWell(line, 0, length)) return undefined;
    if (!rules.countCitations && this.#isShort(line, 0, length)) return undefined;
    return this.#judge(this.#phrases.find(line, 0, length), line, 0, length, start, undefined);
  }

  /**
   * Keeps the line `line[from .. to)`, unless it speaks of what no page should; in the text it is `[start, end)`, or the parts that citation marks
   * left.
   */
  #judge(found: number, line: Uint8Array, from: number, to: number, start: number, end: number | undefined): C4Reason | undefined {
    if ((found & LOREM_IPSUM) !== 0) return 'lorem_ipsum';
    if ((found & JAVASCRIPT) !== 0) return undefined;
    if ((found & CURLY_BRACKET) !== 0) return 'curly_bracket';
    if ((found & POLICY) !== 0) return undefined;
    this.#countSentences(line, from, to);
    if (end !== undefined || this.#parts.length === 0) this.kept.add(start, end ?? start, 1);
    else for (let i = 0; i < this.#parts.length; i += 2) this.kept.add(this.#parts[i]!, this.#parts[i + 1]!, i > 0 ? 0 : 1);
    return undefined;
  }

  #isShort(text: Uint8Array, start: number, end: number): boolean {
    return countWords(text, start, end, this.#rules.minWordsPerLine) < this.#rules.minWordsPerLine;
  }

  #endsWell(text: Uint8Array, start: number, end: number): boolean {
    if (start === end || !this.#endMarks.has(codePointAt(text, previousStart(text, start, end)))) return false;
    return !(end - start >= 3 && text[end - 1] === STOP && text[end - 2] === STOP && text[end - 3] === STOP);
  }

  /** Puts the parts of the line into `#cleaned`; their length. */
  #clean(text: Uint8Array, atMost: number): number {
    if (this.#cleaned.length < atMost) this.#cleaned = new Uint8Array(2 * atMost);
    let length = 0;
    for (let i = 0; i < this.#parts.length; i += 2) {
      const part = text.subarray(this.#parts[i], this.#parts[i + 1]);
      this.#cleaned.set(part, length);
      length += part.length;
    }
    return length;
  }

  /** Counts no further than the least number: what a line has beyond it decides nothing. A kept line is at least one sentence. */
  #countSentences(line: Uint8Array, from: number, to: number): void {
    const missing = this.#rules.minSentences - this.#sentences;
    if (missing <= 0) return;
    this.#sentences += this.#rules.unit === 'sentence' ? 1 : Math.max(1, sentenceStarts(line, from, to, missing).length);
  }
}
