import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ConfigError, ShardError } from '#src/core/errors.js';
import { crawlBase, crawlListPath, parseCrawlList } from '#src/storage/crawl-list.js';

const list = (text: string | Buffer): string[] => parseCrawlList(gzipSync(text), 'wet.paths.gz');
const GOOD = 'crawl-data/CC-MAIN-2024-10/segments/1707947473347.0/wet/CC-MAIN-20240220211055-20240221001055-00000.warc.wet.gz';

describe('the name of a crawl', () => {
  it.each(['CC-MAIN-2024-10', 'CC-MAIN-2013-20', 'CC-NEWS-2024-01', 'CC-MAIN-2012'])('may be %s', (name) => {
    expect(crawlListPath(name)).toBe(`crawl-data/${name}/wet.paths.gz`);
  });

  it.each(['', 'CC-', 'CC-MAIN-2024-10/..', '../CC-MAIN-2024-10', 'CC-MAIN-2024-10?x', 'CC-MAIN-2024-10#', 'CC-MAIN-2024-10\n', 'CC-MAIN-%2e%2e', 'cc-main-2024-10', 'CC-MAIN..', `CC-${'A'.repeat(70)}`])(
    'is never %j, which could lead elsewhere', (name) => {
      expect(() => crawlListPath(name)).toThrow(ConfigError);
    });
});

describe('a base', () => {
  it.each([
    ['https://data.commoncrawl.org/', 'https://data.commoncrawl.org/'], ['http://localhost:8080', 'http://localhost:8080/'],
    ['http://[::1]:8080/mirror', 'http://[::1]:8080/mirror/'], ['s3://commoncrawl', 's3://commoncrawl/'],
  ])('%s is %s', (text, base) => {
    expect(crawlBase(text)).toEqual({ base });
  });

  it.each(['', 'data.commoncrawl.org', 'file:///etc', 'ftp://a/', 'https://', 'https://a b/', 'https://host/?token=a', 'https://host/#a'])('is not %j', (text) => {
    expect(crawlBase(text)).toEqual({ wrong: expect.stringContaining('expected an address such as') });
  });

  it.each(['https://user:secret@host/', 'https://user@host/', 's3://key:secret@bucket/'])('%s has credentials, which have no place in a plan', (text) => {
    expect(crawlBase(text)).toEqual({ wrong: expect.stringContaining('without user and password') });
  });
});

describe('wet.paths.gz', () => {
  it('lists a path a line, in its order, with either line end', () => {
    expect(list(`${GOOD}\nb/c.gz\r\na.gz`)).toEqual([GOOD, 'b/c.gz', 'a.gz']);
    expect(parseCrawlList(Buffer.concat([gzipSync('a.gz\n'), gzipSync('b.gz\n')]), 'two members')).toEqual(['a.gz', 'b.gz']);
  });

  it.each([
    '../a.gz', 'a/../b.gz', '/etc/a.gz', 'a//b.gz', './a.gz', 'a/./b.gz', 'a\\b.gz', 'https://evil/a.gz', 'a.gz?x=1', 'a%2e%2e/b.gz', 'a b.gz', 'a\0.gz', 'a\u001b[31m.gz',
    '.hidden/a.gz', 'a/.gz', 'a.warc.wet', 'a.gz.part', 'é.gz', '', `${'a'.repeat(500)}.gz`,
  ])('with %j in it is refused with the line', (line) => {
    expect(() => list(`${GOOD}\n${line}\nz.gz\n`)).toThrow(/^wet\.paths\.gz: line 2: found ".*expected a relative path/);
  });

  it('with the same shard twice is refused: it would be read twice', () => {
    expect(() => list('a.gz\nb.gz\na.gz\n')).toThrow('wet.paths.gz: line 3: found "a.gz" for the second time, expected each shard once');
  });

  it.each<[string, Buffer]>([
    ['an HTML page', Buffer.from('<html>Access denied</html>')], ['nothing', Buffer.alloc(0)], ['half a list', gzipSync(`${GOOD}\n`.repeat(3)).subarray(0, 40)],
    ['an empty gzip file', gzipSync('')], ['a bomb', gzipSync(Buffer.alloc(65 << 20, 'a'))],
  ])('that is %s is no list', (_, stored) => {
    expect(() => parseCrawlList(stored, 'wet.paths.gz')).toThrow(ShardError);
  });
});
