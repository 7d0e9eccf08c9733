/**
 * The HTTP response that a WARC record holds (RFC 9112): status, header and the body as it was meant, with chunks joined and compression undone. Crawlers
 * often store the body already decoded under a header that still speaks of it, so what does not begin as the header says is taken as it is.
 */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { headerFields } from './header-fields.js';
import { findHeaderEnd } from './warc-header.js';

export interface HttpResponse {
  readonly status: number;
  /** By names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** As stored: a view. */
  readonly body: Uint8Array;
}

/** `malformed-http`: no status line or no end of the header; the others are of `decodeBody`. */
export const HTTP_REASONS = ['malformed-http', 'damaged-payload', 'unknown-encoding', 'oversize-document'] as const;

/** Codings of one body that are undone at most: more is nobody's mistake. */
const MOST_CODINGS = 4;
const MOST_LINE_BYTES = 4096;
const LF = 0x0a;
const latin1 = new TextDecoder('latin1');

/** Undefined where the bytes are no response. */
export function readHttpResponse(bytes: Uint8Array): HttpResponse | undefined {
  const [, status] = /^HTTP\/\d(?:\.\d)? +(\d{3})(?:[ \r\n]|$)/.exec(latin1.decode(bytes.subarray(0, 64))) ?? [];
  const end = status === undefined ? -1 : findHeaderEnd(bytes, 0, bytes.length);
  if (end < 0) return undefined;
  return { status: Number(status), fields: headerFields(bytes, 0, end), body: bytes.subarray(end) };
}

export type DecodedBody =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'fault'; readonly reason: (typeof HTTP_REASONS)[number]; readonly detail: string };

const fault = (reason: (typeof HTTP_REASONS)[number], detail: string): DecodedBody => ({ kind: 'fault', reason, detail });

/** The body without its transfer and content codings. Memory: `maxBytes` for each coding, one after another. */
export function decodeBody({ fields, body }: HttpResponse, maxBytes: number): DecodedBody {
  const transfer = codingsOf(fields.get('transfer-encoding'));
  const codings = [...codingsOf(fields.get('content-encoding')), ...transfer.filter((coding) => coding !== 'chunked')];
  if (codings.length > MOST_CODINGS) return fault('unknown-encoding', `found ${codings.length} content codings, expected at most ${MOST_CODINGS}`);
  let bytes: Uint8Array | undefined = transfer.includes('chunked') ? joinChunks(body) : body;
  if (bytes === undefined) return fault('damaged-payload', 'found chunks that end early, expected a last chunk of size 0');
  for (const coding of codings.reverse()) { // what was done last is undone first
    const decoder = DECODERS.get(coding);
    if (decoder === undefined) return fault('unknown-encoding', `found the content coding ${JSON.stringify(coding.slice(0, 40))}, expected gzip, deflate or br`);
    if (!decoder.looksLike(bytes)) continue;
    try {
      bytes = decoder.decode(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        return fault('oversize-document', `found more than ${maxBytes} bytes inflated, expected at most so many`);
      }
      return fault('damaged-payload', `found ${error instanceof Error ? error.message : String(error)}, expected a whole ${coding} body`);
    }
  }
  return { kind: 'body', bytes };
}

const codingsOf = (value = ''): string[] => value.toLowerCase().split(',').map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity');

interface Decoder {
  readonly looksLike: (bytes: Uint8Array) => boolean;
  readonly decode: (bytes: Uint8Array, limit: { readonly maxOutputLength: number }) => Uint8Array;
}

const GZIP: Decoder = { looksLike: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b, decode: gunzipSync };
/** RFC 9110 means zlib's format; some servers send deflate alone, as browsers know. */
const hasZlibHeader = (bytes: Uint8Array): boolean => (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + bytes[1]!) % 31 === 0;
/** As there is no telling, what does not inflate in either way is damaged. */
const inflate: Decoder['decode'] = (bytes, limit) => (hasZlibHeader(bytes) ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit));
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  ['deflate', { looksLike: (bytes) => bytes.length > 1, decode: inflate }],
  ['br', { looksLike: (bytes) => bytes.length > 0, decode: brotliDecompressSync }],
]);

/** The chunks of a body end to end (RFC 9112, 7.1), trailers left out; the body itself where it does not begin with a chunk, undefined where chunks end early. */
function joinChunks(body: Uint8Array): Uint8Array | undefined {
  const whole = new Uint8Array(body.length);
  let used = 0;
  for (let at = 0; ;) {
    const lineEnd = body.subarray(at, at + MOST_LINE_BYTES).indexOf(LF);
    const [, digits] = /^([0-9a-f]{1,8})[ \t]*(?:;[^\n]*)?\r?$/i.exec(latin1.decode(body.subarray(at, at + Math.max(0, lineEnd)))) ?? [];
    if (digits === undefined) return at === 0 ? body : undefined;
    const size = parseInt(digits, 16);
    const start = at + lineEnd + 1;
    if (size === 0) return whole.slice(0, used);
    if (start + size > body.length) return undefined;
    whole.set(body.subarray(start, start + size), used);
    used += size;
    at = start + size;
    if (body[at] === 0x0d) at++;
    if (body[at] !== LF) return undefined;
    at++;
  }
}
