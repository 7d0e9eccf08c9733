/** The fields of a document from the header of a WARC record: what the sources `wet` and `warc` share. */
import { Buffer, isUtf8 } from 'node:buffer';
import { wholeFromLatin1 } from '../../formats/charset-text.js';
import type { FoundDocument, FoundSpans } from '../../formats/found-document.js';
import { headerFields } from '../../formats/header-fields.js';
import { FIELD, type Field, type WarcHeader } from '../../formats/warc-header.js';
import type { WarcRecord } from '../../formats/warc-sink.js';

const ABSENT = new Uint8Array(0);
const ID_START = new TextEncoder().encode('<urn:uuid:');
const ANGLE = 0x3c;
const ID_END = 0x3e;

/** The fields as places in the record's bytes, written into `spans`: for a record that is UTF-8 and whose header has no folded values. */
export function spansOf({ header: { starts, ends }, offset, inner, bytes, contentStart, contentEnd, valid }: WarcRecord, spans: FoundSpans): FoundSpans {
  spans.bytes = bytes;
  spans.idStart = starts[FIELD.id]!;
  spans.idEnd = ends[FIELD.id]!;
  if (hasWrapper(bytes, spans.idStart, spans.idEnd)) {
    spans.idStart += ID_START.length;
    spans.idEnd -= 1;
  }
  spans.urlStart = starts[FIELD.url]!;
  spans.urlEnd = ends[FIELD.url]!;
  if (isBracketed(bytes, spans.urlStart, spans.urlEnd)) {
    spans.urlStart += 1;
    spans.urlEnd -= 1;
  }
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

/** The same as values, whatever the header holds. */
export function documentOf({ header, offset, inner }: WarcRecord, text: Uint8Array): FoundDocument {
  const id = valueOf(header, FIELD.id);
  const url = valueOf(header, FIELD.url);
  return {
    id: hasWrapper(id, 0, id.length) ? id.subarray(ID_START.length, id.length - 1) : id,
    url: isBracketed(url, 0, url.length) ? url.subarray(1, url.length - 1) : url,
    date: valueOf(header, FIELD.date),
    declaredLanguage: valueOf(header, FIELD.language),
    offset,
    inner,
    text,
  };
}

/** A value as UTF-8: what is none comes from writers that copied Latin-1. */
function valueOf(header: WarcHeader, field: Field): Uint8Array {
  const value = header.value(field) ?? ABSENT;
  return isUtf8(value) ? value : wholeFromLatin1(value);
}

/** A JSON object of the header's fields with these names, under the names as they were asked for; empty where it has none of them. */
export function headerMetadata(fields: ReadonlyMap<string, string>, names: readonly string[]): Uint8Array {
  const found = names.flatMap((name) => {
    const value = fields.get(name.toLowerCase());
    return value === undefined ? [] : [[name, value] as const];
  });
  return found.length === 0 ? ABSENT : Buffer.from(JSON.stringify(Object.fromEntries(found)));
}

/** The header of a record, as strings. */
export const warcFields = ({ bytes, headerStart, contentStart }: WarcRecord): ReadonlyMap<string, string> => headerFields(bytes, headerStart, contentStart);

/** `<urn:uuid:...>`, of which the inside is the id. */
function hasWrapper(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= ID_START.length || bytes[end - 1] !== ID_END) return false;
  for (let i = 0; i < ID_START.length; i++) if (bytes[start + i] !== ID_START[i]) return false;
  return true;
}

/** WARC/1.0's grammar puts addresses in angle brackets, and a few writers do. */
const isBracketed = (bytes: Uint8Array, start: number, end: number): boolean => end - start > 1 && bytes[start] === ANGLE && bytes[end - 1] === ID_END;
