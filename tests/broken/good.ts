/** Good files of real text: genuine records of Common Crawl and mails, as WET, JSON Lines, a zip. The same bytes every time. */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import yazl from 'yazl';
import { gzipMember } from '#src/formats/gzip-member.js';
import { conversionRecord, recordUuid } from '#src/formats/wet-writer.js';
import { mailPages } from '../promises/support/corpus.js';
import type { GoodFile, GoodRecord } from './case.js';

/** Longer texts are cut: hundreds of broken files are made of these. */
const MOST_CHARACTERS = 1500;
const MAILS = 9;

export interface Page {
  readonly uri: string;
  readonly text: string;
}

/** Genuine pages first, then mails; none has white space at its ends. */
export const pages: readonly Page[] = [...crawlPages(), ...mailPages(120).slice(0, MAILS)]
  .map(({ uri, text }) => ({ uri, text: text.slice(0, MOST_CHARACTERS).toWellFormed().trim() }));

function crawlPages(): Page[] {
  const path = join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc.wet');
  return readFileSync(path, 'utf8').split(/(?<=\r\n\r\n)(?=WARC\/1\.)/).filter((record) => record.includes('WARC-Type: conversion')).map((record) => (
    { uri: /^WARC-Target-URI: (.*?)\r?$/m.exec(record)![1]!, text: record.slice(record.indexOf('\r\n\r\n') + 4) })); // every record has one
}

export const texts: readonly Buffer[] = pages.map(({ text }) => Buffer.from(text));

export const wetRecords: readonly Buffer[] = pages.map(({ uri }, i) => Buffer.from(conversionRecord({
  uri, date: '2024-05-18T00:00:00Z', id: recordUuid('record', uri), refersTo: recordUuid('response', uri), language: 'eng', text: texts[i]!,
})));

export const jsonLines: readonly Buffer[] = pages.map(({ uri, text }) => Buffer.from(`${JSON.stringify({ id: uri, text })}\n`));

/** The parts end to end, each a record. */
export function goodFile(name: string, format: GoodFile['format'], parts: readonly Uint8Array[]): GoodFile {
  const records: GoodRecord[] = [];
  let start = 0;
  parts.forEach((part, i) => {
    records.push({ start, end: start + part.length, text: texts[i]! }); // a part a text
    start += part.length;
  });
  return { name, format, bytes: Buffer.concat(parts), records };
}

export const goodFiles = {
  wet: goodFile('good.warc.wet', 'wet', wetRecords),
  wetMembers: goodFile('members.warc.wet.gz', 'wet', wetRecords.map((record) => gzipMember(record, 6))),
  jsonl: goodFile('good.jsonl', 'jsonl', jsonLines),
  jsonlMembers: goodFile('members.jsonl.gz', 'jsonl', jsonLines.map((line) => gzipMember(line, 6))),
} as const;

/** One member for the whole file: its records are not told apart in the stored bytes. */
export const oneMember = {
  wet: { name: 'one.warc.wet.gz', bytes: gzipSync(goodFiles.wet.bytes), of: goodFiles.wet },
  jsonl: { name: 'one.jsonl.gz', bytes: gzipSync(goodFiles.jsonl.bytes), of: goodFiles.jsonl },
} as const;

export type ZipEntrySpec = readonly [name: string, content: string | Uint8Array, options?: Partial<yazl.Options>];

/** A zip with a fixed date, so that its bytes are the same every time. */
export async function zipOf(entries: readonly ZipEntrySpec[], { comment = '', forceZip64Format = false }: { readonly comment?: string; readonly forceZip64Format?: boolean } = {}): Promise<Buffer> {
  const file = new yazl.ZipFile();
  for (const [name, content, options] of entries) file.addBuffer(Buffer.from(content), name, { mtime: new Date(2024, 4, 18), mode: 0o100644, ...options });
  file.end({ comment, forceZip64Format });
  const parts: Buffer[] = [];
  for await (const part of file.outputStream) parts.push(part as Buffer); // yazl's stream gives buffers
  return Buffer.concat(parts);
}

/** `bytes` with `from .. to` replaced. */
export function spliced(bytes: Uint8Array, from: number, to: number, by: string | Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), Buffer.from(by), bytes.subarray(to)]);
}
