import { expect, test } from 'vitest';
import { planMixture } from '#src/mixture/budget.js';
import { compareRules, renderComparison } from '#src/reports/mixture-compare.js';
import { mixtureNumbers, type MixtureInput } from '#src/reports/mixture-numbers.js';
import { describeSize, renderMixture } from '#src/reports/mixture-text.js';

const amount = (documents: number, tokens: number) => ({ documents, bytes: tokens * 4, tokens });
const sized = (documents: number, tokens: number) => ({ ...amount(documents, tokens), size: tokens });

const INPUT: MixtureInput = {
  recipe: 'small', fingerprint: 'f', rule: { kind: 'given', weights: { web: 50, wiki: 50, gone: 0 } }, warnings: ['a thing to know'],
  plan: planMixture({
    unit: 'tokens', sizes: { web: 1_000_000, wiki: 250_000, gone: 0 }, weights: { web: 0.5, wiki: 0.5, gone: 0 }, budget: 2_000_000, maxEpochs: { web: 4, wiki: 4, gone: 4 }, shortfall: 'error',
  }),
  available: { web: sized(600, 1_000_000), wiki: sized(10, 250_000), gone: sized(0, 0) },
  counted: { by: 'bytes-per-token' }, bytesPerToken: { web: 4, wiki: 3.5, gone: 4 }, deduplicated: true, failedShards: [],
  realised: { web: 1_010_000, wiki: 990_000, gone: 0 },
  flow: {
    web: { read: amount(2000, 3_000_000), filtered: amount(900, 1_500_000) }, wiki: { read: amount(10, 250_000), filtered: amount(10, 250_000) }, gone: { read: amount(5, 750_000), filtered: amount(0, 0) },
  },
};

test('the table is one that a person can read', () => {
  expect(renderMixture(mixtureNumbers(INPUT))).toBe(`\
small: 2M tokens, by the weights given

source  available   of all  requested  planned  realised  gives  epochs  up-sampled   worth     of it
web            1M  80.00 %    50.00 %  50.00 %   50.50 %     1M   1.000       0.63x      1M  100.00 %
wiki         250k  20.00 %    50.00 %  50.00 %   49.50 %     1M   4.000       2.50x  931.4k   93.14 %
gone            0   0.00 %     0.00 %   0.00 %    0.00 %      0   0.000           -       0  100.00 %
all         1.25M                                            2M                      1.931M   96.57 %

At these weights a source passes 1, 4 and 16 epochs where the corpus has so many tokens:

source  1 epoch  4 epochs  16 epochs
web          2M        8M        32M
wiki       500k        2M         8M
gone      never     never      never

Share of all tokens, estimated from bytes: as read, behind the filters, and with what deduplication left;
documents behind the filters for each that is left to mix, and how often a text would be read on the mean had they all stayed:

source  as read  after filters  left to mix  planned  documents for one  epochs with all
web     75.00 %        85.71 %      80.00 %  50.00 %              1.500            1.500
wiki     6.25 %        14.29 %      20.00 %  50.00 %              1.000            4.000
gone    18.75 %         0.00 %       0.00 %   0.00 %                  -                -

Tokens are estimated from bytes, by bytes a token: web 4.00, wiki 3.50, gone 4.00.
Worth: what repeated tokens are worth in fresh ones, U + U R* (1 - exp(-R / R*)) of U read R + 1 times, R* = 15.39 (Muennighoff et al. 2023).

Warnings:
- a thing to know
`);
});

test('other rules are compared on the same sources and budget, but not the recipe\'s own with itself', () => {
  const numbers = mixtureNumbers(INPUT);
  const maxEpochs = { web: 4, wiki: 4, gone: 4 };
  expect(renderComparison(compareRules(numbers, { maxEpochs }))).toBe(`\
Weights by other rules, and the epochs that 2M tokens would make of them:

source   recipe  epochs  proportional  epochs  temperature 2  epochs   UniMax  epochs
web     50.00 %   1.000       80.00 %   1.600        66.67 %   1.333  50.00 %   1.000
wiki    50.00 %   4.000       20.00 %   1.600        33.33 %   2.667  50.00 %   4.000
gone     0.00 %   0.000        0.00 %   0.000         0.00 %   0.000   0.00 %   0.000
`);
  expect(compareRules({ ...numbers, rule: { kind: 'unimax' } }, { maxEpochs }).rules.map(({ rule }) => rule)).toEqual(['recipe', 'proportional', 'temperature 2']);
});

test.each([
  [300e9, 'tokens', '300B'], [300e9, 'bytes', '300 GB'], [1234, 'bytes', '1.234 kB'], [12, 'bytes', '12 B'], [999_999, 'documents', '1000k'], [1.5e12, 'words', '1.5T'], [0, 'tokens', '0'], [123_456_789, 'tokens', '123.5M'],
] as const)('%d %s are told as %s', (value, unit, text) => {
  expect(describeSize(value, unit)).toBe(text);
});

test('bytes have their own names, and text of a recipe stays on its line', () => {
  expect(renderMixture(mixtureNumbers({ ...INPUT, plan: { ...INPUT.plan, unit: 'bytes' } }))).toMatch(/^small: 2 MB, by the weights given\n/);
  expect(renderMixture(mixtureNumbers({ ...INPUT, recipe: 'a\nb', warnings: ['x\ny'] }))).not.toMatch(/^(b|y)/m);
});
