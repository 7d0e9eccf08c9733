import { describe, expect, test } from 'vitest';
import { parse, refusal } from './recipe-fixture.js';

const sources = (stages = ''): string => `\
name: incremental
sources:
  crawl: { read: { format: jsonl, paths: a.jsonl } }
  old: { read: { format: index, paths: [indexes/1, indexes/2] }${stages} }
`;
const refused = (rest: string, stages?: string): string[] => refusal(`${sources(stages)}${rest}`).map((line) => line.replace(/^\d+:\d+: /, ''));

describe('a source of format index', () => {
  test('is a list of folders, under dedup.against', () => {
    const { old } = parse(`${sources()}dedup: { methods: [minhash], against: [old] }\n`).sources;
    expect(old!.read).toEqual({ format: 'index', paths: ['indexes/1', 'indexes/2'] });
  });

  test('is refused where it is not only compared with', () => {
    const message = 'sources.old.read.format: found index, whose documents can only be compared with: expected the source under dedup.against';
    expect(refused('dedup: { methods: [minhash] }\n')).toEqual([message]);
    expect(refused('')).toEqual([message]);
  });

  test('is refused where only paragraphs are compared', () => {
    expect(refused('dedup: { methods: [paragraphs], against: [old] }\n')).toEqual([
      'dedup.methods: found paragraphs alone, but old is an index of whole documents: expected one of exact, url and minhash',
    ]);
  });

  test('has no stages and no limit, and trains no model', () => {
    expect(refused('dedup: { methods: [minhash], against: [old] }\n', ', stages: [gopher-quality]')).toEqual([
      'sources.old.stages: found stages, but the documents of an index are not read: expected none',
    ]);
    expect(refused('dedup: { methods: [minhash], against: [old] }\nmodels: { good: { kind: fasttext, positive: [old], negative: [crawl] } }\n')).toEqual([
      'models.good.positive[0]: found old, which is an index: expected a source whose documents are read',
    ]);
    expect(refusal(`${sources().replace('indexes/2]', 'indexes/2], limit: 5')}dedup: { methods: [minhash], against: [old] }\n`).join()).toContain('limit');
  });
});
