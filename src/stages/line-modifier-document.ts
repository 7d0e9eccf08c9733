/**
 * The line modifiers over one document at a time: whole lines go first, as they are read, then patterns are cut out of what is left, one after the
 * other. All from bytes. Lines are parted by line feeds alone.
 *
 * DCLM runs its rules one after another over the whole text and strips its ends after each; here the ends are stripped before and after each
 * pattern. That can be told only where `maxDigits` or `minWords` is lowered, by the white space before a first line or behind a last.
 */
import type { KeptParts } from './kept-parts.js';
import { isCounter } from './line-counter.js';
import { LineList } from './line-list.js';
import { lineMeasure, measureLine } from './line-measure.js';
import type { LineModifierRules } from './line-modifier-rules.js';
import { findPattern, linePattern, type LinePattern } from './line-patterns.js';
import { skipSpace } from './line-white-space.js';

export const LINE_MODIFIER_REASONS = ['no-words', 'too-many-words-removed'] as const;
export type LineModifierReason = (typeof LINE_MODIFIER_REASONS)[number];

const LINE_FEED = 0x0a;

export class LineModifierDocument {
  readonly #rules: LineModifierRules;
  readonly #patterns: readonly LinePattern[];
  readonly #lines = new LineList();
  readonly #line = lineMeasure();
  /** Words of the document, of lines that were touched, and of what is left. */
  #words = 0;
  #flagged = 0;
  #left = 0;

  constructor(rules: LineModifierRules) {
    this.#rules = rules;
    this.#patterns = rules.patterns.map(({ text, at, anyDot }) => linePattern(text, at, anyDot));
  }

  /** Reads `text[start .. end)`, one document, and hands what is left of it to `kept`; or says why it is dropped. */
  read(text: Uint8Array, start: number, end: number, kept: KeptParts): LineModifierReason | undefined {
    this.#readLines(text, start, end);
    let recount = this.#lines.strip();
    for (const pattern of this.#patterns) {
      this.#lines.removeWhere((i) => this.#cut(i, pattern));
      recount = this.#lines.strip() || recount;
    }
    if (recount) this.#recount();
    const { maxRemovedWords, removedWords } = this.#rules;
    if (maxRemovedWords !== null) {
      if (this.#words === 0) return 'no-words';
      const removed = removedWords === 'flagged' ? this.#flagged : this.#words - this.#left;
      if (removed / this.#words > maxRemovedWords) return 'too-many-words-removed';
    }
    kept.clear(text);
    this.#lines.keep(kept);
    return undefined;
  }

  #readLines(text: Uint8Array, start: number, end: number): void {
    this.#lines.clear(text);
    this.#words = this.#flagged = this.#left = 0;
    let emptyBefore = 0;
    for (let at = start; at <= end; at++) {
      const from = at;
      while (at < end && text[at] !== LINE_FEED) at++;
      if (at === from) {
        emptyBefore++;
        continue;
      }
      measureLine(text, from, at, this.#line);
      this.#words += this.#line.counted;
      if (this.#isRemoved(text, from, at)) {
        this.#flagged += this.#line.counted;
        continue;
      }
      this.#left += this.#line.counted;
      this.#lines.add(from, at, this.#line.words, emptyBefore);
      emptyBefore = 0;
    }
  }

  /** Whether one of the rules takes the line that was measured away. */
  #isRemoved(text: Uint8Array, from: number, to: number): boolean {
    const { maxUppercase, maxDigits, counters, minWords } = this.#rules;
    const { chars, upper, digits, words } = this.#line;
    if (maxUppercase !== null && upper / chars > maxUppercase) return true;
    if (maxDigits !== null && digits / chars > maxDigits) return true;
    return words < minWords || (digits > 0 && isCounter(text, from, to, counters));
  }

  /** Cuts the pattern out of line i; true where nothing is left of it. */
  #cut(i: number, pattern: LinePattern): boolean {
    const lines = this.#lines;
    if (lines.words(i) > this.#rules.patternMaxWords) return false;
    lines.view(i);
    const ranges = findPattern(lines.viewText, lines.viewStart, lines.viewEnd, pattern);
    if (ranges.length > 0) {
      const counted = this.#countView();
      if (!lines.isCut(i)) this.#flagged += counted;
      lines.cut(i, ranges);
      this.#left += this.#countView() - counted;
    }
    return skipSpace(lines.viewText, lines.viewStart, lines.viewEnd) === lines.viewEnd;
  }

  #countView(): number {
    measureLine(this.#lines.viewText, this.#lines.viewStart, this.#lines.viewEnd, this.#line);
    return this.#line.counted;
  }

  /** What is left, counted again: a word may begin where strange white space stood. */
  #recount(): void {
    this.#left = 0;
    for (let i = 0; i < this.#lines.count; i++) {
      this.#lines.view(i);
      this.#left += this.#countView();
    }
  }
}
