import { describe, expect, test } from 'vitest';
import { canonicalJson } from '#src/core/canonical-json.js';
import { stageCatalog } from '#src/stages/catalog.js';
import { recipeFingerprint } from '#src/pipeline/recipe.js';
import { EXAMPLE, parse, refusal, SMALL } from './recipe-fixture.js';

describe('a recipe is resolved', () => {
  test('with human units as numbers and lists where one may be written alone', () => {
    const recipe = parse(EXAMPLE);
    expect(recipe.mixture).toEqual({
      unit: 'tokens', budget: 20_000_000, rule: { kind: 'given', weights: { web: 60, books: 16, wiki: 16, code: 8 } }, shortfall: 'error',
      maxEpochs: { web: 4, books: 4, wiki: 4, code: 4 }, maxShare: { web: 1, books: 1, wiki: 1, code: 1 },
    });
    expect(recipe.output).toEqual({ format: 'jsonl.gz', shardSize: 64_000_000, order: 'shuffled', path: 'part' });
    expect(recipe.sources['code']).toEqual({
      read: { format: 'zip', paths: ['samples/code/*.zip'], include: ['**/*.{js,ts}'], exclude: [] }, stages: [], bytesPerToken: 3.2,
    });
    expect(recipe.sources['wiki']!.read).toEqual({ format: 'jsonl', paths: ['samples/wiki/*.jsonl.gz'], text: 'body', id: 'title', url: 'url' });
    expect(recipe.dedup).toEqual({
      scope: 'global', exact: true, url: false, against: [], within: true, dropAll: false,
      minhash: { shingle: { length: 5, unit: 'word' }, signature: 'permutations', bands: 14, rows: 8, threshold: 0.8, verify: 'estimated' },
      keep: [{ kind: 'source', sources: ['wiki', 'books', 'code', 'web'] }, { kind: 'quality' }, { kind: 'longest' }, { kind: 'id' }],
    });
  });

  test('with its stages in order, a bare name standing for its defaults', () => {
    const { stages } = parse(EXAMPLE).sources['web']!;
    expect(stages.map(({ name }) => name)).toEqual(['language', 'gopher-repetition', 'gopher-quality', 'quality']);
    expect(stages[0]!.options).toMatchObject({ keep: ['en'], threshold: 0.65 });
    const explicit = parse(EXAMPLE.replace('- gopher-quality\n', '- gopher-quality: {}\n')).sources['web']!.stages;
    expect(stages).toEqual(explicit);
  });

  test('with defaults for what is left out, and without the parts that are', () => {
    expect(parse(SMALL)).toEqual({
      name: 'small', seed: 0, samples: false, models: {}, output: { format: 'jsonl.gz', shardSize: 64_000_000, order: 'shuffled', path: 'part' },
      sources: { a: { read: { format: 'text', paths: ['a.txt'] }, stages: [], bytesPerToken: 4 } },
    });
    expect(parse(`${SMALL}mixture: { budget: max, weights: { a: 1 } }\n`).mixture?.budget).toBe('max');
    expect(parse(SMALL.replace('a.txt', 'a.txt, limit: 2k')).sources['a']!.read.limit).toBe(2000);
  });

  test('to plain JSON whose fingerprint ignores the order of keys and the spelling of numbers, and nothing else', () => {
    const recipe = parse(EXAMPLE);
    expect(JSON.parse(canonicalJson(recipe))).toEqual(recipe);
    const moved = EXAMPLE.replace('name: gpt3-style\nseed: 7\n', 'seed: 7\nname: gpt3-style\n')
      .replace('{ web: 60, books: 16, wiki: 16, code: 8 }', '{ code: 8, wiki: 16, books: 16, web: 60 }')
      .replace('20M', '20_000_000').replace('64MB', '64000kB');
    expect(moved).not.toBe(EXAMPLE);
    expect(recipeFingerprint(parse(moved))).toBe(recipeFingerprint(recipe));
    expect(recipeFingerprint(parse(EXAMPLE.replace('seed: 7', 'seed: 8')))).not.toBe(recipeFingerprint(recipe));
    expect(recipeFingerprint(parse(EXAMPLE.replace('rows: 8', 'rows: 7')))).not.toBe(recipeFingerprint(recipe));
  });

  test('with whole records only where they are asked for', () => {
    const read = (text: string) => parse(SMALL.replace('format: text, paths: a.txt', `format: jsonl, paths: a${text}`)).sources['a']!.read;
    expect(read(', wholeRecords: true')).toEqual({ ...read(''), wholeRecords: true });
    expect(read(', wholeRecords: false')).toEqual(read(''));
  });

  test('with the bounds of a source, and the fields that go along, as numbers and names', () => {
    const read = (format: string, rest: string) => parse(SMALL.replace('format: text, paths: a.txt', `format: ${format}, paths: a${rest}`)).sources['a']!.read;
    for (const format of ['wet', 'warc', 'jsonl', 'text', 'zip']) {
      expect(read(format, ', limit: 2k, skip: 1k, maxDocument: 1MB, maxRatio: 1000')).toEqual({ ...read(format, ''), limit: 2000, skip: 1000, maxDocument: 1_000_000, maxRatio: 1000 });
    }
    expect(read('jsonl', ', metadata: [meta.lang, "a b"]')).toEqual({ ...read('jsonl', ''), metadata: ['meta.lang', 'a b'] });
  });

  test('without expanding environment variables', () => {
    expect(parse(SMALL.replace('a.txt', '"$HOME/${HOME}.txt"')).sources['a']!.read.paths).toEqual(['$HOME/${HOME}.txt']);
  });
});

const STAGES = stageCatalog.map(({ name }) => name).join(', ');

describe('a mistake is refused with its line, column, key and what was expected', () => {
  test.each([
    ['format: wet', 'format: wat', '5:21: sources.web.read.format: found "wat", expected one of wet, warc, jsonl, parquet, csv, text, zip, tar, index; did you mean "wet"?'],
    ['format: wet, ', '', '5:5: sources.web.read: has no "format", expected one of wet, warc, jsonl, parquet, csv, text, zip, tar, index'],
    ['seed: 7', 'sead: 7',
      '2:1: sead: unknown key, expected one of name, seed, samples, sources, models, dedup, decontaminate, mixture, tune, output; did you mean "seed"?'],
    ['seed: 7', 'seed: -1', '2:7: seed: found -1, expected at least 0'],
    ['seed: 7', 'seed: 1.5', '2:7: seed: found 1.5, expected a whole number'],
    ['seed: 7', 'seed: "7"', '2:7: seed: found "7", expected a number'],
    ['- gopher-quality', '- gopher-qualty',
      '9:9: sources.web.stages[2]: found "gopher-qualty", '
      + `expected one of ${STAGES}; did you mean "gopher-quality"?`],
    ['- gopher-quality', '- qualty: {}',
      '9:9: sources.web.stages[2].qualty: unknown key, '
      + `expected one of ${STAGES}; did you mean "quality"?`],
    ['- gopher-quality', '- quality', '9:9: sources.web.stages[2]: found "quality", expected its options too: { quality: { ... } }'],
    ['threshold: 0.65', 'thresold: 0.65',
      '7:33: sources.web.stages[0].language.thresold: unknown key, expected one of model, keep, threshold; did you mean "threshold"?'],
    ['pareto: 9', 'pareto: -1', '10:54: sources.web.stages[3].quality.keep.pareto: found -1, expected at least 0'],
    ['pareto: 9', 'parto: 9',
      '10:46: sources.web.stages[3].quality.keep.parto: unknown key, expected one of threshold, pareto, top, by; did you mean "pareto"?'],
    ['pareto: 9', 'pareto: 9, threshold: .5', '10:44: sources.web.stages[3].quality.keep: found pareto and threshold together, expected one of them'],
    ['format: text', 'format: text, metadata: [x]', '11:34: sources.books.read.metadata: unknown key, expected one of format, paths, limit, skip, maxDocument, maxRatio'],
    ['format: text', 'format: text, maxRatio: 0.5', '11:44: sources.books.read.maxRatio: found 0.5, expected at least 1'],
    ['format: text', 'format: text, maxDocument: 5', '11:47: sources.books.read.maxDocument: found 5, expected a size such as 64MB, 1.5GiB or 65536, at least 1kB'],
    ['format: text', 'format: text, skip: 0', '11:40: sources.books.read.skip: found 0, expected a whole number such as 20M, 300B or 5000, at least 1'],
    ['samples/books/**/*.txt', '7', '11:41: sources.books.read.paths: found 7, expected a glob or a list of globs'],
    ['samples/books/**/*.txt', '[]', '11:41: sources.books.read.paths: found an empty list, expected a glob or a list of globs'],
    ['bytesPerToken: 3.2', 'bytesPerToken: 0', '13:101: sources.code.bytesPerToken: found 0, expected at least 0.1'],
    ['  books:', '  Books:',
      '11:3: sources.Books: found "Books", expected a name of lower-case letters, digits, _ and -, starting with a letter or digit'],
    ['kind: fasttext', 'kind: fastext', '15:22: models.reference.kind: found "fastext", expected one of fasttext, logistic, file; did you mean "fasttext"?'],
    ['shingle: 5 words', 'shingle: 5 chars',
      '20:27: dedup.methods[1].minhash.shingle: found "5 chars", expected such as 5 by script, 5 words or 5 characters, at most 64'],
    ['    - exact', '    - exakt', '19:7: dedup.methods[0]: found "exakt", expected one of exact, url, minhash, paragraphs; did you mean "exact"?'],
    ['    - exact', '    - minhash', '19:5: dedup.methods: found a list, expected each method once'],
    ['quality, longest', 'qualty, longest',
      '21:48: dedup.keep[1]: found "qualty", expected one of quality, newest, longest, id; did you mean "quality"?'],
    ['budget: 20M', 'budget: 20MB', '24:11: mixture.budget: found "20MB", expected max or a whole number such as 20M, at least 1'],
    ['budget: 20M', 'budget: 0', '24:11: mixture.budget: found 0, expected max or a whole number such as 20M, at least 1'],
    ['web: 60', 'web: -60', '25:19: mixture.weights.web: found -60, expected at least 0'],
    ['web: 60', 'web: .inf', '25:19: mixture.weights.web: found Infinity, expected a number'],
    ['shortfall: error', 'shortfall: stop', '27:14: mixture.shortfall: found "stop", expected one of error, cap, renormalise'],
    ['shardSize: 64MB', 'shardSize: 64M', '28:40: output.shardSize: found "64M", expected a size such as 64MB, 1.5GiB or 65536, at least 1kB'],
    ['output: {', 'output: 5 #', '28:9: output: found 5, expected a mapping'],
  ])('%s -> %s', (right, wrong, line) => {
    const text = EXAMPLE.replace(right, wrong);
    expect(text).not.toBe(EXAMPLE);
    expect(refusal(text)).toEqual([line]);
  });

  test('all at once, in the order of the text, at most 20', () => {
    const two = refusal(EXAMPLE.replace('seed: 7', 'seed: x').replace('scope: global', 'scope: globl'));
    expect(two).toEqual(['2:7: seed: found "x", expected a number', '17:10: dedup.scope: found "globl", expected one of global, source, snapshot; did you mean "global"?']);
    const many = refusal(`name: x\nsources: {}\n${Array.from({ length: 30 }, (_, i) => `k${i}: 1`).join('\n')}`);
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toBe(' and 11 more problems');
  });

  test.each([
    ['[]', '1:1: found an empty list, expected a mapping'], ['just text', '1:1: found "just text", expected a mapping'],
    ['name: x', '1:1: has no "sources", expected a mapping'], ['name: x\nsources: {}', '2:10: sources: found a mapping, expected at least one source'],
  ])('of the whole: %j', (text, line) => {
    expect(refusal(text).map((one) => one.replace(/^(\d+:\d+): sources: has/, '$1: has'))).toEqual([line]);
  });
});
