/** The faults of a WARC parser: where the record being read began, and what was found wrong with it, told once it is known how many bytes that cost. */
import type { PlaceFinder } from './record-place.js';
import { FIELD, type WarcHeader } from './warc-header.js';
import type { WarcSink } from './warc-sink.js';
import type { OtherRecord } from './warc-types.js';

/** Positions count the bytes of the stream. */
export class RecordFaults {
  /** The record's place. */
  offset = 0;
  inner = 0;
  readonly #sink: WarcSink;
  #start = 0;
  #reason = '';
  #detail = '';

  constructor(sink: WarcSink) {
    this.#sink = sink;
  }

  /** A record begins at a position, or what is none. */
  begin(start: number, places: PlaceFinder): void {
    this.#start = start;
    places.find(start);
    this.offset = places.offset;
    this.inner = places.inner;
  }

  /** What is wrong: told when the next record is found. */
  lose(reason: string, detail: string): void {
    this.#reason = reason;
    this.#detail = detail;
  }

  /** The loss goes up to `end`. */
  tell(end: number): void {
    this.report(this.#reason, end - this.#start, true, this.#detail);
  }

  report(reason: string, bytes: number, lost: boolean, detail: string): void {
    this.#sink.fault({ reason, offset: this.offset, inner: this.inner, bytes, lost, detail });
  }

  /** A whole record, up to `end`, that is no document by its type. */
  other({ reason, lost, expected }: OtherRecord, header: WarcHeader, end: number): void {
    const type = header.value(FIELD.type);
    const found = type === undefined ? 'no WARC-Type' : `a record of type "${snippet(type, 0, type.length)}"`;
    this.report(reason, end - this.#start, lost, `found ${found}, expected ${expected}`);
  }
}

/** The beginning of some bytes for a message, printable ASCII only. */
export function snippet(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 40)).map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)));
}
