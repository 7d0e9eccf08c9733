import { describe, expect, test } from 'vitest';
import { MixtureError } from '#src/mixture/errors.js';
import { CorpusFiles, MOST_FILE_DOCUMENTS } from '#src/pipeline/corpus-files.js';
import { MOST_EXPANSIONS } from '#src/pipeline/output-path.js';

const SOURCES = ['web', 'wiki'];
type Output = ConstructorParameters<typeof CorpusFiles>[0];

/** Deals out [source, language, bytes]; where each went, and the files. */
function deal(output: Partial<Output>, documents: readonly (readonly [string, string, number])[]) {
  const files = new CorpusFiles({ path: 'part', order: 'shuffled', shardSize: 100, ...output }, SOURCES);
  const places = documents.map(([source, language, bytes]) => {
    const number = SOURCES.indexOf(source);
    const { file, line } = files.next(files.expansion(number, language), number, bytes);
    return `${files.names[file]!}:${line}`;
  });
  return { places, names: files.names, documents: files.documents };
}

describe('files of the corpus', () => {
  test('are full before their size is passed, unless a single document is larger', () => {
    expect(deal({}, [['web', '', 60], ['web', '', 40], ['web', '', 1], ['wiki', '', 300], ['web', '', 5]]).places).toEqual(['part-00000:0', 'part-00000:1', 'part-00001:0', 'part-00002:0', 'part-00003:0']);
  });

  test('hold a quarter of a million documents at most, however short', () => {
    const files = new CorpusFiles({ path: 'part', order: 'shuffled', shardSize: 64_000_000 }, SOURCES);
    for (let i = 0; i < 2 * MOST_FILE_DOCUMENTS + 1; i++) files.next(files.expansion(0, ''), 0, 50);
    expect(files.documents).toEqual([250_000, 250_000, 1]);
  });

  test('are numbered within what their template comes to, several being filled at a time', () => {
    const { places, names, documents } = deal({ path: '${source}/${language}/part' }, [['web', 'en', 60], ['wiki', 'en', 60], ['web', 'de', 60], ['web', 'en', 60], ['wiki', 'en', 30], ['web', '', 1]]);
    expect(places).toEqual(['web/en/part-00000:0', 'wiki/en/part-00000:0', 'web/de/part-00000:0', 'web/en/part-00001:0', 'wiki/en/part-00000:1', 'web/und/part-00000:0']);
    expect(names).toEqual(['web/en/part-00000', 'wiki/en/part-00000', 'web/de/part-00000', 'web/en/part-00001', 'web/und/part-00000']);
    expect(documents).toEqual([1, 2, 1, 1, 1]);
  });

  test('are shared by documents whose values come to the same name', () => {
    expect(deal({ path: '${language}' }, [['web', 'EN', 10], ['wiki', 'en', 10], ['wiki', 'eN', 10]]).places).toEqual(['en-00000:0', 'en-00000:1', 'en-00000:2']);
  });

  test('hold one source each in the order of the input, and say which in their names', () => {
    const documents = [['web', 'en', 60], ['web', 'de', 60], ['wiki', 'en', 10]] as const;
    expect(deal({ order: 'input' }, documents).names).toEqual(['part-00000.web', 'part-00001.web', 'part-00002.wiki']);
    expect(deal({ order: 'input', path: '${language}' }, documents).names).toEqual(['en-00000.web', 'de-00000.web', 'en-00001.wiki']);
    expect(deal({ order: 'input', path: '${source}/part' }, documents).names).toEqual(['web/part-00000', 'web/part-00001', 'wiki/part-00000']);
  });

  test('are not more than ten thousand at a time', () => {
    const files = new CorpusFiles({ path: '${language}', order: 'shuffled', shardSize: 100 }, SOURCES);
    for (let i = 0; i < MOST_EXPANSIONS; i++) files.expansion(0, `language-${i}`);
    expect(files.expansion(0, 'language-7')).toBe(7);
    expect(() => files.expansion(0, 'one-more')).toThrow(MixtureError);
    expect(() => files.expansion(0, 'one-more')).toThrow(/output\.path: found more than 10000 different values of its fields, such as "one-more"/);
  });
});
