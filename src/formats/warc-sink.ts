/** What a WARC parser hands on: records, and faults in the words that all sources of such files share. */
import type { Fault } from '../core/stage.js';
import type { WarcHeader } from './warc-header.js';
import type { RecordKind } from './warc-types.js';

/**
 * The reasons of faults in WARC files. All are losses but `not-conversion`: a record that is no document by its type (a request, a
 * response), told so that a file of the wrong kind does not look empty. `warcinfo` records are passed over without a word.
 */
export const WARC_REASONS = [
  'garbage-between-records', 'header-without-end', 'malformed-header', 'content-length-missing', 'content-length-invalid',
  'content-length-mismatch', 'truncated-record', 'oversize-document', 'not-conversion',
] as const;

/** A whole record that the sink asked for: places in the bytes that the parser holds, valid during the call that gets it. */
export interface WarcRecord {
  readonly header: WarcHeader;
  readonly offset: number;
  readonly inner: number;
  readonly bytes: Uint8Array;
  /** The header is `bytes[headerStart .. contentStart)`, the content `bytes[contentStart .. contentEnd)`. */
  readonly headerStart: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Whether all of it is known to be UTF-8; where not, the content was not looked at by itself. */
  readonly valid: boolean;
}

export interface WarcSink {
  /** What is to be done with a whole record. */
  kindOf(header: WarcHeader): RecordKind;
  record(record: WarcRecord): void;
  fault(fault: Fault): void;
}
