import { describe, expect, test } from 'vitest';
import { candidateProbability, LEAST_RECALL } from '#src/dedup/lsh.js';
import { MAX_SHINGLE_LENGTH } from '#src/kernels/permutations.js';
import { recipeFingerprint, type DedupRecipe, type MinhashRecipe } from '#src/pipeline/recipe.js';
import { parse, refusal, SMALL } from './recipe-fixture.js';

const SOURCES = `\
name: three
sources:
  crawl: { read: { format: wet, paths: a.wet } }
  wiki: { read: { format: jsonl, paths: b.jsonl } }
  books: { read: { format: text, paths: c.txt } }
`;
const dedupOf = (text: string, sources = SOURCES): DedupRecipe => parse(`${sources}dedup: { ${text} }\n`).dedup!;
const minhashOf = (text: string): MinhashRecipe => dedupOf(`methods: [minhash: { ${text} }]`).minhash!;
/** Without line and column, which recipe.test.ts looks at. */
const refused = (text: string, sources = SOURCES, rest = ''): string[] => refusal(`${sources}dedup: { ${text} }\n${rest}`).map((line) => line.replace(/^\d+:\d+: /, ''));

describe('dedup is resolved', () => {
  test('with defaults: word 5-grams, characters where there are no spaces, in 14 bands of 8 at .8, the longest kept', () => {
    expect(dedupOf('methods: [minhash]')).toEqual({
      scope: 'global', exact: false, url: false, keep: [{ kind: 'longest' }, { kind: 'id' }], dropAll: false, against: [], within: true,
      minhash: { shingle: { length: 5, unit: 'script' }, signature: 'permutations', bands: 14, rows: 8, threshold: 0.8, verify: 'estimated' },
    });
    expect(dedupOf('methods: [minhash: {}]')).toEqual(dedupOf('methods: [minhash]'));
    expect(dedupOf('methods: [minhash: { threshold: 0.8 }]')).toEqual(dedupOf('methods: [minhash]'));
    expect(dedupOf('methods: [paragraphs]')).toEqual(dedupOf('methods: [paragraphs: {}]'));
    expect(dedupOf('methods: [paragraphs]').paragraphs).toEqual({ unit: 'paragraph', documents: 10, leastBytes: 40, keepFirst: true });
  });

  test.each([
    ['[exact]', true, false, false, false], ['[url]', false, true, false, false],
    ['[exact, url, minhash, paragraphs]', true, true, true, true], ['[paragraphs: { unit: line }, minhash: { verify: exact }]', false, false, true, true],
  ])('methods %s are those and no other', (methods, exact, url, minhash, paragraphs) => {
    const dedup = dedupOf(`methods: ${methods}`);
    expect([dedup.exact, dedup.url, dedup.minhash !== undefined, dedup.paragraphs !== undefined]).toEqual([exact, url, minhash, paragraphs]);
  });

  test.each([
    ['1 word', 1, 'word'], ['5 words', 5, 'word'], ['13 words', 13, 'word'], ['5 characters', 5, 'character'], ['1 character', 1, 'character'],
    ['5 by script', 5, 'script'], ['64 by script', 64, 'script'], ['59 words', 59, 'word'], ['10 words', 10, 'word'],
  ])('shingle: %s', (text, length, unit) => expect(minhashOf(`shingle: ${text}`).shingle).toEqual({ length, unit }));

  test.each([0.003, 0.02, 0.1, 0.3, 0.5, 0.7, 0.79, 0.81, 0.9, 0.95, 1])('a threshold of %d alone is given bands and rows that find at least 90 %% there', (threshold) => {
    const { bands, rows } = minhashOf(`threshold: ${threshold}`);
    expect(candidateProbability(threshold, { bands, rows })).toBeGreaterThanOrEqual(LEAST_RECALL);
    expect(bands * rows).toBeLessThanOrEqual(9000);
    expect(recipeFingerprint(parse(`${SOURCES}dedup: { methods: [minhash: { threshold: ${threshold} }] }\n`)))
      .toBe(recipeFingerprint(parse(`${SOURCES}dedup: { methods: [minhash: { threshold: ${threshold}, bands: ${bands}, rows: ${rows} }] }\n`)));
  });

  test('shingles are as long at most as the kernels make them', () => {
    expect(minhashOf(`shingle: ${MAX_SHINGLE_LENGTH} words`).shingle.length).toBe(MAX_SHINGLE_LENGTH);
    expect(refused(`methods: [minhash: { shingle: ${MAX_SHINGLE_LENGTH + 1} words }]`)).toHaveLength(1);
  });

  test('a lower threshold never gets a steeper band', () => {
    const rows = [0.3, 0.5, 0.7, 0.85, 0.9, 0.95].map((threshold) => minhashOf(`threshold: ${threshold}`).rows);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
  });

  test('drop-all keeps no member, and rules of keeping end with the id', () => {
    expect(dedupOf('methods: [exact], keep: drop-all')).toMatchObject({ dropAll: true, keep: [{ kind: 'id' }] });
    expect(dedupOf('methods: [exact], keep: [newest, { source: [wiki, books] }]')).toMatchObject({
      dropAll: false, keep: [{ kind: 'newest' }, { kind: 'source', sources: ['wiki', 'books'] }, { kind: 'id' }] });
    expect(dedupOf('methods: [exact], keep: [id]').keep).toEqual([{ kind: 'id' }]);
  });

  test('sources that are only compared with have no weight', () => {
    const { mixture } = parse(`${SOURCES}dedup: { methods: [exact], against: [books] }\nmixture: { budget: max, weights: { crawl: 60, wiki: 40 } }\n`);
    expect(mixture!.rule).toEqual({ kind: 'given', weights: { crawl: 60, wiki: 40, books: 0 } });
  });
});

describe('dedup is refused', () => {
  test.each([
    ['methods: []', 'dedup.methods: found an empty list, expected at least one method'],
    ['methods: [minhsh]', 'dedup.methods[0]: found "minhsh", expected one of exact, url, minhash, paragraphs; did you mean "minhash"?'],
    ['methods: [minhsh: {}]', 'dedup.methods[0].minhsh: unknown key, expected one of paragraphs, minhash; did you mean "minhash"?'],
    ['methods: [exact, exact]', 'dedup.methods: found a list, expected each method once'],
    ['methods: [minhash, minhash: {}]', 'dedup.methods: found a list, expected each method once'],
    ['methods: [minhash: { shingle: 0 words }]', 'dedup.methods[0].minhash.shingle: found "0 words", expected such as 5 by script, 5 words or 5 characters, at most 64'],
    ['methods: [minhash: { shingle: 65 words }]', 'dedup.methods[0].minhash.shingle: found "65 words", expected such as 5 by script, 5 words or 5 characters, at most 64'],
    ['methods: [minhash: { shingle: 5 }]', 'dedup.methods[0].minhash.shingle: found 5, expected such as 5 by script, 5 words or 5 characters, at most 64'],
    ['methods: [minhash: { signature: one }]', 'dedup.methods[0].minhash.signature: found "one", expected one of permutations, one-permutation, datasketch, datatrove'],
    ['methods: [minhash: { signature: datatrov }]',
      'dedup.methods[0].minhash.signature: found "datatrov", expected one of permutations, one-permutation, datasketch, datatrove; did you mean "datatrove"?'],
    ['methods: [minhash: { verify: exactly }]', 'dedup.methods[0].minhash.verify: found "exactly", expected one of estimated, exact; did you mean "exact"?'],
    ['methods: [minhash: { threshold: 0 }]', 'dedup.methods[0].minhash.threshold: found 0, expected more than 0'],
    ['methods: [minhash: { threshold: 1.01 }]', 'dedup.methods[0].minhash.threshold: found 1.01, expected at most 1'],
    ['methods: [minhash: { bands: 14 }]', 'dedup.methods[0].minhash.bands: found 14, expected rows too, or neither: then both are chosen for the threshold'],
    ['methods: [minhash: { rows: 8 }]', 'dedup.methods[0].minhash.rows: found 8, expected bands too, or neither: then both are chosen for the threshold'],
    ['methods: [minhash: { bands: 0, rows: 8 }]', 'dedup.methods[0].minhash.bands: found 0, expected at least 1'],
    ['methods: [minhash: { bands: 1001, rows: 1 }]', 'dedup.methods[0].minhash.bands: found 1001, expected at most 1000'],
    ['methods: [minhash: { bands: 13, rows: 8 }]', // 14 find 92.3 %, 13 find 90.8 %
      undefined],
    ['methods: [minhash: { bands: 12, rows: 8 }]', 'dedup.methods: minhash: 12 bands of 8 rows find 89.0 % of the pairs as similar as the threshold (0.8), '
      + 'expected at least 90 %: more bands or fewer rows, or neither, to have them chosen'],
    ['methods: [minhash: { bands: 450, rows: 20 }]', undefined], // 9,000 minima
    ['methods: [minhash: { bands: 693, rows: 13 }]', 'dedup.methods: minhash: found 693 bands of 13 rows, expected at most 9000 minima in all'],
    ['methods: [minhash: { threshold: 0.003 }]', undefined],
    ['methods: [minhash: { threshold: 0.0029 }]', 'dedup.methods[0].minhash.threshold: found 0.0029, expected at least 0.003, below which 1000 bands find too few pairs'],
    ['methods: [paragraphs: { unit: sentence }]', 'dedup.methods[0].paragraphs.unit: found "sentence", expected one of paragraph, line'],
    ['methods: [paragraphs: { documents: 0 }]', 'dedup.methods[0].paragraphs.documents: found 0, expected a whole number such as 20M, 300B or 5000, at least 1'],
    ['methods: [paragraphs: { documents: 1 }]', 'dedup.methods[0].paragraphs.documents: found 1, expected 2 to 1M'],
    ['methods: [paragraphs: { documents: 2, leastBytes: 1 }]', undefined],
    ['methods: [paragraphs: { documents: 1M, leastBytes: 1000000 }]', undefined],
    ['methods: [paragraphs: { documents: 1000001 }]', 'dedup.methods[0].paragraphs.documents: found 1000001, expected 2 to 1M'],
    ['methods: [paragraphs: { leastBytes: 0 }]', 'dedup.methods[0].paragraphs.leastBytes: found 0, expected at least 1'],
    ['methods: [paragraphs: { leastBytes: 1000001 }]', 'dedup.methods[0].paragraphs.leastBytes: found 1000001, expected at most 1000000'],
    ['methods: [exact], scope: crawl', 'dedup.scope: found "crawl", expected one of global, source, snapshot'],
    ['methods: [exact], keep: drop', 'dedup.keep: found "drop", expected drop-all or a list of rules such as [longest]'],
    ['methods: [exact], keep: longest', 'dedup.keep: found "longest", expected drop-all or a list of rules such as [longest]'],
    ['methods: [exact], keep: [drop-all]', 'dedup.keep[0]: found "drop-all", expected one of quality, newest, longest, id'],
    ['methods: [exact], keep: [longest, longest]', 'dedup.keep[1]: found longest twice, expected it once'],
    ['methods: [exact], keep: [id, longest]', 'dedup.keep[1]: found longest after id, which leaves nothing to decide'],
    ['methods: [exact], keep: [quality]', 'dedup.keep[0]: found quality, but no source has a stage that scores it'],
    ['methods: [exact], keep: [{ source: [wikis] }]', 'dedup.keep[0].source[0]: found "wikis", expected one of crawl, wiki, books; did you mean "wiki"?'],
    ['methods: [exact], against: [wikis]', 'dedup.against[0]: found "wikis", expected one of crawl, wiki, books; did you mean "wiki"?'],
    ['methods: [exact], against: [wiki, wiki]', 'dedup.against[1]: found "wiki" twice, expected it once'],
    ['methods: [exact], against: [wiki, books, crawl]', 'dedup.against: found every source, expected at least one of crawl, wiki, books to be deduplicated'],
    ['methods: [exact], against: [wiki, books], within: false', undefined],
    ['methods: [exact], within: false', 'dedup.within: found false, but against names no source: nothing would be compared'],
    ['methods: [exact], against: [wiki], scope: source', 'dedup.scope: found "source", but against compares across sources: expected global'],
    ['methods: [exact], against: [wiki], scope: snapshot', 'dedup.scope: found "snapshot", but against compares across sources: expected global'],
  ])('{ %s }', (text, line) => expect(refused(text)).toEqual(line === undefined ? [] : [line]));

  test('url is refused where no source has addresses, and newest where none has dates', () => {
    const books = SMALL;
    const wiki = SMALL.replace('format: text', 'format: jsonl');
    const crawl = SMALL.replace('format: text', 'format: wet');
    const zip = SMALL.replace('format: text', 'format: zip');
    for (const without of [books, zip]) expect(refused('methods: [url]', without)).toEqual(['dedup.methods: found url, but no source has addresses: expected one of format wet, warc, jsonl or parquet']);
    for (const without of [books, zip, wiki]) {
      expect(refused('methods: [exact], keep: [newest]', without)).toEqual(['dedup.keep[0]: found newest, but no source has dates: expected one of format wet or warc']);
    }
    for (const text of ['methods: [url]', 'methods: [exact], keep: [newest]']) expect([refused(text, crawl), refused(text)]).toEqual([[], []]);
    expect(refused('methods: [url]', wiki)).toEqual([]);
  });

  test('a weight is refused for a source that is only compared with, and 0 or none accepted', () => {
    const weights = (text: string): string[] => refused('methods: [exact], against: [books]', SOURCES, `mixture: { budget: max, weights: { crawl: 1, wiki: 1${text} } }\n`);
    expect(weights('')).toEqual([]);
    expect(weights(', books: 0')).toEqual([]);
    expect(weights(', books: 0.1')).toEqual(['mixture.weights.books: found 0.1, but dedup only compares with books (against): expected 0 or no weight']);
  });
});
