import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, PRESETS, presetWeights } from '#src/mixture/presets.js';

interface Published { readonly gpt3: Table; readonly pile: Table }
interface Table { readonly sources: readonly { readonly name: string; readonly weight: number }[] }
const { gpt3, pile } = JSON.parse(readFileSync(new URL('published.json', import.meta.url), 'utf8')) as Published;

const sum = (weights: Readonly<Record<string, number>>) => Object.values(weights).reduce((a, b) => a + b, 0);
/** Each published source for itself, as a recipe may name it. */
const alone = (name: string) => Object.fromEntries(Object.keys(PRESETS[name]!.weights).map((source, i) => [`s${i}`, [source]]));

test('the published mixtures have a source, weights above 0, and no name twice', () => {
  expect(PRESET_NAMES).toEqual(['gpt3', 'pile', 'pile-doremi', 'pile-doremi-120m', 'llama1', 'palm', 'gopher', 'chinchilla', 'redpajama', 'olmoe', 'olmo2', 'dolma3']);
  for (const name of PRESET_NAMES) {
    expect(PRESETS[name]!.source).toMatch(/arXiv:\d{4}\.\d{5}|RedPajama|doremi/);
    for (const weight of Object.values(PRESETS[name]!.weights)) expect(weight).toBeGreaterThan(0);
  }
});

test.each(PRESET_NAMES)('%s sums to one but for its rounding', (name) => {
  const { weights, basis } = PRESETS[name]!;
  expect(sum(presetWeights(name, alone(name)).weights)).toBeCloseTo(1, 12);
  if (basis === 'tokens') return;
  const printed = { gpt3: 1.01, dolma3: 1.0005, 'pile-doremi': 1.0001, 'pile-doremi-120m': 1.0001 }[name] ?? 1;
  expect(sum(weights)).toBeCloseTo(printed, 9);
});

test('gpt3 and pile hold the figures of the tables that the mathematics is tested with', () => {
  expect(Object.values(PRESETS['gpt3']!.weights)).toEqual(gpt3.sources.map(({ weight }) => weight));
  expect(PRESETS['pile']!.weights).toEqual(Object.fromEntries(pile.sources.map(({ name, weight }) => [name, weight])));
});

test('olmo2 has the shares of its tokens: more than 95 % web', () => {
  const { weights, warnings } = presetWeights('olmo2', { web: ['dclm_baseline'], code: ['starcoder_filtered'], papers: ['peS2o', 'arxiv'], math: ['openwebmath', 'algebraic_stack'], wiki: ['wiki'] });
  expect(weights['web']).toBeCloseTo(3710 / 3900.1, 12);
  expect(weights['papers']).toBeCloseTo((58.6 + 20.8) / 3900.1, 12);
  expect(warnings).toEqual([]);
});

describe('a preset mapped onto the user\'s sources', () => {
  test('gives each the sum of what it stands for, and GPT-3\'s 101 % is said and divided out', () => {
    const { weights, warnings } = presetWeights('gpt3', { web: ['common_crawl_filtered', 'webtext2'], books: ['books1', 'books2'], wiki: ['wikipedia'], code: [] });
    expect(weights).toEqual({ web: expect.closeTo(0.82 / 1.01, 12), books: expect.closeTo(0.16 / 1.01, 12), wiki: expect.closeTo(0.03 / 1.01, 12), code: 0 });
    expect(warnings).toEqual(['preset gpt3: its published weights sum to 101 %; each is divided by that sum']);
  });

  test('names the published sources left out, and what the others become', () => {
    const { weights, warnings } = presetWeights('llama1', { web: ['commoncrawl_ccnet', 'c4'], wiki: ['wikipedia'] });
    expect(weights).toEqual({ web: expect.closeTo(0.82 / 0.865, 12), wiki: expect.closeTo(0.045 / 0.865, 12) });
    expect(warnings).toEqual([
      'preset llama1: github (4.5 %), books (4.5 %), arxiv (2.5 %), stackexchange (2 %) of it are mapped to no source; the other 86.5 % stand for all: web 82 % -> 94.8 %, wiki 4.5 % -> 5.2 %',
    ]);
  });

  test('that does not exist, or whose sources do not, is a bug', () => {
    expect(() => presetWeights('gpt9', {})).toThrow(/expected one of gpt3/);
    expect(() => presetWeights('constructor', {})).toThrow(RangeError);
    expect(() => presetWeights('palm', { a: ['toString'] })).toThrow(/found toString, expected one of social_media/);
  });
});
