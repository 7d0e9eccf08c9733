/** WARC records whose headers or lengths are not what the standard asks for: some are read all the same, the others lost by a reason of their own, and never more than they. */
import { Buffer } from 'node:buffer';
import { gzipMember } from '#src/formats/gzip-member.js';
import type { BrokenCase } from './case.js';
import { texts, wetRecords } from './good.js';

/** The record that is changed stands between good ones. */
const BEFORE = 2;
const [record, text] = [wetRecords[BEFORE]!, texts[BEFORE]!]; // there are more
const latin1 = record.toString('latin1');
const length = text.length;

type Change = (record: string) => string;
const lengthOf = (value: string): Change => (found) => found.replace(/(?<=Content-Length:) \d+/, value);
const afterFirstLine = (lines: string): Change => (found) => found.replace('\r\n', `\r\n${lines}`);

/** `fault`: the record is lost for it; without: it is read. */
const CHANGES: readonly (readonly [name: string, what: string, change: Change, fault?: string])[] = [
  ['length-long', 'a Content-Length one too long', lengthOf(` ${length + 5}`), 'content-length-mismatch'],
  ['length-longer', 'a Content-Length that reaches far into the next records', lengthOf(` ${length + 2000}`), 'content-length-mismatch'],
  ['length-short', 'a Content-Length 40 too short', lengthOf(` ${length - 40}`), 'content-length-mismatch'],
  ['length-zero', 'a Content-Length of 0 with content', lengthOf(' 0'), 'content-length-mismatch'],
  ['length-negative', 'a negative Content-Length', lengthOf(' -1'), 'content-length-invalid'],
  ['length-huge', 'a Content-Length of a petabyte', lengthOf(' 999999999999999'), 'content-length-mismatch'],
  ['length-beyond', 'a Content-Length beyond all numbers', lengthOf(` ${'9'.repeat(400)}`), 'content-length-invalid'],
  ['length-empty', 'an empty Content-Length', lengthOf(''), 'content-length-invalid'],
  ['length-words', 'a Content-Length with words behind it', lengthOf(` ${length} bytes`), 'content-length-invalid'],
  ['length-hex', 'a Content-Length in hexadecimal', lengthOf(` 0x${length.toString(16)}`), 'content-length-invalid'],
  ['length-signed', 'a Content-Length with a sign', lengthOf(` +${length}`), 'content-length-invalid'],
  ['length-missing', 'no Content-Length', (found) => found.replace(/Content-Length: \d+\r\n/, ''), 'content-length-missing'],
  ['length-zeros', 'a Content-Length with zeros before it', lengthOf(` 000${length}`)],
  ['length-spaces', 'a Content-Length with white space around it', lengthOf(`\t  ${length} \t`)],
  ['length-tight', 'a Content-Length without a space before it', lengthOf(`${length}`)],
  ['length-twice', 'a Content-Length twice, the same', (found) => found.replace(/(Content-Length: \d+\r\n)/, '$1$1')],
  ['length-again', 'a second Content-Length that differs: the first counts', (found) => found.replace(/(Content-Length: \d+\r\n)/, '$1Content-Length: 3\r\n')],
  ['folded', 'folded headers', (found) => found.replace('WARC-Date: ', 'WARC-Date:\r\n\t ').replace('Content-Type: ', 'Content-Type: text/\r\n ')],
  ['folded-length', 'a folded Content-Length', (found) => found.replace('Content-Length: ', 'Content-Length:\r\n  ')],
  ['fold-first', 'a header that begins with a folded line', afterFirstLine(' folded of nothing\r\n'), 'malformed-header'],
  ['line-feeds', 'headers that end in line feeds alone', (found) => found.slice(0, found.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n') + '\n\n' + found.slice(found.indexOf('\r\n\r\n') + 4)],
  ['mixed-ends', 'CRLF and line feeds in one header', (found) => found.replace('\r\nWARC-Date', '\nWARC-Date')],
  ['names', 'names in capitals, without a space behind the colon', (found) => found.replace(/^(WARC-[\w-]+|Content-[\w-]+): /gm, (name) => `${name.trim().toUpperCase()}`)],
  ['latin1', 'a header in Latin-1', (found) => found.replace(/WARC-Target-URI: .*\r\n/, 'WARC-Target-URI: http://m\xfcnchen.example/\xdf\r\n')],
  ['duplicate', 'fields twice', (found) => found.replace('WARC-Date', 'WARC-Type: response\r\nWARC-Target-URI: http://second.example/\r\nWARC-Date')],
  ['empty-values', 'fields without values', (found) => found.replace(/WARC-Target-URI: .*\r\n/, 'WARC-Target-URI:\r\n').replace(/WARC-Date: .*\r\n/, 'WARC-Date:   \r\n')],
  ['no-colon', 'a header line without a colon', afterFirstLine('a line that is no field\r\n'), 'malformed-header'],
  ['no-name', 'a field without a name', afterFirstLine(': value\r\n'), 'malformed-header'],
  ['nul', 'NUL in a header', afterFirstLine('X-\0: \0\r\n')],
  ['long-header', 'a header of 70,000 bytes', afterFirstLine(`X-Long: ${'x'.repeat(70_000)}\r\n`), 'header-without-end'],
  ['many-fields', 'a header of 1000 fields', afterFirstLine('X-Field: value\r\n'.repeat(1000))],
  ['version-2', 'a version that does not exist', (found) => found.replace('WARC/1.0', 'WARC/2.0'), 'garbage-between-records'],
  ['version-1.1', 'version 1.1', (found) => found.replace('WARC/1.0', 'WARC/1.1')],
  ['no-type', 'no WARC-Type', (found) => found.replace('WARC-Type: conversion\r\n', ''), 'repaired: not-conversion'],
  ['response', 'a response among conversions', (found) => found.replace('WARC-Type: conversion', 'WARC-Type: response'), 'repaired: not-conversion'],
  ['no-blank-line', 'no blank line behind the header', (found) => found.replace(/\r\n\r\n[^]*$/, '\r\n'), 'header-without-end'],
  ['endless', 'a header that ends the record', (found) => found.slice(0, found.indexOf('WARC-Date')), 'header-without-end'],
];

export function recordCases(): BrokenCase[] {
  return CHANGES.flatMap(([name, what, change, fault]) => {
    const parts = wetRecords.slice(0, 6).map((good, i) => (i === BEFORE ? Buffer.from(change(latin1), 'latin1') : good));
    const documents = texts.slice(0, 6).filter((_, i) => i !== BEFORE || fault === undefined);
    const expected = { format: 'wet', documents, faults: fault === undefined ? {} : { [fault]: 1 } } as const;
    return [
      { name: `${name}.warc.wet`, what, bytes: Buffer.concat(parts), ...expected },
      { name: `${name}.warc.wet.gz`, what: `${what}, in gzip`, bytes: Buffer.concat(parts.map((part) => gzipMember(part, 6))), ...expected },
    ];
  });
}
