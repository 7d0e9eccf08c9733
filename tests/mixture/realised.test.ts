import { expect, test } from 'vitest';
import { planMixture } from '#src/mixture/budget.js';
import { realiseMixture } from '#src/mixture/realised.js';

const amount = (tokens: number) => ({ documents: tokens / 10, bytes: tokens * 4, tokens, size: tokens });
const plan = planMixture({
  unit: 'tokens', sizes: { web: 1000, wiki: 100, empty: 0 }, weights: { web: 0.6, wiki: 0.4, empty: 0 }, budget: 800, maxEpochs: { web: 4, wiki: 4, empty: 4 }, shortfall: 'error',
});

test('the realised weight is a share of what was written, and epochs count from what was available', () => {
  expect(realiseMixture(plan, { web: amount(500), wiki: amount(300) })).toEqual([
    { source: 'web', requestedWeight: 0.6, realisedWeight: 0.625, size: 500, tokens: 500, bytes: 2000, documents: 50, epochs: 0.5 },
    { source: 'wiki', requestedWeight: 0.4, realisedWeight: 0.375, size: 300, tokens: 300, bytes: 1200, documents: 30, epochs: 3 },
    { source: 'empty', requestedWeight: 0, realisedWeight: 0, size: 0, tokens: 0, bytes: 0, documents: 0, epochs: 0 },
  ]);
});

test('an empty corpus has no weights', () => {
  for (const { realisedWeight, epochs } of realiseMixture(plan, {})) expect([realisedWeight, epochs]).toEqual([0, 0]);
});
