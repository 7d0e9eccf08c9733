/**
 * One surviving document as a task hands it to the next: what a corpus line is made of, framed by lengths, so that a document can be emitted in
 * any format from one positioned read. Records stand end to end in a shard's text store; the row table says where each begins and how long it is.
 *
 *   uint32 id bytes, url bytes, language bytes, frame bytes, metadata bytes (little-endian)   float32 quality, NaN where there is none   id   url   language   frame
 *   metadata   text
 */
import { ShardError } from '../core/errors.js';

export interface SurvivorRecord {
  readonly id: Uint8Array;
  /** Empty where unknown, as `language`. */
  readonly url: Uint8Array;
  readonly language: Uint8Array;
  /** The rest of the record it was read from (json-frame.ts); empty where it is not carried. */
  readonly frame: Uint8Array;
  /** A JSON object of the fields that go along; empty where none do. */
  readonly metadata: Uint8Array;
  /** Probability; NaN where the source has no quality stage. */
  readonly quality: number;
  readonly text: Uint8Array;
}

const HEADER_BYTES = 24;
const NOTHING = new Uint8Array(0);
const header = new Uint8Array(HEADER_BYTES);
const headerView = new DataView(header.buffer);

/** Appends the framed record; gives its bytes. No buffer of its own. */
export function appendSurvivorRecord(to: { append(bytes: Uint8Array): unknown }, record: Omit<SurvivorRecord, 'frame' | 'metadata'> & Partial<SurvivorRecord>): number {
  const frame = record.frame ?? NOTHING;
  const metadata = record.metadata ?? NOTHING;
  headerView.setUint32(0, record.id.length, true);
  headerView.setUint32(4, record.url.length, true);
  headerView.setUint32(8, record.language.length, true);
  headerView.setUint32(12, frame.length, true);
  headerView.setUint32(16, metadata.length, true);
  headerView.setFloat32(20, record.quality, true);
  to.append(header);
  to.append(record.id);
  to.append(record.url);
  to.append(record.language);
  to.append(frame);
  to.append(metadata);
  to.append(record.text);
  return HEADER_BYTES + record.id.length + record.url.length + record.language.length + frame.length + metadata.length + record.text.length;
}

/** Views into a framed record, which is all of `bytes`. ShardError where the lengths do not fit, which is a damaged work file. */
export function unpackSurvivorRecord(bytes: Uint8Array): SurvivorRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER_BYTES) throw new ShardError(`found a survivor record of ${bytes.length} bytes, expected at least ${HEADER_BYTES}`);
  const ends: number[] = [];
  let at = HEADER_BYTES;
  for (const field of [0, 4, 8, 12, 16]) ends.push((at += view.getUint32(field, true)));
  if (at > bytes.length) throw new ShardError(`found a survivor record of ${bytes.length} bytes that names fields of ${at}, expected no more than it has`);
  const [id, url, language, frame, metadata] = ends as [number, number, number, number, number]; // five fields were pushed
  return {
    id: bytes.subarray(HEADER_BYTES, id),
    url: bytes.subarray(id, url),
    language: bytes.subarray(url, language),
    frame: bytes.subarray(language, frame),
    metadata: bytes.subarray(frame, metadata),
    quality: view.getFloat32(20, true),
    text: bytes.subarray(metadata),
  };
}
