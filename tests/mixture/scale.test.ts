/** A mixture of a million documents, as columns: what is selected against what was planned, and the order that it comes in. */
import { describe, expect, test } from 'vitest';
import { hashKey, keyedHash, keyedUniform } from '#src/core/keyed-hash.js';
import { planMixture } from '#src/mixture/budget.js';
import { orderHashKey, orderKeys } from '#src/mixture/order.js';
import { selectionHash, selectionHashKey, ThresholdSearch, type Threshold } from '#src/mixture/select.js';
import { copiesOf } from '#src/pipeline/copies.js';

const SEED = 5;
/** Documents and mean tokens; lengths are log-normal with as large a spread as web pages have, books wider, the longest a thousand times the median. */
const SOURCES = {
  web: { documents: 700_000, median: 600, spread: 1.3 }, code: { documents: 150_000, median: 900, spread: 1.6 }, papers: { documents: 80_000, median: 6000, spread: 0.8 },
  wiki: { documents: 60_000, median: 350, spread: 1.1 }, books: { documents: 10_000, median: 80_000, spread: 0.9 },
} as const;
type Source = keyof typeof SOURCES;
const NAMES = Object.keys(SOURCES) as Source[]; // its own keys
const WEIGHTS = { web: 0.5, code: 0.13, papers: 0.2, wiki: 0.06, books: 0.11 } as const;

interface Columns { readonly low: Uint32Array; readonly high: Uint32Array; readonly tokens: Uint32Array }

function columnsOf(source: Source): Columns {
  const { documents, median, spread } = SOURCES[source];
  const [key, lengths] = [hashKey(SEED, `ids of ${source}`), hashKey(SEED, `lengths of ${source}`)];
  const [low, high, tokens] = [new Uint32Array(documents), new Uint32Array(documents), new Uint32Array(documents)];
  const [bytes, hash] = [new Uint8Array(4), new Uint32Array(2)];
  for (let row = 0; row < documents; row++) {
    new DataView(bytes.buffer).setUint32(0, row);
    keyedHash(key, bytes, hash);
    [low[row], high[row]] = [hash[0]!, hash[1]!];
    const normal = Math.sqrt(-2 * Math.log(1 - keyedUniform(lengths, row, 0))) * Math.cos(2 * Math.PI * keyedUniform(lengths, row, 1)); // Box and Muller
    tokens[row] = Math.max(1, Math.round(median * Math.exp(spread * Math.max(-4, Math.min(4, normal)))));
  }
  return { low, high, tokens };
}

const columns = new Map(NAMES.map((source) => [source, columnsOf(source)]));
const sum = (values: Uint32Array): number => values.reduce((total, value) => total + value, 0);
const sizes = Object.fromEntries(NAMES.map((source) => [source, sum(columns.get(source)!.tokens)]));

function thresholdOf(source: Source, wanted: number): Threshold {
  const { low, high, tokens } = columns.get(source)!;
  const search = new ThresholdSearch(wanted);
  const [key, hash] = [selectionHashKey(SEED), new Uint32Array(2)];
  do {
    for (let row = 0; row < tokens.length; row++) {
      selectionHash(key, low[row]!, high[row]!, hash);
      search.add(hash[0]!, hash[1]!, tokens[row]!);
    }
  } while (search.nextPass());
  return search.threshold;
}

describe('a million documents of skewed lengths', () => {
  test.each([0.35e9, 1.9e9])('come within .1 %% of their planned weights and of a budget of %d tokens', (budget) => {
    const plan = planMixture({ unit: 'tokens', sizes, weights: WEIGHTS, budget, maxEpochs: Object.fromEntries(NAMES.map((source) => [source, 40])), shortfall: 'error' });
    const written = plan.sources.map(({ source, wholeCopies, fractionSize }) => {
      const { low, high, tokens } = columns.get(source as Source)!; // the plan has the sources it was given
      const copies = { seed: SEED, wholeCopies, threshold: fractionSize > 0 ? thresholdOf(source as Source, fractionSize) : { high: 0, low: 0, size: 0 } };
      let total = 0;
      for (let row = 0; row < tokens.length; row++) total += tokens[row]! * copiesOf(copies, { low: low[row]!, high: high[row]! });
      return total;
    });
    const total = written.reduce((all, one) => all + one, 0);
    expect(Math.abs(total / budget - 1)).toBeLessThan(1e-3);
    plan.sources.forEach(({ plannedWeight }, i) => expect(Math.abs(written[i]! / total / plannedWeight - 1)).toBeLessThan(1e-3));
    expect(plan.sources.some(({ epochs }) => epochs > 1)).toBe(budget > 1e9);
  });

  test('are in an order whose every hundredth has each source\'s share of the documents, and whose keys differ', () => {
    const [key, hash] = [orderHashKey(SEED), new Uint32Array(2)];
    const [parts, all] = [100, NAMES.map((source) => new Uint32Array(SOURCES[source].documents))];
    const counts = NAMES.map((source, s) => {
      const { low, high } = columns.get(source)!;
      const found = new Array<number>(parts).fill(0);
      for (let row = 0; row < low.length; row++) {
        orderKeys(key, low[row]!, high[row]!, 1, hash);
        found[Math.floor((hash[1]! / 2 ** 32) * parts)]! += 1;
        all[s]![row] = hash[1]!;
      }
      return found;
    });
    NAMES.forEach((source, s) => {
      const expected = SOURCES[source].documents / parts;
      const statistic = counts[s]!.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
      expect(statistic).toBeGreaterThan(55); // Pearson's, of 99 degrees of freedom: 99.98 % lie between these
      expect(statistic).toBeLessThan(158);
    });
    expect(new Set(all.flatMap((hashes) => [...hashes])).size).toBeGreaterThan(999_500); // of half the key's bits: 116 pairs share them
  });
});
