import { expect, test } from 'vitest';
import { MixtureError } from '#src/mixture/errors.js';
import { planRecipeMixture } from '#src/pipeline/plan-mixture.js';
import { parse } from './recipe-fixture.js';

const recipe = (mixture: string, dedup = '') => parse(`name: m\nsources:\n  web: { read: { format: text, paths: w } }\n  wiki: { read: { format: text, paths: k } }\n${dedup}mixture: { ${mixture} }\n`);
const quotas = (mixture: string, sizes: Readonly<Record<string, number>>) => (
  Object.fromEntries(planRecipeMixture(recipe(mixture), sizes).plan!.sources.map(({ source, quota }) => [source, quota])));

test('every rule plans the recipe\'s sources', () => {
  const sizes = { web: 900, wiki: 100 };
  expect(quotas('budget: 500, weights: { web: 3, wiki: 1 }', sizes)).toEqual({ web: 375, wiki: 125 });
  expect(quotas('budget: 500, rule: proportional', sizes)).toEqual({ web: 450, wiki: 50 });
  expect(quotas('budget: 400, rule: { temperature: 2 }', sizes)).toEqual({ web: 300, wiki: 100 });
  expect(quotas('budget: 500, rule: unimax', sizes)).toEqual({ web: 250, wiki: 250 });
  expect(quotas('budget: 1200, rule: unimax', sizes)).toEqual({ web: 800, wiki: 400 });
  expect(quotas('budget: 600, rule: { epochs: { web: 1, wiki: 3 } }', sizes)).toEqual({ web: 450, wiki: 150 });
  expect(quotas('budget: 415, rule: { preset: chinchilla, map: { web: massiveweb, wiki: [wikipedia, books] } }, maxEpochs: 9', sizes)).toEqual({ web: 246, wiki: 169 }); // 45 : 31
});

test('a source that is only compared with has no part in it', () => {
  const plan = planRecipeMixture(recipe('budget: 50, rule: proportional', 'dedup: { methods: [exact], against: [wiki] }\n'), { web: 100, wiki: 100 }).plan!;
  expect(plan.sources.map(({ source, quota }) => [source, quota])).toEqual([['web', 50]]);
});

test('warnings are of the weights, of the budget, and of what is read more than 4 times', () => {
  const { warnings } = planRecipeMixture(recipe('budget: 1000, weights: { web: 60, wiki: 41 }, maxEpochs: { wiki: 16 }, maxShare: { web: 0.5 }'), { web: 900, wiki: 50 });
  expect(warnings).toEqual([
    'mixture weights sum to 101, not to 1 or 100; each was divided by that sum: web 60 -> 59.41 %, wiki 41 -> 40.59 %',
    'web should have 59.41 %, more than its maxShare of 50.00 %; what is cut goes to the others: wiki 40.59 % -> 50.00 %',
    'wiki is read 10.00 times, more than 4: worth 78.1 % of as much fresh data',
  ]);
});

test('a recipe without a mixture has no plan, and one of empty sources none that is whole', () => {
  expect(planRecipeMixture(parse('name: m\nsources:\n  a: { read: { format: text, paths: a } }\n'), { a: 5 })).toEqual({ warnings: [] });
  for (const rule of ['proportional', 'unimax', '{ temperature: 2 }', '{ epochs: { web: 0, wiki: 1 } }']) {
    expect(() => planRecipeMixture(recipe(`budget: 5, rule: ${rule}`), { web: 0, wiki: 0 })).toThrow(MixtureError);
  }
  expect(() => planRecipeMixture(recipe('budget: 5, rule: { epochs: { web: 0, wiki: 1 } }'), { web: 9, wiki: 0 })).toThrow(/no source that is asked for has any token left/);
});
