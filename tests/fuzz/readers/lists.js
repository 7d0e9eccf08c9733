import { gzipSync } from 'node:zlib';
import { readLines } from '#src/formats/text-lines.js';
import { parseCrawlList } from '#src/storage/crawl-list.js';
import { parseXml } from '#src/storage/xml-element.js';
import { inputOf, mutate } from '../mutate.js';
import { LINES } from '../seeds.js';
import { fail, valueOrMessage } from '../source-check.js';

const PATHS = Array.from({ length: 12 }, (_, i) => `crawl-data/CC-MAIN-2024-10/segments/17078./wet/CC-MAIN-${i}.warc.wet.gz`);
const PLAIN = [`${PATHS.join('\n')}\n`, PATHS.slice(0, 3).join('\r\n')].map((text) => Buffer.from(text));
const PATH_TOKENS = ['../', '/', '//', './', '\\', '\0', '%2e%2e/', '.gz', '\n', '\r\n', 'http://x/', 's3://', '?', '#', '~', '\u00e9', 'a'.repeat(600)];

/** The list of a crawl's shards: paths that lead nowhere but below the base. */
export const crawlList = {
  seeds: () => PLAIN.map((text) => gzipSync(text)),
  tokens: [gzipSync('\n'), gzipSync('a/b.gz\n')],
  input(random, seeds, tokens) {
    if (random.once(4)) return inputOf(random, seeds, tokens);
    return gzipSync(mutate(random, random.one(PLAIN), PLAIN, PATH_TOKENS), { level: 1 });
  },
  async check(bytes) {
    const { value } = valueOrMessage(() => parseCrawlList(bytes, 'wet.paths.gz'));
    for (const path of value ?? []) {
      const address = new URL(path, 'https://host/base/');
      if (address.href !== `https://host/base/${path}`) fail(`found ${JSON.stringify(path)}, which leads to ${address.href}`);
      if (path.split('/').some((part) => part === '' || part.startsWith('.'))) fail(`found ${JSON.stringify(path)}`);
    }
    return value !== undefined;
  },
};

/** What S3 answers. */
export const xml = {
  seeds: () => [
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><IsTruncated>true</IsTruncated><NextContinuationToken>1/x==</NextContinuationToken>'
      + '<Contents><Key>a/&lt;b&gt;&#x4e16;.jsonl</Key><Size>12</Size><ETag>&quot;e&quot;</ETag></Contents><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>',
    '<Error><Code>SlowDown</Code><Message><![CDATA[Please <reduce>]]></Message><!-- comment --><Empty a="1" b=\'2\'/></Error>',
  ].map((text) => Buffer.from(text)),
  tokens: ['<!DOCTYPE x [<!ENTITY a "b">]>', '&a;', '&#0;', '&#x110000;', '&#xD800;', '<', '>', '</', '/>', '<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '"', "'", '&amp;', '<a>', '</a>', '<a>'.repeat(20), 'a="', '\ufeff'],
  async check(bytes) {
    let root;
    try {
      root = parseXml(bytes.toString('utf8'));
    } catch (error) {
      if (!(error instanceof SyntaxError)) fail(`threw ${error.stack}`);
    }
    return root !== undefined;
  },
};

/** Lists of words and domains that a user supplies. */
export const lines = {
  seeds: () => [LINES.join('\n'), LINES.join('\r\n'), '\ufeffone\n\ntwo\n'].map((text) => Buffer.from(text)),
  tokens: ['\0', '\r', '\n', '\ufeff', Buffer.from([0xff])],
  async check(bytes, { write }) {
    const { value } = valueOrMessage(() => readLines(write('list.txt').path));
    return value !== undefined;
  },
};
