import { expect, test } from 'vitest';
import { swarmWarnings } from '#src/cli/tune-swarm-report.js';

const sources = ['web', 'books'].map((source) => ({ source }));
const run = (index: number, weights: Readonly<Record<string, number>>) => ({ run: `swarm-${index}`, name: `x-${index}`, index, weights });
const half = Array.from({ length: 16 }, (_, i) => run(i, { web: 0.5, books: 0.5 }));
const whole = half.map(() => ({ losses: { exam: 2.5, other: 7.9 }, epochs: { web: 1, books: 4 }, left: 0 }));

test('a swarm with enough runs, of sources with enough text, gives nothing to warn of', () => {
  expect(swarmWarnings({ sources }, { runs: half, cut: 0 }, whole)).toEqual([]);
});

test('few runs, cut mixtures, a source that hardly takes part, full models and repetition are said with their numbers', () => {
  const few = [run(0, { web: 1, books: 0 }), run(1, { web: 0.9, books: 0.1 }), ...half.slice(0, 5).map(({ weights }, i) => run(2 + i, weights))];
  expect(swarmWarnings({ sources }, { runs: few, cut: 2 }, whole.slice(0, 7))).toEqual([
    '7 runs for 2 sources, 3.5 each: 8 are good (--runs 16)', '2 of 7 mixtures were cut to 15 times the share of each source, as no draw kept to it',
  ]);
  const rare = half.map((one, i) => (i < 2 ? one : run(i, { web: 1, books: 0 })));
  expect(swarmWarnings({ sources }, { runs: rare, cut: 0 }, whole)).toEqual(['little is measured of books (in 2 runs): too small a share of the whole']);
  expect(swarmWarnings({ sources }, { runs: half, cut: 0 }, [{ losses: {}, epochs: { web: 1 }, left: 3 }, { losses: {}, epochs: { web: 1, books: 12.34 }, left: 0 }])).toEqual([
    '1 of 2 proxies had no room for all n-grams: they are coarser than the others, and fewer bytes or a smaller order would do',
    'proxies read books up to 12.3 times: it has less text than they read, and they hardly see the harm of repetition',
  ]);
});

test('one source has nothing to tune', () => {
  expect(swarmWarnings({ sources: [{ source: 'web' }] }, { runs: [run(0, { web: 1 })], cut: 0 }, whole.slice(0, 1))).toEqual([
    'web is the only source: its weight is 1, and there is nothing to tune',
  ]);
});

test('a target that no mixture predicts better than a guess is unlike every source', () => {
  const foreign = whole.map((one, i) => ({ ...one, losses: { exam: 2.5, foreign: 8.25 + i } }));
  expect(swarmWarnings({ sources }, { runs: half, cut: 0 }, foreign)).toEqual([
    'foreign is unlike every source: no mixture has less than 8.25 bits per byte, and a guess has 8; its losses say nothing of the weights',
  ]);
});
