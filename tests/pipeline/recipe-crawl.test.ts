import { expect, describe, it } from 'vitest';
import { parse, refusal } from './recipe-fixture.js';

const recipe = (read: string): string => `name: c\nsources:\n  web: { read: { ${read} } }\n`;
const crawl = (read: string) => parse(recipe(read)).sources['web']!.read;
const at = (problem: string): string[] => [expect.stringContaining(problem) as unknown as string];

describe('a source that is a crawl', () => {
  it('is read as WET from Common Crawl, all of it, where nothing else is said', () => {
    expect(crawl('crawl: CC-MAIN-2024-10')).toEqual({ format: 'wet', paths: [], crawl: { name: 'CC-MAIN-2024-10', by: 'random', base: 'https://data.commoncrawl.org/' } });
    expect(crawl('format: wet, crawl: CC-MAIN-2024-10')).toEqual(crawl('crawl: CC-MAIN-2024-10'));
  });

  it('may be some of its shards, a sample of them, of another host, and kept in a folder', () => {
    expect(crawl('crawl: CC-MAIN-2024-10, shards: "0-99,200", take: 20, by: stride, base: "http://localhost:80/mirror", cache: crawl, limit: 5')).toEqual({
      format: 'wet', paths: [], limit: 5,
      crawl: { name: 'CC-MAIN-2024-10', shards: [[0, 99], [200, 200]], take: 20, by: 'stride', base: 'http://localhost:80/mirror/', cache: 'crawl' },
    });
  });

  it.each([['0-99', [[0, 99]]], ['7', [[7, 7]]], ['[0-9, 50, 20-29]', [[0, 9], [20, 29], [50, 50]]]])('has shards: %s', (text, shards) => {
    expect(crawl(`crawl: CC-MAIN-2024-10, shards: ${text}`)).toMatchObject({ crawl: { shards } });
  });

  it.each<[read: string, problem: string]>([
    ['crawl: CC-MAIN-2024-10, paths: a', '3:42: sources.web.read.paths: stands beside "crawl", which names the files: expected one of them'],
    ['format: wet', '3:10: sources.web.read: has neither "paths" nor "crawl", expected one of them'],
    ['paths: a', '3:10: sources.web.read: has no "format", expected one of wet, '],
    ['crawl: ../x', '3:25: sources.web.read.crawl: found "../x", expected the name of a crawl, such as CC-MAIN-2024-10'],
    ['crawl: 2024', 'sources.web.read.crawl: found 2024, expected text'],
    ['crawl: CC-MAIN-2024-10, shards: 9-0', '3:50: sources.web.read.shards: found "9-0", expected numbers of shards from 0, such as 0-99 or 0-99,200'],
    ['crawl: CC-MAIN-2024-10, shards: -1', 'sources.web.read.shards: found -1, expected numbers of shards'],
    ['crawl: CC-MAIN-2024-10, shards: []', 'sources.web.read.shards: found an empty list, expected numbers of shards'],
    ['crawl: CC-MAIN-2024-10, take: 0', 'sources.web.read.take: found 0, expected at least 1'],
    ['crawl: CC-MAIN-2024-10, take: 5, by: strid', 'sources.web.read.by: found "strid", expected one of random, stride, first; did you mean "stride"?'],
    ['crawl: CC-MAIN-2024-10, by: stride', '3:42: sources.web.read.by: says how "take" chooses: expected the key "take" beside it'],
    ['format: wet, paths: a, shards: 0-9', 'sources.web.read.shards: is of a crawl: expected the key "crawl" beside it, or not this one'],
    ['crawl: CC-MAIN-2024-10, base: "https://me:secret@host/"', '3:42: sources.web.read.base: expected an address without user and password, which would stand in plans and messages'],
    ['crawl: CC-MAIN-2024-10, base: "/mirror"', 'sources.web.read.base: found "/mirror", expected an address such as'],
    ['crawl: CC-MAIN-2024-10, cache: "s3://bucket"', 'sources.web.read.cache: found "s3://bucket", expected a local folder'],
    ['format: jsonl, paths: a, crawl: CC-MAIN-2024-10', 'sources.web.read.crawl: unknown key'],
    ['crawl: CC-MAIN-2024-10, shard: 0-9', 'sources.web.read.shard: unknown key, expected one of'],
  ])('refuses { %s }', (read, problem) => {
    expect(refusal(recipe(read))).toEqual(at(problem));
  });
});
