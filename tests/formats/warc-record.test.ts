import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, membersOf, noise } from './byte-runs.js';
import type { Fault } from '#src/core/stage.js';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { FIELD } from '#src/formats/warc-header.js';
import { WarcParser } from '#src/formats/warc-record.js';
import { WARC_REASONS } from '#src/formats/warc-sink.js';
import { kindInWet } from '#src/formats/warc-types.js';

interface Found { readonly id: string; readonly text: string; readonly offset: number; readonly inner: number }

async function parse(stored: Uint8Array, sizes?: readonly number[], maxContentBytes = 1 << 20): Promise<{ found: Found[]; faults: Fault[] }> {
  const found: Found[] = [];
  const faults: Fault[] = [];
  const parser = new WarcParser({
    kindOf: kindInWet,
    record: ({ header, offset, inner, bytes, contentStart, contentEnd }) => found.push({
      id: Buffer.from(header.value(FIELD.id) ?? []).toString(), text: Buffer.from(bytes.subarray(contentStart, contentEnd)).toString('latin1'), offset, inner,
    }),
    fault: (fault) => faults.push(fault),
  }, maxContentBytes);
  for await (const item of inflateMembers(blocksOf(stored, sizes))) {
    if (item.kind === 'bytes') parser.push(item);
    else parser.break();
  }
  parser.end();
  for (const { reason } of faults) expect(WARC_REASONS).toContain(reason);
  return { found, faults };
}

function record(id: string, text: string, { length = String(Buffer.byteLength(text)), type = 'conversion', end = '\r\n\r\n' } = {}): string {
  return `WARC/1.0\r\nWARC-Type: ${type}\r\nWARC-Record-ID: ${id}\r\nContent-Length: ${length}\r\n\r\n${text}${end}`;
}
const bytesOf = (...parts: string[]): Buffer => Buffer.from(parts.join(''));
const brief = ({ reason, offset, inner, bytes, lost }: Fault): object => ({ reason, offset, inner, bytes, lost });

describe('WARC records', () => {
  const fixture = join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc');

  it('of Common Crawl in 2014 are read with their fields and places', async () => {
    const bytes = readFileSync(`${fixture}.wet`);
    const whole = bytes.toString('latin1');
    const { found, faults } = await parse(bytes);
    expect(faults).toEqual([]);
    expect(found.map(({ text }) => text.length)).toEqual([629, 626, 1283]);
    expect(found.map(({ id }) => id)).toEqual([...whole.matchAll(/type: conversion[^]*?WARC-Record-ID: (\S+)/gi)].map((match) => match[1]));
    for (const { text, offset, inner } of found) {
      expect(inner).toBe(0);
      expect(whole.slice(offset).startsWith('WARC/1.0\r\nWARC-Type: conversion')).toBe(true);
      expect(whole.indexOf(text)).toBe(whole.indexOf('\r\n\r\n', offset) + 4);
    }
  });

  it('of a file of responses are told, not silent', async () => {
    const { found, faults } = await parse(readFileSync(fixture));
    expect(found).toEqual([]);
    expect(faults).toHaveLength(12);
    expect(new Set(faults.map(({ reason, lost }) => `${reason} ${lost}`))).toEqual(new Set(['not-conversion false']));
    expect(faults[0]!.detail).toContain('"request"');
  });

  it('of both versions, with names in any case and order, folded values and line feeds alone are read', async () => {
    const { found, faults } = await parse(bytesOf(
      'WARC/1.1\ncontent-length: 3\nX-Other:\nWARC-RECORD-ID:   <a>  \nwarc-type: Conversion\n\nabc\n\n',
      'WARC/1.0\r\nContent-Length:\r\n 3\r\nWARC-Type: conversion\r\nX-Long: one\r\n two\r\nWARC-Record-ID: <b\r\n\t>\r\n\r\ndef\r\n\r\n',
      'WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Type: response\r\nContent-Length: \t 0  \r\nContent-Length: 7\r\n\r\n\r\n\r\n',
    ));
    expect(faults.map(brief)).toEqual([]);
    expect(found.map(({ id, text }) => [id, text])).toEqual([['<a>', 'abc'], ['<b >', 'def'], ['', '']]);
  });

  it('are found again in any grouping into members and any blocks, with the same places', async () => {
    const text = fc.string({ maxLength: 200 }).map((s) => s.replace(/WARC\/1\./g, ''));
    await fc.assert(fc.asyncProperty(
      fc.array(fc.array(text, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 3 }),
      async (groups, sizes) => {
        const expected: object[] = [];
        const parts = groups.map((texts, g) => {
          let part = '';
          texts.forEach((content, i) => {
            expected.push({ id: `${g}.${i}`, text: Buffer.from(content).toString('latin1'), group: g, inner: Buffer.byteLength(part) });
            part += record(`${g}.${i}`, content);
          });
          return Buffer.from(part);
        });
        const { stored, plain, offsets } = membersOf(parts);
        const many = await parse(stored, sizes);
        expect(many.faults).toEqual([]);
        expect(many.found.map(({ offset, ...rest }) => ({ ...rest, group: offsets.indexOf(offset) }))).toEqual(expected);
        const one = membersOf([plain]);
        const single = await parse(one.stored, sizes);
        const flat = await parse(plain, sizes);
        expect(single.faults).toEqual([]);
        expect(flat.faults).toEqual([]);
        expect(flat.found.map(({ inner }) => inner)).toEqual(flat.found.map(() => 0));
        expect(single.found.map(({ inner }) => inner)).toEqual(flat.found.map(({ offset }) => offset));
        expect(flat.found.map(({ id, text: t }) => id + t)).toEqual(many.found.map(({ id, text: t }) => id + t));
      },
    ), { numRuns: 60 });
  });

  it('keep their fields when bytes are moved in memory between header and end', async () => {
    const large = record('large', 'x'.repeat(900_000)); // leaves a large window behind, in which later bytes are moved to its front
    const many = Array.from({ length: 300 }, (_, i) => record(`id-${i}`, String(i).repeat(200)));
    const { found, faults } = await parse(gzipSync(bytesOf(large, ...many, noise(2 << 20).toString('base64'))), [1 << 20]);
    expect(faults.map(({ reason }) => reason)).toEqual(['garbage-between-records']);
    expect(found.map(({ id }) => id)).toEqual(['large', ...many.map((_, i) => `id-${i}`)]);
    const plain = bytesOf(large, ...many);
    expect((await parse(plain, [7000, 300, 1])).found.map(({ id }) => id)).toEqual(['large', ...many.map((_, i) => `id-${i}`)]);
  });

  it('may lie across members', async () => {
    const plain = bytesOf(record('a', 'x'.repeat(500)), record('b', 'y'.repeat(500)), record('c', 'z'));
    const parts = Array.from({ length: Math.ceil(plain.length / 97) }, (_, i) => plain.subarray(97 * i, 97 * (i + 1)));
    const { stored, offsets } = membersOf(parts);
    const { found, faults } = await parse(stored);
    expect(faults).toEqual([]);
    expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    for (const { id, offset, inner } of found) {
      expect(offsets.indexOf(offset) * 97 + inner).toBe(plain.indexOf(`WARC-Record-ID: ${id}`) - 'WARC/1.0\r\nWARC-Type: conversion\r\n'.length);
    }
  });
});

describe('a bad record', () => {
  const good = record('good', 'some text\n\nwith a paragraph');
  const after = record('after', 'more text');
  const lost = (reason: string, bytes: number): object => ({ reason, offset: good.length, inner: 0, bytes, lost: true });
  const cases: [name: string, bad: string, reason: string][] = [
    ['without a Content-Length', 'WARC/1.0\r\nWARC-Type: conversion\r\n\r\ntext\r\n\r\n', 'content-length-missing'],
    ['with a Content-Length that is no number', record('bad', 'text', { length: 'abc' }), 'content-length-invalid'],
    ['with a negative Content-Length', record('bad', 'text', { length: '-4' }), 'content-length-invalid'],
    ['with a fractional Content-Length', record('bad', 'text', { length: '4.0' }), 'content-length-invalid'],
    ['with a signed Content-Length', record('bad', 'text', { length: '+4' }), 'content-length-invalid'],
    ['with two numbers in its Content-Length', record('bad', 'text', { length: '4 4' }), 'content-length-invalid'],
    ['with a hexadecimal Content-Length', record('bad', 'text', { length: '0x4' }), 'content-length-invalid'],
    ['with a second Content-Length that would fit, as the first counts', record('bad', 'text', { length: '9\r\nContent-Length: 4' }), 'content-length-mismatch'],
    ['with an empty Content-Length', record('bad', 'text', { length: '' }), 'content-length-invalid'],
    ['with a Content-Length beyond any file', record('bad', 'text', { length: '9'.repeat(30) }), 'content-length-invalid'],
    ['with a Content-Length longer than its text by 5', record('bad', 'text', { length: '9' }), 'content-length-mismatch'],
    ['with a Content-Length that ends inside the next record', record('bad', 'text', { length: '60' }), 'content-length-mismatch'],
    ['with a Content-Length longer than the file', record('bad', 'text', { length: '5000' }), 'content-length-mismatch'],
    ['with a Content-Length longer than the limit and the file', record('bad', 'text', { length: '5000000000' }), 'content-length-mismatch'],
    ['with a Content-Length shorter than its text', record('bad', 'text and more', { length: '4' }), 'content-length-mismatch'],
    ['with a Content-Length that ends at a paragraph', record('bad', 'text\n\nmore', { length: '4' }), 'content-length-mismatch'],
    ['with a header line without a colon', 'WARC/1.0\r\nWARC-Type conversion\r\nContent-Length: 4\r\n\r\ntext\r\n\r\n', 'malformed-header'],
    ['with a header that begins folded', 'WARC/1.0\r\n WARC-Type: conversion\r\nContent-Length: 4\r\n\r\ntext\r\n\r\n', 'malformed-header'],
    ['with a header without an end', 'WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 4\r\n', 'header-without-end'],
    ['with an endless header', `WARC/1.0\r\n${'X-Fill: abcdefgh\r\n'.repeat(5000)}Content-Length: 0\r\n\r\n\r\n\r\n`, 'header-without-end'],
    ['that is garbage', 'garbage\r\nmore garbage WARC/1.0\r\n\r\n', 'garbage-between-records'],
  ];

  it.each(cases)('%s is one fault, and the records around it are read', async (_name, bad, reason) => {
    const plain = bytesOf(good, bad, after);
    for (const sizes of [[1 << 20], [1, 7, 64]]) {
      const { found, faults } = await parse(plain, sizes);
      expect(faults.map(brief)).toEqual([lost(reason, bad.length)]);
      expect(found.map(({ id, offset }) => [id, offset])).toEqual([['good', 0], ['after', good.length + bad.length]]);
    }
  });

  it.each(cases)('%s in a member of its own is one fault there', async (_name, bad, reason) => {
    const { stored, offsets } = membersOf([good, bad, after].map((part) => Buffer.from(part)));
    for (const sizes of [[1 << 20], [1, 7, 64]]) {
      const { found, faults } = await parse(stored, sizes);
      expect(faults.map(brief)).toEqual([{ reason, offset: offsets[1], inner: 0, bytes: bad.length, lost: true }]);
      expect(found.map(({ id, offset }) => [id, offset])).toEqual([['good', 0], ['after', offsets[2]]]);
    }
  });

  it.each([[65_000, 0], [66_000, 1]])('is one with a header of %i bytes: %i faults', async (bytes, count) => {
    const { faults } = await parse(bytesOf(`WARC/1.0\r\nX-Fill: ${'a'.repeat(bytes)}\r\nWARC-Type: conversion\r\nContent-Length: 1\r\n\r\na\r\n\r\n`));
    expect(faults.map(({ reason }) => reason)).toEqual(Array.from({ length: count }, () => 'header-without-end'));
  });

  it.each([[999, 0], [1000, 0], [1001, 1]])('is one of %i bytes where 1000 are allowed: %i faults', async (bytes, count) => {
    const { found, faults } = await parse(bytesOf(record('large', 'x'.repeat(bytes)), after), [333], 1000);
    expect(faults.map(brief)).toEqual(Array.from({ length: count }, () => ({ reason: 'oversize-document', offset: 0, inner: 0, bytes, lost: true })));
    expect(found.map(({ id }) => id)).toEqual(count === 0 ? ['large', 'after'] : ['after']);
  });

  it('may be followed by one within a line, wherever blocks end: behind garbage, and where it was cut', async () => {
    for (const bad of ['garbage without a line end ', record('cut', 'a text that ends too early', { length: '5000', end: '' })]) {
      const stored = bytesOf(good, bad, after.replace('WARC/1.0', 'WARC/1.1'), record('last', 'text'));
      for (let size = 1; size < 40; size++) {
        const { found, faults } = await parse(stored, [size]);
        expect(found.map(({ id }) => id), `${size}`).toEqual(['good', 'after', 'last']);
        expect(faults.map(({ offset, bytes }) => [offset, bytes])).toEqual([[good.length, bad.length]]);
      }
    }
  });

  it('at the end of a plain file is told, wherever the file is cut, and no text is partial', async () => {
    const plain = bytesOf(good, after);
    const last = plain.length - 4; // the line ends that close the last record
    for (let cut = 1; cut <= plain.length; cut++) {
      const { found, faults } = await parse(plain.subarray(0, cut));
      const whole = cut >= last ? 2 : cut >= good.length - 4 ? 1 : 0;
      expect(found.map(({ text }) => text), `cut at ${cut}`).toEqual(['some text\n\nwith a paragraph', 'more text'].slice(0, whole));
      const clean = cut >= last || (cut >= good.length - 4 && cut <= good.length);
      expect(faults.map(({ lost: isLost }) => isLost)).toEqual(clean ? [] : [true]);
    }
  });

  it('that claims a huge length passes by without being held', async () => {
    const block = Buffer.alloc(1 << 20, 'text of no record at all\n');
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* blocks(): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from(record('huge', '', { length: '1000000000000', end: '' }));
      for (let i = 0; i < 100; i++) {
        yield block;
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      }
      yield bytesOf('\r\n\r\n', after);
    }
    const seen: string[] = [];
    const parser = new WarcParser({ kindOf: kindInWet, record: ({ header }) => seen.push(Buffer.from(header.value(FIELD.id)!).toString()), fault: ({ reason }) => seen.push(reason) }, 16 << 20);
    for await (const item of inflateMembers(blocks())) if (item.kind === 'bytes') parser.push(item);
    parser.end();
    expect(seen).toEqual(['content-length-mismatch', 'after']);
    expect(peak).toBeLessThan(80 << 20);
  });
});
