import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { columnOf, documentBytes, utf8At } from '#src/core/document-batch.js';
import { ShardError } from '#src/core/errors.js';
import type { Fault, Shard, Source } from '#src/core/stage.js';
import { conversionRecord } from '#src/formats/wet-writer.js';
import { wetSource } from '#src/stages/sources/wet.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-wet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = readFileSync(join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc.wet'));

function shardOf(bytes: Uint8Array, name = 'web/shard.wet'): Shard {
  const path = join(folder, 'shard');
  writeFileSync(path, bytes);
  return { source: 'web', name, files: [{ name, path, bytes: bytes.length }] };
}

interface Row { readonly id: string; readonly url: string; readonly date: string; readonly language: string; readonly offset: number; readonly inner: number; readonly text: Buffer }

async function read(source: Source, shard: Shard): Promise<{ rows: Row[]; faults: Fault[] }> {
  const rows: Row[] = [];
  const faults: Fault[] = [];
  for await (const item of source.read(shard)) {
    if (item.kind === 'faults') {
      faults.push(...item.faults);
      continue;
    }
    const { batch } = item;
    for (let row = 0; row < batch.length; row++) {
      const string = (name: string): string => utf8At(columnOf(batch, name, 'utf8'), row);
      const number = (name: string): number => columnOf(batch, name, 'float64').values[row]!;
      rows.push({ id: string('id'), url: string('url'), date: string('date'), language: string('declaredLanguage'), offset: number('offset'), inner: number('inner'), text: Buffer.from(documentBytes(batch, row)) });
    }
  }
  for (const { reason } of faults) expect(source.reasons).toContain(reason);
  return { rows, faults };
}

async function expectFoundAgain(source: Source, shard: Shard, rows: readonly Row[]): Promise<void> {
  for (const { offset, inner, text } of rows) expect(Buffer.from(await source.readAt(shard, offset, inner)).equals(text)).toBe(true);
}

/** The naive reading: split at record starts, fields by regular expression. */
function naive(plain: Buffer): { id: string; url: string; date: string; text: string }[] {
  return plain.toString('latin1').split(/(?<=\r\n\r\n)(?=WARC\/1\.)/).filter((record) => record.includes('WARC-Type: conversion')).map((record) => {
    const head = record.slice(0, record.indexOf('\r\n\r\n'));
    const field = (name: string): string => new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(head)?.[1] ?? '';
    const body = record.slice(head.length + 4, head.length + 4 + Number(field('Content-Length')));
    return { id: field('WARC-Record-ID').replace(/^<urn:uuid:|>$/g, ''), url: field('WARC-Target-URI'), date: field('WARC-Date'), text: body };
  });
}
const brief = (rows: readonly Row[]): object[] => rows.map(({ id, url, date, text }) => ({ id, url, date, text: text.toString('latin1') }));

describe('the wet source', () => {
  const records = fixture.toString('latin1').split(/(?<=\r\n\r\n)(?=WARC\/1\.)/).map((record) => gzipSync(Buffer.from(record, 'latin1')));

  it.each([
    ['plain', fixture],
    ['with a member for each record', Buffer.concat(records)],
    ['as one member', gzipSync(fixture)],
  ])('reads real records %s and finds each again', async (_name, stored) => {
    const shard = shardOf(stored);
    const { rows, faults } = await read(wetSource(), shard);
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(3);
    expect(brief(rows)).toEqual(naive(stored[0] === 0x1f ? gunzipSync(stored) : stored));
    await expectFoundAgain(wetSource(), shard, rows);
    await expect(wetSource().readAt(shard, 0, 0)).rejects.toThrow(ShardError); // the warcinfo record
    await expect(wetSource().readAt(shard, rows[0]!.offset, rows[0]!.inner + 1)).rejects.toThrow(/found no document/);
  });

  it('reads the headers of later crawls', async () => {
    const record = conversionRecord({ uri: 'http://é/', date: '2024-05-18T00:00:00Z', id: 'a-b', refersTo: 'c', language: 'eng,deu', text: Buffer.from('words') });
    const { rows } = await read(wetSource(), shardOf(gzipSync(record)));
    expect(rows).toEqual([{ id: 'a-b', url: 'http://é/', date: '2024-05-18T00:00:00Z', language: 'eng,deu', offset: 0, inner: 0, text: Buffer.from('words') }]);
  });

  it('gives documents without an id their place, and keeps other ids as they are', async () => {
    const part = (id: string): string => `WARC/1.0\r\nWARC-Type: conversion\r\n${id}Content-Length: 1\r\n\r\nx\r\n\r\n`;
    const { rows } = await read(wetSource(), shardOf(gzipSync(part('') + part('') + part('WARC-Record-ID: <other>\r\n'))));
    expect(rows.map(({ id }) => id)).toEqual(['web/shard.wet@0', `web/shard.wet@0+${part('').length}`, '<other>']);
  });

  it('finds documents again whatever their grouping, with broken text repaired', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), async (groups) => {
      let n = 0;
      const stored = Buffer.concat(groups.map((texts) => gzipSync(Buffer.concat(texts.map((text) =>
        conversionRecord({ uri: 'u', date: 'd', id: String(n++), refersTo: 'r', text: Buffer.concat([Buffer.from('x'), text]) }))))));
      const shard = shardOf(stored);
      const { rows } = await read(wetSource(), shard);
      expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: n }, (_, i) => String(i)));
      expect(rows.map(({ text }) => text.toString())).toEqual(groups.flat().map((text) => `x${new TextDecoder('utf-8', { ignoreBOM: true }).decode(text)}`));
      await expectFoundAgain(wetSource(), shard, rows);
    }), { numRuns: 40 });
  });

  it('tells of an empty file', async () => {
    expect(await read(wetSource(), shardOf(Buffer.alloc(0)))).toEqual({ rows: [], faults: [expect.objectContaining({ reason: 'empty-file', offset: 0, lost: true })] });
  });

  it('cut anywhere never throws and never gives part of a text for the whole', async () => {
    const whole = brief((await read(wetSource(), shardOf(fixture))).rows);
    for (const stored of [Buffer.concat(records), gzipSync(fixture), fixture]) {
      for (let cut = 2; cut < stored.length; cut += 61) {
        const { rows, faults } = await read(wetSource(), shardOf(stored.subarray(0, cut)));
        expect(brief(rows), `cut at ${cut} of ${stored.length}`).toEqual(whole.slice(0, rows.length));
        expect(faults.length).toBeLessThanOrEqual(1);
        if (rows.length < 3 && stored[0] !== 0x1f) continue; // between two records a plain file may end cleanly
        if (stored[0] === 0x1f) expect(faults.map(({ reason }) => reason)).toEqual(faults.length === 0 ? [] : ['truncated-gzip']);
      }
    }
  });

  it('cut at every byte gives what is whole and one fault for what is not', async () => {
    const texts = ['one\n\nWARC is a word', 'two', 'three \u20ac'];
    const parts = texts.map((text, i) => Buffer.from(conversionRecord({ uri: 'u', date: 'd', id: String(i), refersTo: 'r', text: Buffer.from(text) })));
    const ends = (members: readonly Uint8Array[]): number[] => members.map((_, i) => members.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
    const members = parts.map((part) => gzipSync(part));
    for (const [stored, whole] of [[Buffer.concat(members), ends(members)], [Buffer.concat(parts), ends(parts).map((end) => end - 4)], [gzipSync(Buffer.concat(parts)), undefined]] as const) {
      for (let cut = 2; cut < stored.length; cut++) {
        const { rows, faults } = await read(wetSource(), shardOf(stored.subarray(0, cut)));
        const [documents, message] = [rows.map(({ text }) => text.toString()), `cut at ${cut} of ${stored.length}`];
        expect(documents, message).toEqual(texts.slice(0, documents.length));
        const least = whole?.filter((end) => end <= cut).length ?? 0;
        expect(documents.length === least || (stored[0] === 0x1f && documents.length > least), message).toBe(true); // in a cut member a record may be whole
        const clean = whole !== undefined && whole.some((end, i) => cut >= end && cut <= ends(stored[0] === 0x1f ? members : parts)[i]!);
        expect(faults.map(({ lost }) => lost), message).toEqual(clean ? [] : [true]);
      }
    }
  });

  it('reads on after damage of every kind, one fault each', async () => {
    const damaged = Buffer.from(records[1]!);
    damaged[damaged.length - 12] = damaged[damaged.length - 12]! ^ 0xff;
    const stored = Buffer.concat([records[0]!, damaged, Buffer.from('garbage'), records[2]!, gzipSync('no record'), records[3]!, records[3]!.subarray(0, 200)]);
    const { rows, faults } = await read(wetSource(), shardOf(stored));
    const at = (n: number): number => records.slice(0, n).reduce((sum, record) => sum + record.length, 0);
    expect(rows.map(({ offset }) => offset)).toEqual([at(2) + 7, at(3) + 7 + gzipSync('no record').length]);
    expect(faults.map(({ reason, offset, bytes }) => [reason, offset, bytes])).toEqual([
      ['damaged-gzip', at(1), damaged.length + 7],
      ['garbage-between-records', at(3) + 7, 9],
      ['truncated-gzip', stored.length - 200, 200],
    ]);
  });

  it('drops oversize and empty documents with their places', async () => {
    const part = (text: string): Buffer => Buffer.from(conversionRecord({ uri: 'u', date: 'd', id: 'i', refersTo: 'r', text: Buffer.from(text) }));
    const { rows, faults } = await read(wetSource({ maxDocumentBytes: 100 }), shardOf(Buffer.concat([part('x'.repeat(101)), part(' \n'), part('x'.repeat(100))])));
    expect(rows).toHaveLength(1);
    expect(faults.map(({ reason, offset, bytes, lost }) => [reason, offset, bytes, lost])).toEqual([
      ['oversize-document', 0, 101, true], ['empty-text', part('x'.repeat(101)).length, 2, true],
    ]);
  });

  it('fails as a shard where the file is missing or there is not one file', async () => {
    const missing = { ...shardOf(fixture), files: [{ name: 'x', path: join(folder, 'none'), bytes: 0 }] };
    await expect(wetSource().read(missing).next()).rejects.toThrow(ShardError);
    await expect(wetSource().read({ ...missing, files: [] }).next()).rejects.toThrow(/found 0 files, expected one/);
    await expect(wetSource().readAt(missing, 0, 0)).rejects.toThrow(ShardError);
  });

  it('stops when it is told to', async () => {
    await expect(wetSource().read(shardOf(fixture), AbortSignal.abort()).next()).rejects.toThrow(/abort/i);
  });
});
