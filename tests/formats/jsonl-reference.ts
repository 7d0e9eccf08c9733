/** What a JSONL line gives, by decoding it and JSON.parse: the slow way, which the byte scanner is held to. */
import { repairUtf8 } from '#src/formats/utf8-repair.js';
import { isBlank } from '#src/formats/white-space.js';
import type { FoundDocument, FoundSpans } from '#src/formats/found-document.js';
import { valueAt } from '#src/formats/json-path.js';
import { JsonlParser } from '#src/formats/jsonl.js';
import type { JsonlFields } from '#src/formats/jsonl-record.js';

/** What one line gave: a reason why it is no document, or what the document holds; undefined for a blank line. Ids that are numbers are numbers here. */
export type LineResult = { readonly reason: string; readonly detail: string } | {
  readonly text: string; readonly id: string | number; readonly url: string; readonly metadata: string; readonly repaired: string | undefined;
} | undefined;

export function referenceLine(bytes: Uint8Array, { text: textField, id: idField, url: urlField, metadata = [] }: JsonlFields): LineResult {
  const line = repairUtf8(bytes);
  if (isBlank(line.text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(line.text));
  } catch {
    return { reason: 'invalid-json', detail: `found a line of ${bytes.length} bytes that is not JSON, expected an object` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { reason: 'not-an-object', detail: `found ${kindOf(value)}, expected an object` };
  const text = valueAt(value, textField);
  if (text === undefined || text === null) return { reason: 'no-text', detail: `found no "${textField}", expected a string` };
  if (typeof text !== 'string') return { reason: 'text-not-string', detail: `found ${kindOf(text)} as "${textField}", expected a string` };
  const id = valueAt(value, idField);
  const url = valueAt(value, urlField);
  const fields = metadata.map((name) => [name, valueAt(value, name)] as const).filter(([, one]) => one !== undefined);
  return {
    text: text.toWellFormed(), id: typeof id === 'string' ? id.toWellFormed() : typeof id === 'number' ? id : '', url: typeof url === 'string' ? url.toWellFormed() : '',
    metadata: fields.length === 0 ? '' : JSON.stringify(Object.fromEntries(fields)),
    repaired: line.repaired ? 'found bytes that are not UTF-8, replaced by U+FFFD' : text.isWellFormed() ? undefined : 'found half of a surrogate pair, replaced by U+FFFD',
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The same from the parser itself; `bytes` without line ends. Where the reference has a number as id, so must the parser have written one. */
export function scannedLine(bytes: Uint8Array, fields: JsonlFields, reference: LineResult): LineResult {
  let result: LineResult;
  let repaired: string | undefined;
  const stringOf = (part: string | Uint8Array): string => (typeof part === 'string' ? part : new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(part));
  const take = ({ text, id, url, metadata = '' }: Pick<FoundDocument, 'text' | 'id' | 'url'> & { readonly metadata?: string | Uint8Array }): void => {
    const own = stringOf(id);
    const numeric = reference !== undefined && 'id' in reference && typeof reference.id === 'number' && NUMBER.test(own);
    const carried = stringOf(metadata);
    result = { text: stringOf(text), id: numeric ? Number(own) : own, url: stringOf(url), metadata: carried === '' ? '' : JSON.stringify(JSON.parse(carried)), repaired };
  };
  const parser = new JsonlParser({
    add: take,
    addSpans: (found) => take(separate(found)),
    fault: ({ reason, detail, lost }) => {
      if (lost) result = { reason, detail };
      else repaired = detail;
    },
  }, fields, 1 << 20);
  const line = new Uint8Array(bytes.length + 1);
  line.set(bytes);
  line[bytes.length] = 0x0a;
  parser.push({ kind: 'bytes', bytes: line, starts: [{ at: 0, offset: 0 }], ended: false, plain: true });
  parser.end();
  return result;
}

/** A document that was given as places in one buffer, as values of their own. */
export function separate({ bytes, idStart, idEnd, urlStart, urlEnd, textStart, textEnd, carries, metadataStart, metadataEnd, offset, inner }: FoundSpans) {
  return { id: bytes.slice(idStart, idEnd), url: bytes.slice(urlStart, urlEnd), text: bytes.slice(textStart, textEnd), offset, inner, ...(carries ? { metadata: bytes.slice(metadataStart, metadataEnd) } : {}) };
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
