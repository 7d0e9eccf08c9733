/**
 * The parts of a document's text that an edit keeps, put together from the front: neighbours are joined as they come, so that an unchanged text is
 * one part, and is not written again.
 */
import type { TextEdits } from '../core/text-edits.js';
import { skipSpace, trimSpace } from './line-white-space.js';

/** Memory: three numbers a part, at most as many parts as the document has lines and cuts; kept from document to document. */
export class KeptParts {
  readonly #separator: Uint8Array;
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  readonly #separators: number[] = [];
  #text = new Uint8Array(0);
  #count = 0;

  /** `separator`, one byte of white space, goes between lines. */
  constructor(separator: number) {
    this.#separator = Uint8Array.of(separator);
  }

  /** Begins a document whose text is in `text`. */
  clear(text: Uint8Array): void {
    this.#text = text as Uint8Array<ArrayBuffer>; // only read
    this.#count = 0;
  }

  /** Keeps `text[start .. end)`, behind what was kept before and so many separators: 0 continues a line, 2 leave an empty line between. */
  add(start: number, end: number, separators: number): void {
    const last = this.#count - 1;
    if (last >= 0 && this.#follows(start, separators)) {
      this.#end[last] = end;
      return;
    }
    this.#start[this.#count] = start;
    this.#end[this.#count] = end;
    this.#separators[this.#count++] = separators;
  }

  /** Whether the old text has just these separators between the last part and `start`. */
  #follows(start: number, separators: number): boolean {
    const end = this.#end[this.#count - 1]!;
    if (end + separators !== start) return false;
    for (let at = end; at < start; at++) if (this.#text[at] !== this.#separator[0]) return false;
    return true;
  }

  /**
   * Writes the kept parts, less white space at both ends of them all, as the new text of a row; nothing where that is the old text `[start, end)`.
   */
  write(row: number, start: number, end: number, edits: TextEdits): void {
    let first = 0;
    let last = this.#count - 1;
    let from = 0;
    let to = 0;
    while (first <= last && (from = skipSpace(this.#text, this.#start[first]!, this.#end[first]!)) === this.#end[first]) first++;
    while (first <= last && (to = trimSpace(this.#text, this.#start[last]!, this.#end[last]!)) === this.#start[last]) last--;
    if (first > last ? start === end : first === last && from === start && to === end) return;
    edits.begin(row);
    for (let i = first; i <= last; i++) {
      if (i > first) for (let n = this.#separators[i]!; n > 0; n--) edits.put(this.#separator);
      edits.copy(i === first ? from : this.#start[i]!, i === last ? to : this.#end[i]!);
    }
    edits.end();
  }
}
