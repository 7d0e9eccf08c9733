/**
 * The `wet` source: the plain text that Common Crawl extracts from its pages, one `conversion` record a page (WARC 1.0 or 1.1), plain or
 * compressed, as one gzip member or one for each record.
 */
import type { Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { FoundSpans } from '../../formats/found-document.js';
import { WarcParser } from '../../formats/warc-record.js';
import { WARC_REASONS } from '../../formats/warc-sink.js';
import { kindInWet } from '../../formats/warc-types.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';
import type { SourceLimits } from './source-limits.js';
import { documentOf, headerMetadata, spansOf, warcFields } from './warc-document.js';

export interface WetSourceOptions extends SourceLimits {
  /** Names of header fields that a column `metadata` holds, in any case (WARC-Refers-To). Default: none. */
  readonly metadata?: readonly string[] | undefined;
}

/** Documents carry WARC-Record-ID (without `<urn:uuid:` and `>`), WARC-Target-URI, WARC-Date and WARC-Identified-Content-Language as found. */
export function wetSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio, metadata }: WetSourceOptions = {}): Source {
  const makeParser: ParserMaker = (sink) => {
    const spans = new FoundSpans();
    return new WarcParser({
      kindOf: kindInWet,
      record: (record) => {
        if (metadata === undefined && record.valid && record.header.joined === undefined) return sink.addSpans(spansOf(record, spans));
        const document = documentOf(record, record.bytes.subarray(record.contentStart, record.contentEnd));
        sink.add(metadata === undefined ? document : { ...document, metadata: headerMetadata(warcFields(record), metadata) });
      },
      fault: (fault) => sink.fault(fault),
    }, maxDocumentBytes);
  };
  return {
    kind: 'source',
    name: 'wet',
    reasons: [...new Set([...RECORD_FILE_REASONS, ...WARC_REASONS])],
    read: (shard, signal) => readRecords(shard, makeParser, { maxDocumentBytes, maxRatio }, signal),
    readAt: (shard, offset, inner) => readRecordAt(shard, makeParser, { maxRatio }, offset, inner),
  };
}
