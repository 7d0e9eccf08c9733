// Small pieces of real text that seeds are made of: three genuine records of Common Crawl, shortened, and a few lines in other scripts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const wetPath = join(dirname(createRequire(import.meta.url).resolve('warc/package.json')), 'test/fixtures/CC-MAIN-20140820021334-00006-ip-10-180-136-8.ec2.internal.warc.wet');

/** `{ uri, date, id, text }` of the genuine records, their texts cut to 300 bytes. */
export function pages() {
  return readFileSync(wetPath, 'latin1').split(/(?<=\r\n\r\n)(?=WARC\/1\.)/).filter((record) => record.includes('WARC-Type: conversion')).map((record) => {
    const field = (name) => new RegExp(`^${name}: (.*?)\\r?$`, 'm').exec(record)[1];
    const text = Buffer.from(record.slice(record.indexOf('\r\n\r\n') + 4), 'latin1').subarray(0, 300).toString('utf8').replace(/�+$/, '');
    return { uri: field('WARC-Target-URI'), date: field('WARC-Date'), id: field('WARC-Record-ID').replace(/^<urn:uuid:|>$/g, ''), text };
  });
}

/** Short lines that show what UTF-8 and escapes can do. */
export const LINES = ['The quick brown fox.', 'Grüße aus Köln: ß, Ä, €.', '早上好，世界。', 'Привет, мир!', '🦊 𝒻𝑜𝓍 e\u0301 \u200d', 'a "quoted" \\ back\tslash'];
