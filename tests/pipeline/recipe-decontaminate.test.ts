import { describe, expect, test } from 'vitest';
import type { DecontaminateRecipe } from '#src/pipeline/recipe.js';
import { parse, refusal } from './recipe-fixture.js';

const SOURCES = `\
name: two
sources:
  crawl: { read: { format: wet, paths: a.wet } }
  wiki: { read: { format: jsonl, paths: b.jsonl } }
`;
const resolved = (text: string): DecontaminateRecipe => parse(`${SOURCES}decontaminate: { ${text} }\n`).decontaminate!;
/** Without line and column, which recipe.test.ts looks at. */
const refused = (text: string, rest = ''): string[] => refusal(`${SOURCES}decontaminate: { ${text} }\n${rest}`).map((line) => line.replace(/^\d+:\d+: /, ''));

const AGAINST = 'against: { exam: { paths: exam.jsonl } }';

describe('decontaminate is resolved', () => {
  test("with GPT-3's numbers, and JSON Lines where no format is named", () => {
    expect(resolved(AGAINST)).toEqual({
      against: { exam: { format: 'jsonl', paths: ['exam.jsonl'] } }, ngram: 13, leastWords: 8, window: 200, leastPiece: 200, mostPieces: 10, mostDocuments: 10,
    });
  });

  test('with every form of a benchmark, and sources', () => {
    expect(resolved('against: { a: { paths: [a, b], text: q.body }, b: { format: text, paths: c }, c: { format: zip, paths: d } }, sources: [wiki], ngram: 8')).toMatchObject({
      against: { a: { format: 'jsonl', paths: ['a', 'b'], text: 'q.body' }, b: { format: 'text', paths: ['c'] }, c: { format: 'zip', paths: ['d'] } }, sources: ['wiki'], ngram: 8,
    });
  });
});

describe('decontaminate is refused', () => {
  test.each([
    ['ngram: 13', 'decontaminate: has no "against"'],
    ['against: {}', 'decontaminate.against: '],
    ['against: { Exam: { paths: a } }', 'decontaminate.against.Exam: '],
    ['against: { exam: { format: avro, paths: a } }', 'decontaminate.against.exam.format: '],
    ['against: { exam: { format: text, paths: a, text: b } }', 'decontaminate.against.exam.text: unknown key'],
    [`${AGAINST}, ngram: 65`, 'decontaminate.ngram: '],
    [`${AGAINST}, ngram: 7`, 'decontaminate.leastWords: '],
    [`${AGAINST}, mostPieces: 0`, 'decontaminate.mostPieces: '],
    [`${AGAINST}, sources: [web]`, 'decontaminate.sources[0]: found "web", expected one of crawl, wiki'],
  ])('%s', (text, message) => {
    const [line, ...others] = refused(text);
    expect(line).toContain(message);
    expect(others).toEqual([]);
  });

  test('of a source that is only compared with', () => {
    expect(refused(`${AGAINST}, sources: [wiki]`, 'dedup: { methods: [exact], against: [wiki] }\n')).toEqual([
      'decontaminate.sources[0]: found "wiki", which dedup only compares with (against), so that it is not in the corpus: expected another source',
    ]);
  });
});
