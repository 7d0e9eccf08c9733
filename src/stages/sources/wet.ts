/**
 * The `wet` source: the plain text that Common Crawl extracts from its pages, one `conversion` record a page (WARC 1.0 or 1.1), plain or
 * compressed, as one gzip member or one for each record.
 */
import type { Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { type FoundDocument, FoundSpans } from '../../formats/found-document.js';
import { FIELD } from '../../formats/warc-header.js';
import { WARC_REASONS, WarcParser, type WarcRecord } from '../../formats/warc-record.js';
import { type ParserMaker, RECORD_FILE_REASONS, readRecordAt, readRecords } from './record-file.js';
import type { SourceLimits } from './source-limits.js';

const ABSENT = new Uint8Array(0);
const ID_START = new TextEncoder().encode('<urn:uuid:');
const ID_END = 0x3e; // >

/** Documents carry WARC-Record-ID (without `<urn:uuid:` and `>`), WARC-Target-URI, WARC-Date and WARC-Identified-Content-Language as found. */
export function wetSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio }: SourceLimits = {}): Source {
  const makeParser: ParserMaker = (sink) => {
    const spans = new FoundSpans();
    return new WarcParser({
      record: (record) => {
        if (record.header.joined === undefined) sink.addSpans(spansOf(record, spans));
        else sink.add(documentOf(record));
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

function spansOf({ header: { starts, ends }, offset, inner, bytes, contentStart, contentEnd, valid }: WarcRecord, spans: FoundSpans): FoundSpans {
  spans.bytes = bytes;
  spans.idStart = starts[FIELD.id]!;
  spans.idEnd = ends[FIELD.id]!;
  if (hasWrapper(bytes, spans.idStart, spans.idEnd)) {
    spans.idStart += ID_START.length;
    spans.idEnd -= 1;
  }
  spans.urlStart = starts[FIELD.url]!;
  spans.urlEnd = ends[FIELD.url]!;
  spans.dateStart = starts[FIELD.date]!;
  spans.dateEnd = ends[FIELD.date]!;
  spans.languageStart = starts[FIELD.language]!;
  spans.languageEnd = ends[FIELD.language]!;
  spans.textStart = contentStart;
  spans.textEnd = contentEnd;
  spans.valid = valid;
  spans.offset = offset;
  spans.inner = inner;
  return spans;
}

/** The same for headers with folded values, which lie nowhere in one piece. */
function documentOf({ header, offset, inner, bytes, contentStart, contentEnd }: WarcRecord): FoundDocument {
  const id = header.value(FIELD.id) ?? ABSENT;
  return {
    id: hasWrapper(id, 0, id.length) ? id.subarray(ID_START.length, id.length - 1) : id,
    url: header.value(FIELD.url) ?? ABSENT,
    date: header.value(FIELD.date) ?? ABSENT,
    declaredLanguage: header.value(FIELD.language) ?? ABSENT,
    offset,
    inner,
    text: bytes.subarray(contentStart, contentEnd),
  };
}

function hasWrapper(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= ID_START.length || bytes[end - 1] !== ID_END) return false;
  for (let i = 0; i < ID_START.length; i++) if (bytes[start + i] !== ID_START[i]) return false;
  return true;
}
