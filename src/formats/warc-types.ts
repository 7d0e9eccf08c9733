/** What is done with a WARC record by its type (ISO 28500, 6): the two answers of the two sources that read such files. */
import { FIELD, type WarcHeader } from './warc-header.js';

export type RecordKind =
  /** Handed on with its content. */
  | 'content'
  /** About other records: passed over without a word. */
  | 'passed'
  | OtherRecord;

/** Told as a fault: what it is not. */
export interface OtherRecord {
  readonly reason: string;
  readonly lost: boolean;
  readonly expected: string;
}

const words = (...names: readonly string[]): readonly Uint8Array[] => names.map((name) => new TextEncoder().encode(name));
const isOne = (header: WarcHeader, names: readonly Uint8Array[]): boolean => names.some((name) => header.is(FIELD.type, name));

const CONVERSION = words('conversion');
const WARCINFO = words('warcinfo');
const NO_CONVERSION: OtherRecord = { reason: 'not-conversion', lost: false, expected: 'conversion' };

/** In WET files only conversions are documents; a request or a response is told, so that a file of the wrong kind does not look empty. */
export function kindInWet(header: WarcHeader): RecordKind {
  if (isOne(header, CONVERSION)) return 'content';
  return isOne(header, WARCINFO) ? 'passed' : NO_CONVERSION;
}

const WITH_CONTENT = words('response', 'conversion', 'resource');
const ABOUT_OTHERS = words('request', 'metadata', 'warcinfo');
const REVISIT = words('revisit');
const CONTINUATION = words('continuation');
const NO_CONTENT: OtherRecord = { reason: 'revisit-record', lost: false, expected: 'a record with content of its own' };
export const SEGMENT = { reason: 'segmented-record', lost: true, expected: 'a record in one piece' } as const satisfies OtherRecord;
const UNKNOWN: OtherRecord = { reason: 'unknown-record-type', lost: false, expected: 'response, conversion or resource' };

/** In WARC files responses, conversions and resources may be documents. */
export function kindInWarc(header: WarcHeader): RecordKind {
  if (isOne(header, WITH_CONTENT)) return 'content';
  if (isOne(header, ABOUT_OTHERS)) return 'passed';
  if (isOne(header, REVISIT)) return NO_CONTENT;
  return isOne(header, CONTINUATION) ? SEGMENT : UNKNOWN;
}
