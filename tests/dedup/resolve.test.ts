import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '#src/dedup/components.js';
import { ClusterResolver, leastEstimate, REMOVAL_METHODS, type Removal, type ResolveOptions } from '#src/dedup/resolve.js';
import { estimateJaccard } from '#src/dedup/similarity.js';

const PERMUTATIONS = 20;

/** Signature of a document at a place on a line: places d apart agree in 20 - d of the 20 minima. None of them is 0. */
const onLine = (place: number): Uint16Array =>
  Uint16Array.from({ length: PERMUTATIONS }, (_, i) => 1 + Math.floor((place + PERMUTATIONS - 1 - i) / PERMUTATIONS) * PERMUTATIONS + i);

interface Made {
  /** Where its signature lies; undefined: too short for one. */
  readonly place?: number;
  /** Documents of one text have one number; default: its place. */
  readonly text?: number;
  readonly url?: number;
  readonly against?: boolean;
}

function optionsFor(documents: readonly Made[], options: Partial<ResolveOptions> = {}): ResolveOptions {
  const minima = new Uint16Array(PERMUTATIONS); // one view for all rows, as a cache may hand out
  const keys = new Uint32Array(6);
  return {
    level: 0.79, exact: true, url: true, minhash: 'estimated', permutations: PERMUTATIONS, within: true, dropAll: false,
    isAgainst: (row) => documents[row]!.against === true,
    keysOf: (row) => { keys.set([documents[row]!.text ?? 1000 + (documents[row]!.place ?? row), 1, 2, 3, documents[row]!.url ?? 0, documents[row]!.url ?? 0]); return keys; },
    minimaOf: (row) => { minima.fill(0); if (documents[row]!.place !== undefined) minima.set(onLine(documents[row]!.place)); return minima; },
    exactJaccard: () => { throw new Error('asked for a text'); },
    ...options,
  };
}

interface Resolved { readonly removals: Removal[]; readonly forMembers: Removal[]; readonly totals: ClusterResolver['totals'] }

/** One component of all documents, in blocks of rows in the order given; default: one block in the order of rows. */
function resolve(documents: readonly Made[], options: Partial<ResolveOptions> = {}, blocks?: readonly (readonly number[])[]): Resolved {
  const removals: Removal[] = [];
  const forMembers: Removal[] = [];
  const resolver = new ClusterResolver(optionsFor(documents, options), { removed: (removal, forMember) => (forMember ? forMembers : removals).push(removal), blockEnded: () => undefined });
  resolver.begin(0);
  for (const block of blocks ?? [documents.map((_, row) => row)]) resolver.add(block);
  resolver.end();
  return { removals, forMembers, totals: resolver.totals };
}
const listed = (removals: readonly Removal[]): string[] =>
  removals.map(({ row, keptRow, method, estimate, exact }) => `${row} for ${keptRow}: ${REMOVAL_METHODS[method]} ${estimate.toFixed(2)} ${exact.toFixed(2)}`);
const places = (...list: number[]): Made[] => list.map((place) => ({ place }));

describe('a component', () => {
  it('keeps the far end of a chain: A ~ B ~ C, A unlike C', () => {
    const { removals, totals } = resolve(places(0, 4, 8));
    expect(listed(removals)).toEqual(['1 for 0: minhash 0.80 NaN']);
    expect(totals).toEqual({ comparisons: 2, exactComparisons: 0, cappedClusters: 0 });
  });

  it('loses both ends when the policy keeps the middle', () => {
    expect(listed(resolve(places(0, 4, 8), {}, [[1, 0, 2]]).removals)).toEqual(['0 for 1: minhash 0.80 NaN', '2 for 1: minhash 0.80 NaN']);
  });

  it('has the most similar kept document as the witness, the more preferred of equals', () => {
    expect(listed(resolve(places(0, 6, 4, 3)).removals)).toEqual(['2 for 1: minhash 0.90 NaN', '3 for 0: minhash 0.85 NaN']);
  });

  it('loses a document at the level and keeps one below it', () => {
    const at = estimateJaccard(onLine(0), 0, onLine(4), 0, PERMUTATIONS);
    expect(resolve(places(0, 4), { level: at }).removals).toHaveLength(1);
    expect(resolve(places(0, 4), { level: at + 1e-6 }).removals).toHaveLength(0);
  });

  it('loses equal texts and equal addresses by those methods, if they were asked for, and documents without signature by no other', () => {
    const documents = [{ text: 1, url: 7 }, { text: 1 }, { text: 2, url: 7 }, { text: 3, url: 8 }, { text: 3 }];
    expect(listed(resolve(documents).removals)).toEqual(['1 for 0: exact 1.00 1.00', '2 for 0: url NaN NaN', '4 for 3: exact 1.00 1.00']);
    expect(listed(resolve(documents, { exact: false }).removals)).toEqual(['2 for 0: url NaN NaN']);
    expect(listed(resolve(documents, { url: false }).removals)).toEqual(['1 for 0: exact 1.00 1.00', '4 for 3: exact 1.00 1.00']);
    expect(resolve([{}, {}, {}]).removals).toEqual([]);
  });

  it('says how similar two documents of one address are', () => {
    expect(listed(resolve([{ place: 0, url: 7 }, { place: 15, url: 7 }, { url: 7 }]).removals)).toEqual(['1 for 0: url 0.25 NaN', '2 for 0: url NaN NaN']);
  });

  it('loses equal texts of a removed document for the same witness, but not where its address was why it went', () => {
    const twins = [{ place: 0 }, { place: 2, text: 1 }, { place: 2, text: 1 }];
    expect(listed(resolve(twins).removals)).toEqual(['1 for 0: minhash 0.90 NaN', '2 for 0: minhash 0.90 NaN']);
    const moved = [{ place: 0, url: 7 }, { place: 50, text: 1, url: 7 }, { place: 50, text: 1 }, { place: 50, text: 1 }];
    expect(listed(resolve(moved).removals)).toEqual(['1 for 0: url 0.00 NaN', '3 for 2: exact 1.00 1.00']);
  });

  it('is compared with 256 kept documents, the most preferred, and counted if there are more; equal texts beyond them are still found', () => {
    const far = Array.from({ length: 258 }, (_, i) => 100 * i);
    const { removals, totals } = resolve([...places(...far), { place: 25_601, text: 9 }, { place: 25_701, text: 9 }, { place: 25_700 }]);
    expect(listed(removals)).toEqual(['259 for 258: exact 1.00 1.00', '260 for 257: exact 1.00 1.00']);
    expect(totals.cappedClusters).toBe(1);
    expect(resolve(places(...far.slice(0, 256))).totals.cappedClusters).toBe(0);
  });
});

describe('exact verification', () => {
  /** Similarities that signatures know nothing of. */
  const similarity = (table: Record<string, number>): Partial<ResolveOptions> => ({ minhash: 'exact', level: 0.8, exactJaccard: (a, b) => table[`${a} ${b}`]! });

  it('asks for texts of pairs that may reach the level alone, and goes by what they say', () => {
    expect(leastEstimate(0.8, PERMUTATIONS, 'exact')).toBeCloseTo(0.8 - 3 * Math.sqrt(0.16 / 20), 12);
    const { removals, totals } = resolve(places(0, 9, 12, 25), similarity({ '1 0': 0.81, '2 0': NaN }));
    expect(listed(removals)).toEqual(['1 for 0: minhash 0.55 0.81']);
    expect(totals.exactComparisons).toBe(1); // 12 and 25 agree with 0 in too little
    expect(listed(resolve(places(0, 1), similarity({ '1 0': 0.7999 })).removals)).toEqual([]);
  });

  it('takes the best estimates first, and the first text that is similar enough', () => {
    const kept = places(0, 2, 4, 6, 8);
    const unlike = Object.fromEntries([1, 2, 3, 4].flatMap((row) => [0, 1, 2, 3].map((other) => [`${row} ${other}`, 0.1])));
    expect(listed(resolve([...kept, { place: 1 }], similarity({ ...unlike, '5 0': 0.5, '5 1': 0.9 })).removals)).toEqual(['5 for 1: minhash 0.95 0.90']);
  });

  it('compares at most 32 texts', () => {
    const alike = (count: number) => Array.from({ length: count + 1 }, (_, row) => ({ place: 0, text: row + 1 }));
    const likeTheLastKept = (last: number) => ({ minhash: 'exact' as const, level: 0.8, exactJaccard: (a: number, b: number) => (a === last && b === last - 1 ? 0.9 : 0.1) });
    expect(listed(resolve(alike(32), likeTheLastKept(32)).removals)).toEqual(['32 for 31: minhash 1.00 0.90']);
    expect(listed(resolve(alike(33), likeTheLastKept(33)).removals)).toEqual([]);
  });

  it('looks at no text where texts are equal by their hashes', () => {
    expect(listed(resolve([{ place: 0 }, { place: 0 }], { minhash: 'exact' }).removals)).toEqual(['1 for 0: exact 1.00 1.00']);
  });
});

describe('sources that are only compared with', () => {
  it('lose nothing, and are witnesses', () => {
    expect(listed(resolve([{ place: 0, against: true }, { place: 0, against: true }, { place: 1 }, { place: 30 }, { place: 31 }]).removals))
      .toEqual(['2 for 0: minhash 0.95 NaN', '4 for 3: minhash 0.95 NaN']);
  });

  it('are the only witnesses where documents are not compared with one another', () => {
    expect(listed(resolve([{ place: 0, against: true, url: 3 }, { place: 1 }, { place: 30, text: 5 }, { place: 31 }, { place: 30, text: 5 }, { place: 70, url: 3 }], { within: false }).removals))
      .toEqual(['1 for 0: minhash 0.95 NaN', '5 for 0: url 0.00 NaN']);
  });
});

describe('drop-all', () => {
  it('takes the kept document too, once, for the first that matched it, and leaves those without a match', () => {
    const { removals, forMembers } = resolve([...places(0, 1, 2, 30)], { dropAll: true });
    expect(listed(removals)).toEqual(['1 for 0: minhash 0.95 NaN', '2 for 0: minhash 0.90 NaN']);
    expect(listed(forMembers)).toEqual(['0 for 1: minhash 0.95 NaN']);
  });

  it('never takes what is only compared with', () => {
    const { removals, forMembers } = resolve([{ place: 0, against: true }, { place: 1 }], { dropAll: true });
    expect([removals.length, forMembers.length]).toEqual([1, 0]);
  });
});

describe('a component in blocks', () => {
  it('keeps what a block kept, and compares later blocks with it', () => {
    const documents = [...places(0, 50, 1, 51), { text: 7 }, { text: 7 }, { place: 80, url: 3 }, { place: 90, url: 3 }];
    expect(listed(resolve(documents, {}, [[1, 0, 4, 6], [2, 3, 5, 7]]).removals))
      .toEqual(['2 for 0: minhash 0.95 NaN', '3 for 1: minhash 0.95 NaN', '5 for 4: exact 1.00 1.00', '7 for 6: url 0.50 NaN']);
  });
});

describe('all components', () => {
  it('give every removed document a kept witness that it matches, and keep no two that match, whatever the edges\' order', () => {
    const documents = fc.array(fc.record({ place: fc.integer({ min: 0, max: 60 }), rank: fc.integer({ min: 0, max: 3 }) }), { minLength: 2, maxLength: 30 });
    fc.assert(fc.property(documents, fc.infiniteStream(fc.integer({ min: 0, max: 1000 })), (made, random) => {
      const options = optionsFor(made);
      const compare = (a: number, b: number): number => made[a]!.rank - made[b]!.rank || a - b;
      const similar = (a: number, b: number): number => estimateJaccard(onLine(made[a]!.place), 0, onLine(made[b]!.place), 0, PERMUTATIONS);
      const edges = made.flatMap((_, a) => made.flatMap((__, b) => (a < b && similar(a, b) >= options.level ? [[a, b] as const] : [])));
      const solve = (list: ReadonlyArray<readonly [number, number]>): Removal[] => {
        const { rows, starts } = connectedComponents([{ rowA: Uint32Array.from(list, ([a]) => a), rowB: Uint32Array.from(list, ([, b]) => b) }]);
        const removals: Removal[] = [];
        const resolver = new ClusterResolver(options, { removed: (removal) => removals.push(removal), blockEnded: () => undefined });
        for (let g = 0; g + 1 < starts.length; g++) {
          resolver.begin(rows[starts[g]!]!);
          resolver.add([...rows.subarray(starts[g], starts[g + 1])].sort(compare));
          resolver.end();
        }
        return removals.sort((a, b) => a.row - b.row);
      };
      const removals = solve(edges);
      const removed = new Set(removals.map(({ row }) => row));
      expect(removed.size).toBe(removals.length);
      for (const { row, keptRow, estimate } of removals) {
        expect(removed.has(keptRow)).toBe(false);
        expect(compare(keptRow, row)).toBeLessThan(0);
        expect(similar(row, keptRow)).toBeGreaterThanOrEqual(options.level);
        expect(estimate).toBe(similar(row, keptRow));
      }
      for (const [a, b] of edges) expect(removed.has(a) || removed.has(b)).toBe(true);
      const shuffled = edges.map((edge) => ({ edge, key: random.next().value as number })).sort((a, b) => a.key - b.key).map(({ edge }) => edge);
      expect(solve([...shuffled, ...edges])).toEqual(removals);
    }), { numRuns: 300, seed: 4 });
  });
});
