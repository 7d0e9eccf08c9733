/**
 * Parses WARC and WET records (ISO 28500) out of byte runs, as they come: the position of every record, its header fields and its
 * content as views. A record is believed only when it is followed by two CRLF, another record, the end of its gzip member or the
 * end of the file; anything else is a fault, and parsing goes on at the next line `WARC/1.` after where the record began.
 */
import type { ByteRun } from './record-place.js';
import { FIELD, WarcHeader, findHeaderEnd } from './warc-header.js';
import { RecordFaults, snippet } from './warc-faults.js';
import type { WarcRecord, WarcSink } from './warc-sink.js';
import { MARK, BEGINNING_BYTES, MARK_BYTES, WarcWindow } from './warc-window.js';

const MAX_HEADER_BYTES = 64 * 1024;
type State =
  /** At the end of a record: line ends, then the next record. */
  | 'between'
  | 'header'
  | 'content'
  /** In content larger than the limit, dropping it. */
  | 'skipping'
  /** After a fault: looking for the next record. */
  | 'lost';

/** Push runs as they come, `break` where continuity ends, `end` at the end. Memory: one record of at most `maxContentBytes`, and one run. */
export class WarcParser {
  /** How records begin. */
  readonly mark = MARK;
  readonly #sink: WarcSink;
  readonly #maxContentBytes: number;
  readonly #window = new WarcWindow();
  readonly #header = new WarcHeader();
  #state: State = 'between';
  /** Stream positions: of the record being read; of its content and that content's end. */
  #recordStart = 0;
  #contentStart = 0;
  #contentEnd = 0;
  /** How far the header was searched for its end. */
  #searched = 0;
  readonly #faults: RecordFaults;

  constructor(sink: WarcSink, maxContentBytes: number) {
    this.#sink = sink;
    this.#faults = new RecordFaults(sink);
    this.#maxContentBytes = maxContentBytes;
  }

  push(run: ByteRun): void {
    this.#window.push(run);
    this.#parse(false);
  }

  /** The stream is interrupted: a record that was not complete is lost with what was damaged, whose fault speaks for it. */
  break(): void {
    this.#parse(true);
    if (this.#state === 'lost') this.#endLost(this.#window.end);
    this.#drop();
  }

  /** The file ends here: a record that is not complete is a fault. */
  end(): void {
    this.#parse(true);
    if (this.#state !== 'between' && this.#state !== 'lost') {
      this.#lose('truncated-record', `found the end of the file ${this.#missing()}, expected a whole record`);
    }
    if (this.#state === 'lost') this.#endLost(this.#window.end);
    this.#drop();
  }

  #drop(): void {
    this.#window.consumeTo(this.#window.end);
    this.#state = 'between';
  }

  /** Takes what can be taken; `final`: no more bytes follow these. */
  #parse(final: boolean): void {
    for (;;) {
      if (this.#step(final)) continue;
      if (!final || (this.#state !== 'header' && this.#state !== 'content')) return;
      // an incomplete record at the end: where its length or its header hides another record, that one is saved
      if (this.#window.findMark(this.#recordStart + MARK_BYTES, this.#window.end) < 0) return;
      if (this.#state === 'content') this.#mismatch();
      else this.#lose('header-without-end', 'found the next record, expected a blank line after the header');
    }
  }

  /** One step of the state machine; false where it needs more bytes than there are. */
  #step(final: boolean): boolean {
    switch (this.#state) {
      case 'between': return this.#stepBetween(final);
      case 'header': return this.#stepHeader();
      case 'content': return this.#stepContent(final);
      case 'skipping': return this.#stepSkipping(final);
      case 'lost': return this.#stepLost();
    }
  }

  #stepBetween(final: boolean): boolean {
    const window = this.#window;
    const at = window.afterLineEnds(window.position);
    window.consumeTo(at);
    if (at === window.end) return false;
    const mark = window.markAt(at);
    if (mark === 'unknown' && !final) return false;
    this.#recordStart = at;
    this.#faults.begin(at, window.places);
    this.#searched = at;
    if (mark !== 'no') this.#state = 'header'; // one cut off at the end of the file, too
    else this.#lose('garbage-between-records', 'found other bytes, expected a line WARC/1.0 or WARC/1.1');
    return true;
  }

  #stepHeader(): boolean {
    const window = this.#window;
    const header = this.#header;
    const next = window.nextRecordMember(this.#recordStart, window.end);
    const to = Math.min(next, window.end, this.#recordStart + MAX_HEADER_BYTES);
    const found = this.#readHeader(to);
    if (found < 0) {
      if (next <= window.end) return this.#lose('header-without-end', 'found the next record, expected a blank line after the header');
      if (to - this.#recordStart >= MAX_HEADER_BYTES) {
        return this.#lose('header-without-end', `found no blank line in ${MAX_HEADER_BYTES} bytes, expected one after the header`);
      }
      this.#searched = Math.max(this.#recordStart, to - 3);
      return false;
    }
    this.#contentStart = window.positionOf(found);
    if (header.wrongLine >= 0) {
      if (window.markAt(window.positionOf(header.wrongLine)) === 'yes') {
        return this.#lose('header-without-end', 'found the next record, expected a blank line after the header');
      }
      return this.#lose('malformed-header', `found the line "${snippet(window.bytes, header.wrongLine, found)}", expected "name: value"`);
    }
    if (!header.has(FIELD.contentLength)) return this.#lose('content-length-missing', 'found no Content-Length, expected one');
    const length = header.number(FIELD.contentLength);
    if (length === undefined) {
      const value = header.value(FIELD.contentLength)!; // it is there
      return this.#lose('content-length-invalid', `found Content-Length "${snippet(value, 0, value.length)}", expected a whole number of bytes`);
    }
    this.#contentEnd = this.#contentStart + length;
    this.#state = length > this.#maxContentBytes ? 'skipping' : 'content';
    if (this.#state === 'skipping') header.detach();
    return true;
  }

  /** Index of the content, or -1 where the header does not end before `to`: then it is read again when it does. */
  #readHeader(to: number): number {
    const window = this.#window;
    const from = window.index(this.#recordStart);
    const searchOn = this.#searched > this.#recordStart; // a header that comes in many pieces is not read from its start for each
    if (searchOn && findHeaderEnd(window.bytes, window.index(this.#searched), window.index(to)) < 0) return -1;
    return this.#header.read(window.bytes, from, window.index(to));
  }

  #stepContent(final: boolean): boolean {
    const window = this.#window;
    if (window.nextRecordMember(this.#recordStart, Math.min(window.end, this.#contentEnd)) < this.#contentEnd) return this.#mismatch();
    if (window.end < this.#contentEnd) return false;
    const end = window.trailingEnd(this.#contentEnd, final);
    if (end === 'unknown') return false;
    if (end < 0) return this.#mismatch();
    if (!this.#header.isOf(window.bytes, window.index(this.#recordStart))) this.#readHeader(this.#contentStart); // the bytes have moved
    const kind = this.#sink.kindOf(this.#header);
    if (kind === 'content') this.#sink.record(this.#record());
    else if (kind !== 'passed') this.#faults.other(kind, this.#header, this.#contentEnd);
    window.consumeTo(end);
    this.#state = 'between';
    return true;
  }

  #record(): WarcRecord {
    const window = this.#window;
    return {
      header: this.#header,
      offset: this.#faults.offset,
      inner: this.#faults.inner,
      bytes: window.bytes,
      headerStart: window.index(this.#recordStart),
      contentStart: window.index(this.#contentStart),
      contentEnd: window.index(this.#contentEnd),
      valid: window.isValid(this.#recordStart, this.#contentEnd) && window.isValid(this.#contentStart, this.#contentEnd),
    };
  }

  /** Drops content up to its end, or up to what must be another record: a huge length is more often wrong than true. */
  #stepSkipping(final: boolean): boolean {
    const window = this.#window;
    const to = Math.min(window.end, this.#contentEnd);
    const mark = window.findMark(Math.max(this.#contentStart, window.position), to, 'blank');
    if (mark >= 0) {
      window.consumeTo(Math.max(window.position, mark - 1)); // the line end before it shows that a line begins
      return this.#mismatch();
    }
    if (window.end < this.#contentEnd) {
      window.consumeTo(Math.max(window.position, to - MARK_BYTES - 3));
      return false;
    }
    const end = window.trailingEnd(this.#contentEnd, final);
    if (end === 'unknown') return false;
    if (end < 0) {
      window.consumeTo(Math.max(window.position, this.#contentEnd - MARK_BYTES));
      return this.#mismatch();
    }
    const kind = this.#sink.kindOf(this.#header);
    if (kind === 'content') {
      const bytes = this.#contentEnd - this.#contentStart;
      this.#faults.report('oversize-document', bytes, true, `found ${bytes} bytes of text, expected at most ${this.#maxContentBytes}`);
    } else if (kind !== 'passed') {
      this.#faults.other(kind, this.#header, this.#contentEnd);
    }
    window.consumeTo(end);
    this.#state = 'between';
    return true;
  }

  #stepLost(): boolean {
    const window = this.#window;
    const mark = window.findMark(Math.max(this.#recordStart + 1, window.position), window.end, 'anywhere');
    if (mark < 0) {
      window.consumeTo(Math.max(window.position, window.end - BEGINNING_BYTES)); // a record may begin in the last bytes
      return false;
    }
    this.#endLost(mark);
    return true;
  }

  #endLost(at: number): void {
    this.#faults.tell(at);
    this.#window.consumeTo(at);
    this.#state = 'between';
  }

  #lose(reason: string, detail: string): true {
    this.#faults.lose(reason, detail);
    this.#state = 'lost';
    return true;
  }

  #mismatch(): true {
    const length = this.#contentEnd - this.#contentStart;
    return this.#lose('content-length-mismatch', `found Content-Length ${length}, expected the record to end there`);
  }

  /** What the end of the file found unfinished. */
  #missing(): string {
    return this.#state === 'header' ? 'in a header' : `${this.#contentEnd - this.#window.end} bytes before the end of the content`;
  }
}
