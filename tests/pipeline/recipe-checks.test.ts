import { expect, test } from 'vitest';
import { EXAMPLE, refusal, SMALL } from './recipe-fixture.js';

test.each([
  ['weights: { web: 60,', 'weights: { wep: 60,', [
    '25:12: mixture.weights: has no weight for web, expected one for every source (0 leaves it out)',
    '25:14: mixture.weights.wep: no such source, expected one of web, books, wiki, code; did you mean "web"?',
  ]],
  ['{ web: 60, books: 16, wiki: 16, code: 8 }', '{ web: 0, books: 0, wiki: 0, code: 0 }', [
    '25:12: mixture.weights: found only zeros, expected at least one weight above 0',
  ]],
  ['positive: [books, wiki]', 'positive: [book, wiki]', [
    '15:43: models.reference.positive[0]: found "book", expected one of web, books, wiki, code; did you mean "books"?',
  ]],
  ['negative: [web]', 'negative: [web, wiki]', ['15:73: models.reference.negative[1]: found "wiki", which is positive too: expected another source']],
  ['positive: [books, wiki]', 'positive: [books, books]', ['15:50: models.reference.positive[1]: found "books" twice, expected it once']],
  ['model: reference', 'model: referense', [
    '10:27: sources.web.stages[3].quality.model: found "referense", expected reference; did you mean "reference"?',
  ]],
  ['source: [wiki, books, code, web]', 'source: [wiki, boks]', [
    '21:27: dedup.keep[0].source[1]: found "boks", expected one of web, books, wiki, code; did you mean "books"?',
  ]],
  ['quality, longest]', 'quality, longest, longest]', ['21:66: dedup.keep[3]: found longest twice, expected it once']],
  ['quality, longest]', 'quality, id, longest]', ['21:61: dedup.keep[3]: found longest after id, which leaves nothing to decide']],
  ['bands: 14', 'bands: 2', [
    '18:3: dedup.methods: minhash: 2 bands of 8 rows find 30.7 % of the pairs as similar as the threshold (0.8), '
    + 'expected at least 90 %: more bands or fewer rows, or neither, to have them chosen',
  ]],
  ['bands: 14, rows: 8', 'bands: 1000, rows: 10', ['18:3: dedup.methods: minhash: found 1000 bands of 10 rows, expected at most 9000 minima in all']],
])('parts that disagree are refused: %s -> %s', (right, wrong, lines) => {
  const text = EXAMPLE.replace(right, wrong);
  expect(text).not.toBe(EXAMPLE);
  expect(refusal(text)).toEqual(lines);
});

test('a stage that needs a model is refused where the recipe declares none', () => {
  expect(refusal(SMALL.replace('} }', '}, stages: [quality: { model: m }] }')))
    .toEqual([expect.stringMatching(/^3:\d+: sources\.a\.stages\[0\]\.quality\.model: found "m", but the recipe declares no models$/)]);
});

test('a source may be called like a property of every object', () => {
  const named = (name: string) => SMALL.replace('  a:', `  ${name}:`);
  expect(refusal(named('constructor'))).toEqual([]);
  expect(refusal(`${named('constructor')}mixture: { budget: 1, weights: { constructor: 1 } }\n`)).toEqual([]);
  expect(refusal(`${SMALL}mixture: { budget: 1, weights: { a: 1, constructor: 1 } }\n`)).toHaveLength(1);
});
