/** WARC files of HTTP responses with plain text: chunks and their trailers, codings that lie, headers that no server should send. What is no text, or damaged, costs its record. */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { gzipMember } from '#src/formats/gzip-member.js';
import type { BrokenCase } from './case.js';
import { texts } from './good.js';

const AT = 2;
const TEXT = texts[AT]!; // there are more
const PLAIN = 'Content-Type: text/plain; charset=utf-8\r\n';

function warcRecord(content: Uint8Array, name: string, type = 'response', fields = ''): Buffer {
  const head = `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Record-ID: <urn:uuid:${name}>\r\nWARC-Target-URI: http://x/${name}\r\nWARC-Date: 2024-05-18T00:00:00Z\r\n`
    + `Content-Type: application/http; msgtype=response\r\n${fields}Content-Length: ${content.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from('\r\n\r\n')]);
}

const response = (fields: string, body: Uint8Array, status = 'HTTP/1.1 200 OK'): Buffer => Buffer.concat([Buffer.from(`${status}\r\n${fields}\r\n`, 'latin1'), body]);
const CHUNKED = `${PLAIN}Transfer-Encoding: chunked\r\n`;
const PACKED = `${PLAIN}Content-Encoding: gzip\r\n`;

/** `body` in chunks of the sizes given, over and over. */
function chunks(body: Buffer, sizes: readonly number[], { end = '0\r\n\r\n', size = (bytes: number) => bytes.toString(16) } = {}): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, i = 0; at < body.length; i++) {
    const piece = body.subarray(at, at + sizes[i % sizes.length]!); // not empty
    parts.push(Buffer.from(`${size(piece.length)}\r\n`), piece, Buffer.from('\r\n'));
    at += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from(end)]);
}

/** Without a fault the record is read, as its text or as what is given. */
const CHANGES: readonly (readonly [name: string, what: string, content: Buffer, fault?: string | undefined, text?: Buffer])[] = [
  ['chunks', 'chunks', response(CHUNKED, chunks(TEXT, [1, 100, 7]))],
  ['chunk-trailers', 'trailers behind the last chunk', response(CHUNKED, chunks(TEXT, [300], { end: '0\r\nX-Trailer: a\r\nX-Other: b\r\n\r\n' }))],
  ['chunk-extensions', 'extensions of chunks', response(CHUNKED, chunks(TEXT, [300], { size: (bytes) => `${bytes.toString(16).toUpperCase()} ;name="a;b"` }))],
  ['chunk-zeros', 'sizes with zeros before them', response(CHUNKED, chunks(TEXT, [300], { size: (bytes) => bytes.toString(16).padStart(8, '0') }))],
  ['chunk-none', 'a body without the chunks that its header speaks of: as crawlers store it', response(CHUNKED, TEXT)],
  ['chunk-end', 'no last chunk', response(CHUNKED, chunks(TEXT, [300], { end: '' })), 'damaged-payload'],
  ['chunk-long', 'a chunk longer than the body', response(CHUNKED, chunks(TEXT, [TEXT.length], { size: (bytes) => (bytes + 500).toString(16) })), 'damaged-payload'],
  ['chunk-short', 'a chunk that ends before its line end', response(CHUNKED, chunks(TEXT, [TEXT.length], { size: (bytes) => (bytes - 9).toString(16) })), 'damaged-payload'],
  ['chunk-huge', 'a chunk of 4 GiB', response(CHUNKED, chunks(TEXT, [TEXT.length], { size: () => 'ffffffff' })), 'damaged-payload'],
  ['chunk-second', 'a second chunk of a negative size', response(CHUNKED, Buffer.concat([chunks(TEXT, [300], { end: '' }), Buffer.from('-5\r\nabcde\r\n0\r\n\r\n')])), 'damaged-payload'],
  ['packed', 'a packed body', response(PACKED, gzipSync(TEXT))],
  ['packed-chunks', 'a packed body in chunks', response(`${CHUNKED}Content-Encoding: gzip\r\n`, chunks(gzipSync(TEXT), [50]))],
  ['packed-not', 'a body that is not packed under a header that says so', response(PACKED, TEXT)],
  ['packed-half', 'half of a packed body', response(PACKED, gzipSync(TEXT).subarray(0, 200)), 'damaged-payload'],
  ['packed-bomb', 'a packed body of 17 MiB', response(PACKED, gzipSync(Buffer.alloc(17 << 20, 'x'))), 'oversize-document'],
  ['packed-odd', 'a coding that nobody knows', response(`${PLAIN}Content-Encoding: rot13\r\n`, TEXT), 'unknown-encoding'],
  ['packed-often', 'five codings', response(`${PLAIN}Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n`, TEXT), 'unknown-encoding'],
  ['http-length', 'a Content-Length of HTTP that is wrong: the record\'s counts', response(`${PLAIN}Content-Length: 5\r\n`, TEXT)],
  ['http-latin1', 'a header in Latin-1', response(`${PLAIN}X-Name: m\xfcnchen\r\n`, TEXT)],
  ['http-folded', 'a folded header', response('Content-Type:\r\n text/plain\r\n', TEXT)],
  ['http-line-feeds', 'line feeds alone', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\nContent-Type: text/plain\n\n'), TEXT])],
  ['http-no-end', 'a header without end', Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/plain'), 'malformed-http'],
  ['http-no-status', 'no status line', Buffer.concat([Buffer.from('Content-Type: text/plain\r\n\r\n'), TEXT]), 'malformed-http'],
  ['http-empty', 'no content at all', Buffer.alloc(0), 'malformed-http'],
  ['http-404', 'status 404', response(PLAIN, TEXT, 'HTTP/1.1 404 Not Found'), 'http-status'],
  ['http-html', 'HTML', response('Content-Type: text/html\r\n', TEXT), 'html-record'],
  ['http-no-type', 'no Content-Type', response('', TEXT), 'other-content-type'],
  ['http-picture', 'a picture', response('Content-Type: image/png\r\n', TEXT), 'other-content-type'],
  ['http-binary', 'NUL in what is called text', response(PLAIN, Buffer.from('a\0b')), 'binary-content'],
  ['http-white', 'a body of white space', response(PLAIN, Buffer.from('\r\n')), 'empty-text'],
  ['charset-latin1', 'text in Latin-1 that says so', response('Content-Type: text/plain; charset=ISO-8859-1\r\n', Buffer.from('m\xfcnchen \x80', 'latin1')), undefined, Buffer.from('münchen €')],
  ['charset-silent', 'text in Latin-1 that does not', response('Content-Type: text/plain\r\n', Buffer.from('m\xfcnchen', 'latin1')), 'repaired: invalid-utf8', Buffer.from('m\ufffdnchen')],
  ['charset-odd', 'a charset that is not read', response('Content-Type: text/plain; charset=koi8-r\r\n', TEXT), 'unknown-charset'],
];

export function responseCases(): BrokenCase[] {
  const good = texts.slice(0, 5).map((text, i) => warcRecord(response(PLAIN, text), `good-${i}`));
  return CHANGES.flatMap(([name, what, content, fault, text = TEXT]) => {
    const parts = good.map((record, i) => (i === AT ? warcRecord(content, name) : record));
    const isRead = fault === undefined || fault.startsWith('repaired: ');
    const documents = texts.slice(0, 5).flatMap((expected, i) => (i !== AT ? [expected] : isRead ? [text] : []));
    const expected = { format: 'warc', documents, faults: fault === undefined ? {} : { [fault]: 1 } } as const;
    return [
      { name: `${name}.warc`, what, bytes: Buffer.concat(parts), ...expected },
      { name: `${name}.warc.gz`, what: `${what}, in gzip`, bytes: Buffer.concat(parts.map((part) => gzipMember(part, 6))), ...expected },
    ];
  });
}
