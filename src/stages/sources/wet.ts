/**
 * The `wet` source: the plain text that Common Crawl extracts from its pages, one `conversion` record a page (WARC 1.0 or 1.1), plain or
 * compressed, as one gzip member or one for each record.
 */
import type { Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { WARC_REASONS, WarcParser } from '../../formats/warc-record.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';
import type { SourceLimits } from './source-limits.js';


const ABSENT = new Uint8Array(0);
const ID_START = new TextEncoder().encode('<urn:uuid:');
const ID_END = 0x3e; // >

/** Documents carry WARC-Record-ID (without `<urn:uuid:` and `>`), WARC-Target-URI, WARC-Date and WARC-Identified-Content-Language as found. */
export function wetSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio }: SourceLimits = {}): Source {
  const makeParser: ParserMaker = (sink) => new WarcParser({
    record: ({ header, offset, inner, content }) => sink.add({
      id: header.id === undefined ? ABSENT : withoutWrapper(header.id),
      url: header.url ?? ABSENT,
      date: header.date ?? ABSENT,
      declaredLanguage: header.language ?? ABSENT,
      offset,
      inner,
      text: content,
    }),
    fault: (fault) => sink.fault(fault),
  }, maxDocumentBytes);
  return {
    kind: 'source',
    name: 'wet',
    reasons: [...new Set([...RECORD_FILE_REASONS, ...WARC_REASONS])],
    read: (shard, signal) => readRecords(shard, makeParser, { maxDocumentBytes, maxRatio }, signal),
    readAt: (shard, offset, inner) => readRecordAt(shard, makeParser, { maxRatio }, offset, inner),
  };
}

function withoutWrapper(id: Uint8Array): Uint8Array {
  if (id[id.length - 1] !== ID_END) return id;
  for (let i = 0; i < ID_START.length; i++) if (id[i] !== ID_START[i]) return id;
  return id.subarray(ID_START.length, id.length - 1);
}
