/**
 * The bytes that a WARC parser holds, by their positions in the stream: where records may begin (the line `WARC/1.` at the start of a line
 * or of a gzip member), and where one that claims to end may end. It knows places, not records; those are warc-record.ts's.
 */
import { ByteWindow } from './byte-window.js';
import { type ByteRun, PlaceFinder } from './record-place.js';
import { ValidStretch } from './valid-stretch.js';

/** Line ends after a record that are looked through before it is believed; there should be two. */
const MAX_TRAILING_BYTES = 256;
const LF = 0x0a;
const CR = 0x0d;
/** How every record begins. */
export const MARK: Uint8Array = new TextEncoder().encode('WARC/1.');
export const MARK_BYTES = MARK.length;
/** How most fields of a header begin. */
const FIELD: Uint8Array = new TextEncoder().encode('WARC-');
/** The longest beginning that tells a record within a line: the first line, CR and LF included, and that. */
export const BEGINNING_BYTES = MARK_BYTES + 3 + FIELD.length;

/** Positions count the bytes pushed so far. */
export class WarcWindow {
  readonly #window = new ByteWindow();
  readonly #places = new PlaceFinder();
  readonly #valid = new ValidStretch();
  #position = 0;

  push(run: ByteRun): void {
    this.#window.append(run.bytes);
    this.#places.push(run);
    const { bytes, start, end } = this.#window;
    this.#valid.extend(bytes, start, end, this.#position);
  }

  /** Of the first byte held. */
  get position(): number {
    return this.#position;
  }

  get end(): number {
    return this.#position + this.#window.end - this.#window.start;
  }

  /** All bytes in memory; a position's is at `index(position)`. Another array after the next push. */
  get bytes(): Uint8Array {
    return this.#window.bytes;
  }

  /** Where records are stored: the place last found. */
  get places(): PlaceFinder {
    return this.#places;
  }

  index(at: number): number {
    return at - this.#position + this.#window.start;
  }

  positionOf(index: number): number {
    return index - this.#window.start + this.#position;
  }

  consumeTo(at: number): void {
    this.#window.consume(at - this.#position);
    this.#position = at;
  }

  /** Whether `[from, to)` is known to be UTF-8. */
  isValid(from: number, to: number): boolean {
    return this.#valid.covers(from, to, this.#window.bytes, this.index(from));
  }

  /** The first position from `at` on that holds no line end; `end` where there is none. */
  afterLineEnds(at: number): number {
    const { bytes, end } = this.#window;
    let i = this.index(at);
    while (i < end && isLineEnd(bytes[i]!)) i++;
    return this.positionOf(i);
  }

  markAt(at: number): 'yes' | 'no' | 'unknown' {
    const { bytes, end } = this.#window;
    const i = this.index(at);
    const available = Math.min(MARK_BYTES, end - i);
    for (let k = 0; k < available; k++) if (bytes[i + k] !== MARK[k]) return 'no';
    return available === MARK_BYTES ? 'yes' : 'unknown';
  }

  /**
   * The first mark that lies in `[from, to)` where a record may begin; -1 where there is none. That is at the start of a member, and: `line`, at the start of a
   * line; `blank`, at the start of one behind a blank one, as records stand; `anywhere`, also within a line, if a whole first line and the name of a field follow, as
   * behind garbage or a record that was cut.
   */
  findMark(from: number, to: number, where: 'line' | 'blank' | 'anywhere' = 'line'): number {
    const { bytes, start } = this.#window;
    const last = this.index(to) - MARK_BYTES;
    for (let i = bytes.indexOf(MARK[0]!, this.index(from)); i >= 0 && i <= last; i = bytes.indexOf(MARK[0]!, i + 1)) {
      const at = this.positionOf(i);
      if (this.markAt(at) !== 'yes') continue;
      if (this.#places.isBoundary(at)) return at;
      if (where === 'anywhere' && this.#beginsHeader(i)) return at;
      if (i === start || bytes[i - 1] !== LF) continue;
      if (where !== 'blank' || bytes[i - 2] === LF || (bytes[i - 2] === CR && bytes[i - 3] === LF)) return at;
    }
    return -1;
  }

  /** Whether the mark at an index is a whole first line with the beginning of a field behind it. */
  #beginsHeader(mark: number): boolean {
    const { bytes, end } = this.#window;
    let i = mark + MARK_BYTES + 1; // behind the digit of the version
    if (bytes[i] === CR) i++;
    if (i + 1 + FIELD.length > end || bytes[i] !== LF) return false;
    return FIELD.every((byte, k) => bytes[i + 1 + k] === byte);
  }

  /** The first member after `from` that begins with a record, among those whose first bytes lie before `to`; Infinity where there is none. */
  nextRecordMember(from: number, to: number): number {
    let at = this.#places.boundaryAfter(from);
    while (at < to) {
      if (at >= this.#position && this.markAt(at) === 'yes') return at;
      at = this.#places.boundaryAfter(at);
    }
    return Infinity;
  }

  /**
   * Where the line ends after a content end, if a record may end there: a member begins or ends, the file ends (`final`), a record follows, or the
   * two CRLF of a proper end precede whatever follows. -1 where the content goes on.
   */
  trailingEnd(contentEnd: number, final: boolean): number | 'unknown' {
    const proper = this.#hasProperEnd(contentEnd);
    if (proper && this.markAt(contentEnd + 4) === 'yes') return contentEnd + 4;
    const limit = contentEnd + MAX_TRAILING_BYTES;
    for (let at = contentEnd; ; at++) {
      if (at >= limit || this.#places.isBoundary(at)) return at;
      if (at >= this.end) return final ? at : 'unknown';
      if (isLineEnd(this.#window.bytes[this.index(at)]!)) continue;
      const mark = this.markAt(at);
      if (mark === 'unknown') return final ? at : 'unknown';
      return mark === 'yes' || proper ? at : -1;
    }
  }

  /** Whether the two CRLF that the standard asks for follow the content; extracted text has line feeds alone. */
  #hasProperEnd(contentEnd: number): boolean {
    const { bytes, end } = this.#window;
    const i = this.index(contentEnd);
    return i + 4 <= end && bytes[i] === CR && bytes[i + 1] === LF && bytes[i + 2] === CR && bytes[i + 3] === LF;
  }
}

const isLineEnd = (byte: number): boolean => byte === LF || byte === CR;
