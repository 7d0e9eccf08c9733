/**
 * Parses JSONL (one JSON object a line, UTF-8) out of byte runs, as they come: documents for a batch builder, and faults for lines that are
 * none. Lines may run over gzip members. Of a line interrupted by damage only a whole object counts: no proper part of an
 * object's line is an object, so nothing half is taken for whole.
 */
import { isUtf8 } from 'node:buffer';
import type { Fault } from '../core/stage.js';
import { ByteWindow } from './byte-window.js';
import type { FoundDocument, FoundSpans } from './found-document.js';
import { type JsonlFields, RecordReader } from './jsonl-record.js';
import { type ByteRun, PlaceFinder } from './record-place.js';
import { repairUtf8 } from './utf8-repair.js';
import { isBlank } from './white-space.js';

export interface JsonlSink {
  add(found: FoundDocument): void;
  addSpans(found: FoundSpans): void;
  fault(fault: Fault): void;
}

const LF = 0x0a;
const OPEN_OBJECT = 0x7b;
const NOTHING = new Uint8Array(0);

/** Push runs as they come, `break` where continuity ends, `end` at the end. Memory: one line of `maxLineBytes`, parsed, and one run. */
export class JsonlParser {
  readonly #sink: JsonlSink;
  readonly #options: JsonlFields;
  readonly #record: RecordReader;
  readonly #maxLineBytes: number;
  readonly #window = new ByteWindow();
  readonly #places = new PlaceFinder();
  /** Stream position of the first byte of the window. */
  #position = 0;
  /** Bytes of the window known to hold no line end. */
  #searched = 0;
  /** Bytes already dropped of a line that is too long; 0 where the line is not. */
  #dropped = 0;

  constructor(sink: JsonlSink, fields: JsonlFields, maxLineBytes: number) {
    this.#sink = sink;
    this.#options = fields;
    this.#record = new RecordReader(fields);
    this.#maxLineBytes = maxLineBytes;
  }

  push(run: ByteRun): void {
    this.#window.append(run.bytes);
    this.#places.push(run);
    const window = this.#window;
    let found = window.bytes.indexOf(LF, window.start + this.#searched);
    if (found >= 0 && found < window.end) {
      const last = window.bytes.lastIndexOf(LF, window.end - 1);
      const valid = isUtf8(window.bytes.subarray(window.start, last)); // a line end is no part of a character, so all lines are, or one is not
      while (found >= 0 && found <= last) {
        this.#line(found - window.start, false, valid);
        this.#consume(found + 1 - window.start);
        found = window.bytes.indexOf(LF, window.start);
      }
    }
    this.#searched = window.length;
    if (window.length > this.#maxLineBytes || this.#dropped > 0) this.#dropPart();
  }

  /** The stream is interrupted: what is left of a line is lost with what was damaged, whose fault speaks for it. */
  break(): void {
    this.#finish(true);
  }

  /** The file ends here; its last line may lack a line end. */
  end(): void {
    this.#finish(false);
  }

  #finish(interrupted: boolean): void {
    if (this.#window.length > 0 || this.#dropped > 0) this.#line(this.#window.length, interrupted, false);
    this.#consume(this.#window.length);
  }

  #dropPart(): void {
    if (this.#dropped === 0) this.#places.find(this.#position);
    this.#dropped += this.#window.length;
    const length = this.#window.length;
    this.#window.consume(length);
    this.#position += length;
    this.#searched = 0;
  }

  #consume(bytes: number): void {
    this.#window.consume(bytes);
    this.#position += bytes;
    this.#searched = 0;
  }

  /** Takes the line of so many bytes at the front of the window. `valid`: whether it is known to be UTF-8. */
  #line(length: number, interrupted: boolean, valid: boolean): void {
    const bytes = this.#dropped + length;
    if (this.#dropped === 0) this.#places.find(this.#position);
    this.#dropped = 0;
    if (bytes > this.#maxLineBytes) return this.#fault('oversize-line', bytes, `found a line of ${bytes} bytes, expected at most ${this.#maxLineBytes}`);
    const { bytes: all, start } = this.#window;
    if (valid && all[start] === OPEN_OBJECT) return this.#take(all, start, start + length, bytes, interrupted, false);
    const { text: json, repaired } = repairUtf8(all.subarray(start, start + length)); // a byte order mark, too, is no part of the JSON
    if (!isBlank(json)) this.#take(json, 0, json.length, bytes, interrupted, repaired);
  }

  /** Takes the record between two positions. */
  #take(json: Uint8Array, start: number, end: number, bytes: number, interrupted: boolean, repaired: boolean): void {
    const record = this.#record;
    const none = record.read(json, start, end, bytes);
    if (none !== undefined) {
      if (!interrupted || none.reason !== 'invalid-json') this.#fault(none.reason, bytes, none.detail);
      return;
    }
    const { offset, inner } = this.#places;
    if (repaired || record.halves) {
      const detail = repaired ? 'found bytes that are not UTF-8, replaced by U+FFFD' : 'found half of a surrogate pair, replaced by U+FFFD';
      this.#sink.fault({ reason: 'invalid-utf8', offset, inner, bytes: 0, lost: false, detail });
    }
    const { found, frame } = record;
    found.offset = offset;
    found.inner = inner;
    if (this.#options.frames !== true) return this.#sink.addSpans(found);
    this.#sink.add({
      id: found.bytes.subarray(found.idStart, found.idEnd),
      url: found.bytes.subarray(found.urlStart, found.urlEnd),
      date: NOTHING,
      declaredLanguage: NOTHING,
      offset,
      inner,
      text: found.bytes.subarray(found.textStart, found.textEnd),
      ...(found.carries ? { metadata: found.bytes.subarray(found.metadataStart, found.metadataEnd) } : {}),
      frame,
    });
  }

  #fault(reason: string, bytes: number, detail: string): void {
    this.#sink.fault({ reason, offset: this.#places.offset, inner: this.#places.inner, bytes, lost: true, detail });
  }
}
