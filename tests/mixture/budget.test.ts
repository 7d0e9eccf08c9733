import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planMixture, type MixtureRequest } from '#src/mixture/budget.js';
import { MixtureError } from '#src/mixture/errors.js';
import { normaliseWeights } from '#src/mixture/weights.js';

interface Published {
  readonly gpt3: { readonly sources: readonly { readonly name: string; readonly tokens: number; readonly weight: number }[] };
  readonly pile: {
    readonly effectiveGib: number;
    readonly sources: readonly { readonly name: string; readonly raw: number; readonly weight: number; readonly epochs: number }[];
  };
}
const { gpt3, pile } = JSON.parse(readFileSync(new URL('published.json', import.meta.url), 'utf8')) as Published;

type Rest = Partial<Omit<MixtureRequest, 'maxEpochs'>> & { readonly maxEpochs?: number };
const request = (sizes: Readonly<Record<string, number>>, weights: Readonly<Record<string, number>>, { maxEpochs = 4, ...rest }: Rest = {}): MixtureRequest => ({
  unit: 'tokens', sizes, weights: normaliseWeights(weights).weights, budget: 1000, shortfall: 'error', ...rest,
  maxEpochs: Object.fromEntries(Object.keys(weights).map((name) => [name, maxEpochs])),
});
const quotas = (of: MixtureRequest) => Object.fromEntries(planMixture(of).sources.map(({ source, quota }) => [source, quota]));

describe('published tables', () => {
  test('GPT-3\'s weights at 300 billion tokens give 300 x weight / tokens epochs, once for its sum of 101 %', () => {
    const plan = planMixture(request(
      Object.fromEntries(gpt3.sources.map(({ name, tokens }) => [name, tokens * 1e9])),
      Object.fromEntries(gpt3.sources.map(({ name, weight }) => [name, weight])),
      { budget: 300e9 },
    ));
    // From the paper's tokens and weights; its printed epochs (2.9 for WebText2) do not follow from them.
    const expected = { 'common-crawl': 0.439, webtext2: 3.474, books1: 2, books2: 0.436, wikipedia: 3 };
    for (const { source, epochs } of plan.sources) expect(epochs * 1.01).toBeCloseTo(expected[source as keyof typeof expected], 3);
    expect(plan.sources.reduce((sum, { quota }) => sum + quota, 0)).toBe(300e9);
  });

  test('The Pile\'s sizes and epochs give back its weights to the printed digit, and its weights give back its epochs', () => {
    const unit = 1e9; // a "token" is a billionth of a GiB here
    const tokens = Object.fromEntries(pile.sources.map(({ name, raw }) => [name, Math.round(raw * unit)]));
    const weights = Object.fromEntries(pile.sources.map(({ name, raw, epochs }) => [name, raw * epochs]));
    const plan = planMixture(request(tokens, weights, { budget: Math.round(pile.effectiveGib * unit) }));
    expect(plan.sources).toHaveLength(22);
    for (const [i, { weight, epochs }] of pile.sources.entries()) {
      expect(Math.abs(plan.sources[i]!.requestedWeight - weight)).toBeLessThan(5.5e-5); // weights are printed to 1e-4, sizes to .01 GiB of 1254: half of each
      expect(Math.abs(plan.sources[i]!.epochs - epochs)).toBeLessThan(1e-3);
    }
  });
});

describe('quotas', () => {
  test('a source that is called like a property of every object, and has no size, has nothing', () => {
    expect(quotas(request({ a: 900 }, { a: 1, constructor: 0 }))).toEqual({ a: 1000, constructor: 0 });
  });

  test('a quota is whole copies and a fraction of one more', () => {
    const [a, b] = planMixture(request({ a: 240, b: 4000 }, { a: 60, b: 40 })).sources;
    expect(a).toMatchObject({ quota: 600, epochs: 2.5, wholeCopies: 2, fractionSize: 120, fraction: 0.5 });
    expect(b).toMatchObject({ quota: 400, epochs: 0.1, wholeCopies: 0, fractionSize: 400, fraction: 0.1 });
  });

  test('quotas sum to the budget exactly, the odd tokens going to the largest remainders and then by name', () => {
    expect(quotas(request({ a: 900, b: 900, c: 900 }, { a: 1, b: 1, c: 1 }))).toEqual({ a: 334, b: 333, c: 333 });
    expect(quotas(request({ a: 900, b: 900 }, { a: 1, b: 2 }, { budget: 100 }))).toEqual({ a: 33, b: 67 });
  });

  test('a single source gives the whole budget, and a weight of 0 gives nothing', () => {
    expect(quotas(request({ a: 500, b: 500 }, { a: 1, b: 0 }))).toEqual({ a: 1000, b: 0 });
  });

  test('sources keep the order in which they were weighted, and their quotas do not depend on it', () => {
    const of = (weights: Readonly<Record<string, number>>) => planMixture(request({ z: 900, a: 900, m: 900 }, weights)).sources;
    expect(of({ z: 1, a: 1, m: 1 }).map(({ source }) => source)).toEqual(['z', 'a', 'm']);
    expect([...of({ m: 1, z: 1, a: 1 })].reverse()).toEqual(of({ a: 1, z: 1, m: 1 }));
  });
});

describe('a budget of max', () => {
  test('is the largest at which no source passes maxEpochs', () => {
    const plan = planMixture(request({ a: 100, b: 1000 }, { a: 25, b: 75 }, { budget: 'max' }));
    expect(plan.budget).toBe(1600);
    expect(plan.sources.map(({ epochs }) => epochs)).toEqual([4, 1.2]);
    expect(() => planMixture(request({ a: 100, b: 1000 }, { a: 25, b: 75 }, { budget: 1600 }))).not.toThrow();
    expect(() => planMixture(request({ a: 100, b: 1000 }, { a: 25, b: 75 }, { budget: 1604 }))).toThrow(MixtureError);
  });

  test('ignores sources of weight 0, and never needs a shortfall', () => {
    expect(planMixture(request({ a: 100, b: 0 }, { a: 1, b: 0 }, { budget: 'max' })).budget).toBe(400);
    fc.assert(fc.property(
      fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 1e9 }), weight: fc.double({ min: 1e-3, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 8 }),
      (sources, maxEpochs) => {
        const of = (value: (one: (typeof sources)[number]) => number) => Object.fromEntries(sources.map((one, i) => [`s${i}`, value(one)]));
        const plan = planMixture(request(of(({ tokens }) => tokens), of(({ weight }) => weight), { budget: 'max', maxEpochs }));
        for (const { epochs } of plan.sources) expect(epochs).toBeLessThanOrEqual(maxEpochs);
        expect(plan.warnings).toEqual([]);
        expect(plan.sources.reduce((sum, { quota }) => sum + quota, 0)).toBe(plan.budget);
      },
    ), { numRuns: 200 });
  });
});

describe('a shortfall', () => {
  const short = (shortfall: MixtureRequest['shortfall'], tokens: Readonly<Record<string, number>> = { a: 100, b: 5000, c: 5000 }) => (
    request(tokens, { a: 60, b: 20, c: 20 }, { shortfall }));

  test('under error names the figures and the largest budget that works', () => {
    expect(() => planMixture(short('error'))).toThrow(MixtureError);
    expect(() => planMixture(short('error'))).toThrow(
      /a should give 600 tokens \(60.00 % of 1000\), it has 100, so 6.00 epochs\n.*budget of at most 666,/);
  });

  test.each([[4, true], [3.99, false]])('is none at exactly maxEpochs: %d epochs allowed', (maxEpochs, fits) => {
    const run = () => planMixture(request({ a: 150, b: 5000 }, { a: 60, b: 40 }, { maxEpochs }));
    if (fits) expect(run().sources[0]!.epochs).toBe(4);
    else expect(run).toThrow(MixtureError);
  });

  test('under cap makes the corpus smaller and says by how much', () => {
    expect(quotas(short('cap'))).toEqual({ a: 400, b: 200, c: 200 });
    expect(planMixture(short('cap')).warnings).toEqual([
      'a should give 600 tokens (60.00 % of 1000), it has 100, so 6.00 epochs: cut to 400, 4 epochs',
      'the corpus is planned with 800 tokens instead of 1000',
    ]);
  });

  test('under renormalise gives the missing tokens to the others by weight', () => {
    expect(quotas(short('renormalise'))).toEqual({ a: 400, b: 300, c: 300 });
    expect(planMixture(short('renormalise')).warnings).toEqual([
      'a should give 600 tokens (60.00 % of 1000), it has 100, so 6.00 epochs: cut to 400, 4 epochs',
      'b gives 300 tokens instead of 200 to make up for it',
      'c gives 300 tokens instead of 200 to make up for it',
    ]);
  });

  test('under renormalise cascades: a source filled by the first round passes its rest on', () => {
    expect(quotas(short('renormalise', { a: 100, b: 60, c: 5000 }))).toEqual({ a: 400, b: 240, c: 360 });
    expect(quotas(short('renormalise', { a: 100, b: 60, c: 20 }))).toEqual({ a: 400, b: 240, c: 80 });
  });

  test('a weighted source without any token is one', () => {
    expect(() => planMixture(short('error', { a: 0, b: 5000, c: 5000 }))).toThrow(/a should give 600 tokens.*it has none/);
    expect(quotas(short('cap', { a: 0, b: 5000, c: 5000 }))).toEqual({ a: 0, b: 200, c: 200 });
    expect(quotas(short('renormalise', { a: 0, b: 5000, c: 5000 }))).toEqual({ a: 0, b: 500, c: 500 });
    expect(() => planMixture(short('cap', { a: 0, b: 0, c: 0 }))).toThrow(/no source with a weight has any token left/);
  });
});

describe('caps', () => {
  const plan = (sizes: Readonly<Record<string, number>>, weights: Readonly<Record<string, number>>, rest: Partial<MixtureRequest>) => planMixture({ ...request(sizes, weights), ...rest });

  test('of epochs hold for each source by itself, and the error says what each may', () => {
    const of = (wiki: number) => plan({ web: 1000, wiki: 100 }, { web: 50, wiki: 50 }, { maxEpochs: { web: 1, wiki } });
    expect(of(5).sources.map(({ epochs }) => epochs)).toEqual([0.5, 5]);
    expect(() => of(3)).toThrow(/with at most the epochs allowed:\n {2}wiki should give 500 tokens \(50\.00 % of 1000\), it has 100, so 5\.00 epochs, at most 3 allowed\n {2}expected a budget of at most 600,/);
  });

  test('of shares cut a weight before the budget is shared, loudly, and the request stays on record', () => {
    const { sources, warnings } = plan({ web: 5000, wiki: 5000 }, { web: 80, wiki: 20 }, { maxShare: { web: 0.6 } });
    expect(sources.map(({ requestedWeight, plannedWeight, quota }) => [requestedWeight, plannedWeight, quota])).toEqual([[0.8, 0.6, 600], [0.2, 0.4, 400]]);
    expect(warnings).toEqual(['web should have 80.00 %, more than its maxShare of 60.00 %; what is cut goes to the others: wiki 20.00 % -> 40.00 %']);
  });

  test('of shares hold in a corpus that shortfalls made smaller', () => {
    const { sources, warnings } = plan({ a: 50, b: 5000 }, { a: 60, b: 40 }, { shortfall: 'cap', maxShare: { b: 0.5 } });
    expect(sources.map(({ quota }) => quota)).toEqual([200, 200]);
    expect(warnings).toEqual([
      'a should give 600 tokens (60.00 % of 1000), it has 50, so 12.00 epochs: cut to 200, 4 epochs',
      'b gives 200 tokens instead of 400 to keep within its share',
      'the corpus is planned with 400 tokens instead of 1000',
    ]);
    expect(() => plan({ a: 0, b: 5000 }, { a: 60, b: 40 }, { shortfall: 'renormalise', maxShare: { b: 0.5 } })).toThrow(/nothing can be planned within maxShare/);
  });

  const cases = fc.record({
    sources: fc.array(fc.record({
      size: fc.integer({ min: 0, max: 1e6 }), weight: fc.double({ min: 1e-3, max: 1, noNaN: true }), epochs: fc.integer({ min: 1, max: 9 }), share: fc.double({ min: 0.2, max: 1, noNaN: true }),
    }), { minLength: 1, maxLength: 7 }),
    budget: fc.integer({ min: 1, max: 1e7 }), shortfall: fc.constantFrom('error' as const, 'cap' as const, 'renormalise' as const),
  });
  const attempt = ({ sources, budget, shortfall }: { readonly sources: readonly { readonly size: number; readonly weight: number; readonly epochs: number; readonly share: number }[]; readonly budget: number; readonly shortfall: MixtureRequest['shortfall'] }, factor = 1, order = (names: readonly number[]) => names) => {
    const of = <Value>(value: (one: (typeof sources)[number]) => Value) => Object.fromEntries(order(sources.map((_, i) => i)).map((i) => [`s${i}`, value(sources[i]!)]));
    try {
      return planMixture({
        unit: 'bytes', sizes: of(({ size }) => size), weights: normaliseWeights(of(({ weight }) => weight * factor)).weights, budget, shortfall,
        maxEpochs: of(({ epochs }) => epochs), maxShare: of(({ share }) => share),
      });
    } catch (error) {
      if (error instanceof MixtureError) return undefined;
      throw error;
    }
  };

  test('are never passed: of epochs not at all, of shares by less than a byte; and what is given sums to the budget or is warned of', () => {
    let planned = 0;
    fc.assert(fc.property(cases, (one) => {
      const plan = attempt(one);
      if (plan === undefined) return;
      planned++;
      const given = plan.sources.reduce((sum, { quota }) => sum + quota, 0);
      expect(given).toBeLessThanOrEqual(one.budget);
      if (given < one.budget) expect(plan.warnings.at(-1)).toBe(`the corpus is planned with ${given} bytes instead of ${one.budget}`);
      for (const [i, { quota, wholeCopies, fractionSize, available }] of plan.sources.entries()) {
        expect(quota).toBe(wholeCopies * available + fractionSize);
        expect(quota).toBeLessThanOrEqual(one.sources[i]!.size * one.sources[i]!.epochs);
        expect(quota).toBeLessThan(one.sources[i]!.share * given + 2); // itself and the sum are rounded
      }
    }), { numRuns: 1000 });
    expect(planned).toBeGreaterThan(300);
  });

  test('a factor of all weights that rounds them moves a quota by a unit at most', () => {
    fc.assert(fc.property(cases, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (one, factor) => {
      const [plan, scaled] = [attempt(one), attempt(one, factor)];
      if (plan === undefined || scaled === undefined) return; // on the edge of what can be given
      for (const [i, { quota }] of plan.sources.entries()) expect(Math.abs(quota - scaled.sources[i]!.quota)).toBeLessThanOrEqual(1);
    }), { numRuns: 300 });
  });

  test('scaling all weights by a power of two changes nothing, nor does the order of the sources', () => {
    fc.assert(fc.property(cases, (one) => {
      const byName = (plan: ReturnType<typeof attempt>) => plan && [...plan.sources].sort((a, b) => (a.source < b.source ? -1 : 1)).map(({ quota }) => quota);
      expect(byName(attempt(one, 2 ** 20))).toEqual(byName(attempt(one)));
      expect(byName(attempt(one, 1, (names) => [...names].reverse()))).toEqual(byName(attempt(one)));
    }), { numRuns: 300 });
  });
});
