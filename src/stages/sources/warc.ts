/**
 * The `warc` source: WARC files (1.0 or 1.1) whose records hold plain text: conversions, resources, and HTTP responses of status 200 with Content-Type
 * text/plain. Requests, metadata and warcinfo records are about others and pass without a word; all else is counted by its reason. Text is not
 * extracted from HTML: a file that holds nothing but such responses fails, and says what to use instead.
 */
import { ShardError } from '../../core/errors.js';
import type { Source } from '../../core/stage.js';
import { DEFAULT_MAX_DOCUMENT_BYTES } from '../../formats/batch-builder.js';
import { isBinary } from '../../formats/binary-text.js';
import { textOf } from '../../formats/charset-text.js';
import { HTTP_REASONS, decodeBody, readHttpResponse } from '../../formats/http-response.js';
import { WarcParser } from '../../formats/warc-record.js';
import { WARC_REASONS, type WarcRecord, type WarcSink } from '../../formats/warc-sink.js';
import { SEGMENT, kindInWarc } from '../../formats/warc-types.js';
import { RECORD_FILE_REASONS, type RecordParser, type RecordSink, readRecordAt, readRecords } from './record-file.js';
import { documentOf, headerMetadata, warcFields } from './warc-document.js';
import type { WetSourceOptions } from './wet.js';

/**
 * Reasons of records that are no documents. Lost: `html-record`; `other-content-type` (no text/plain, or none declared); `http-status` (not 200);
 * `malformed-http`, `damaged-payload`, `unknown-encoding` (http-response.ts); `unknown-charset`; `binary-content` (sent as text, with a
 * NUL byte early); `segmented-record`.
 * Only told: `revisit-record` (its content is elsewhere), `unknown-record-type`, and `truncated-payload` (the crawler cut it; its document follows).
 */
const PAYLOAD_REASONS = [
  'html-record', 'other-content-type', 'http-status', 'unknown-charset', 'binary-content', 'segmented-record', 'revisit-record', 'unknown-record-type',
  'truncated-payload', ...HTTP_REASONS,
] as const;

/** What a response may take beside its text: its header, and the sizes of chunks. */
const HTTP_HEADER_BYTES = 256 * 1024;

type Found =
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | { readonly kind: 'other'; readonly reason: (typeof PAYLOAD_REASONS)[number]; readonly detail: string };

/**
 * Documents carry what the wet source's do. Text without a declared charset counts as UTF-8; a charset that is neither UTF-8 nor of the family of
 * windows-1252 is a loss. Memory: one record, its body decoded, and the open batch.
 */
export function warcSource({ maxDocumentBytes = DEFAULT_MAX_DOCUMENT_BYTES, maxRatio, metadata }: WetSourceOptions = {}): Source {
  const makeParser = (sink: RecordSink): TextParser => new TextParser(sink, maxDocumentBytes, metadata);
  return {
    kind: 'source',
    name: 'warc',
    reasons: [...new Set([...RECORD_FILE_REASONS, ...WARC_REASONS, ...PAYLOAD_REASONS])],
    async *read(shard, signal) {
      let parser: TextParser | undefined;
      yield* readRecords(shard, (sink) => (parser = makeParser(sink)), { maxDocumentBytes, maxRatio }, signal);
      if (parser !== undefined && parser.pages > 0 && parser.texts === 0) {
        throw new ShardError(`${shard.name}: found ${parser.pages} HTML responses and no text, expected records of plain text: `
          + 'extraction of text from HTML is not part of this; use WET files (format: wet)');
      }
    },
    readAt: (shard, offset, inner) => readRecordAt(shard, makeParser, { maxRatio }, offset, inner),
  };
}

class TextParser implements RecordParser {
  /** Records of HTML, and of text, so far. */
  pages = 0;
  texts = 0;
  readonly #sink: RecordSink;
  readonly #parser: WarcParser;
  readonly #maxDocumentBytes: number;
  readonly #metadata: readonly string[] | undefined;

  constructor(sink: RecordSink, maxDocumentBytes: number, metadata: readonly string[] | undefined) {
    this.#sink = sink;
    this.#maxDocumentBytes = maxDocumentBytes;
    this.#metadata = metadata;
    const own: WarcSink = { kindOf: kindInWarc, record: (record) => this.#take(record), fault: (fault) => sink.fault(fault) };
    this.#parser = new WarcParser(own, maxDocumentBytes + HTTP_HEADER_BYTES);
  }

  get mark(): Uint8Array {
    return this.#parser.mark;
  }

  push: RecordParser['push'] = (run) => this.#parser.push(run);
  break: RecordParser['break'] = () => this.#parser.break();
  end: RecordParser['end'] = () => this.#parser.end();

  #take(record: WarcRecord): void {
    const fields = warcFields(record);
    const content = record.bytes.subarray(record.contentStart, record.contentEnd);
    const found = fields.has('warc-segment-number') ? other(SEGMENT.reason, 'part of a segmented record', SEGMENT.expected)
      : textIn(fields, content, this.#maxDocumentBytes);
    const { offset, inner } = record;
    if (found.kind === 'other') {
      if (found.reason === 'html-record') this.pages += 1;
      return this.#sink.fault({ reason: found.reason, offset, inner, bytes: record.contentEnd - record.headerStart, lost: true, detail: found.detail });
    }
    this.texts += 1;
    const cut = fields.get('warc-truncated');
    if (cut !== undefined) {
      const detail = `found WARC-Truncated: ${cut.slice(0, 40)}, expected a whole record; what there is was kept`;
      this.#sink.fault({ reason: 'truncated-payload', offset, inner, bytes: 0, lost: false, detail });
    }
    const document = documentOf(record, found.text);
    this.#sink.add(this.#metadata === undefined ? document : { ...document, metadata: headerMetadata(fields, this.#metadata) });
  }
}

function other(reason: (typeof PAYLOAD_REASONS)[number], found: string, expected: string): Found {
  return { kind: 'other', reason, detail: `found ${found}, expected ${expected}` };
}

/** The text of a record whose WARC header says what its content is. */
function textIn(fields: ReadonlyMap<string, string>, content: Uint8Array, maxBytes: number): Found {
  const declared = fields.get('content-type');
  const type = mediaTypeOf(declared);
  const kind = fields.get('warc-type')?.toLowerCase();
  if (kind === 'conversion') return plainText(content, declared ?? 'text/plain');
  if (type !== 'application/http') return sentText(content, declared);
  if (kind !== 'response') return other('other-content-type', `Content-Type ${type} in a ${kind}`, 'text/plain');
  const response = readHttpResponse(content);
  if (response === undefined) return other('malformed-http', 'no status line or no end of the header', 'an HTTP response');
  if (response.status !== 200) return other('http-status', `HTTP status ${response.status}`, '200');
  const wrong = wrongType(response.fields.get('content-type')); // before the body is decoded, which is work
  if (wrong !== undefined) return wrong;
  const body = decodeBody(response, maxBytes);
  return body.kind === 'fault' ? { kind: 'other', reason: body.reason, detail: body.detail } : sentText(body.bytes, response.fields.get('content-type'));
}

function plainText(bytes: Uint8Array, declared: string | undefined): Found {
  const wrong = wrongType(declared);
  if (wrong !== undefined) return wrong;
  const charset = charsetOf(declared) ?? 'utf-8';
  const text = textOf(bytes, charset);
  if (text === undefined) return other('unknown-charset', `charset ${JSON.stringify(charset.slice(0, 40))}`, 'utf-8, iso-8859-1 or windows-1252');
  return { kind: 'text', text };
}

/** What a server called text may be none; what was made by extracting text is. */
function sentText(bytes: Uint8Array, declared: string | undefined): Found {
  const found = plainText(bytes, declared);
  return found.kind === 'text' && isBinary(found.text) ? other('binary-content', 'a NUL byte in the first 8 KiB', 'text') : found;
}

function wrongType(declared: string | undefined): Found | undefined {
  const type = mediaTypeOf(declared);
  if (type === 'text/plain') return undefined;
  if (type === 'text/html' || type === 'application/xhtml+xml') {
    return other('html-record', `Content-Type ${type}`, 'text/plain: extraction of text from HTML is not part of this');
  }
  return other('other-content-type', type === '' ? 'no Content-Type' : `Content-Type ${type.slice(0, 60)}`, 'text/plain');
}

const mediaTypeOf = (declared = ''): string => declared.replace(/;.*$/su, '').trim().toLowerCase();
const charsetOf = (declared = ''): string | undefined => /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(declared)?.[1];
