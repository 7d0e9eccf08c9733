import { describe, expect, test } from 'vitest';
import { sample } from '#src/stages/sample.js';
import { batchWith, build, contextWith, judged } from './list-stage.js';

const IDS = Array.from({ length: 20_000 }, (_, i) => `<urn:uuid:${i}>`);
const kept = (options: object, ids = IDS, { seed = 1, source = 'web' } = {}): string[] => {
  const verdicts = judged(build(sample, options, contextWith({}, { seed, source }))[0], batchWith({ id: ids }));
  expect(new Set(verdicts).size).toBeLessThanOrEqual(2);
  return ids.filter((_, i) => verdicts[i] === 'keep');
};

describe('sample', () => {
  test.each([0.001, 0.1, 0.5, 0.99])('keeps a share of %d', (share) => {
    expect(Math.abs(kept({ share }).length - share * IDS.length)).toBeLessThan(4.5 * Math.sqrt(share * (1 - share) * IDS.length));
  });

  test('keeps all at 1, none at 0, and gives the reason', () => {
    expect(kept({ share: 1 })).toEqual(IDS);
    expect(kept({ share: 0 })).toEqual([]);
    expect(judged(build(sample, { share: 0 })[0], batchWith({ id: ['a'] }))).toEqual(['not-sampled']);
  });

  test('keeps the same documents in any order and in any batch', () => {
    const all = new Set(kept({ share: 0.3 }));
    expect(new Set(kept({ share: 0.3 }, [...IDS].reverse()))).toEqual(all);
    for (const id of IDS.slice(0, 200)) expect(kept({ share: 0.3 }, [id]).length === 1).toBe(all.has(id));
  });

  test('keeps them all again when the share grows', () => {
    let before: readonly string[] = [];
    for (const share of [0.01, 0.1, 0.1000001, 0.5, 0.9, 1]) {
      const now = new Set(kept({ share }));
      expect(before.every((id) => now.has(id))).toBe(true);
      before = [...now];
    }
  });

  test('chooses anew, independently, for another seed, source or draw', () => {
    const first = new Set(kept({ share: 0.5 }));
    for (const other of [kept({ share: 0.5 }, IDS, { seed: 2 }), kept({ share: 0.5 }, IDS, { source: 'books' }), kept({ share: 0.5, draw: 'second' })]) {
      const both = other.filter((id) => first.has(id)).length;
      expect(Math.abs(both - 0.25 * IDS.length)).toBeLessThan(4.5 * Math.sqrt(0.25 * 0.75 * IDS.length));
    }
  });

  test('needs a share between 0 and 1', () => {
    for (const wrong of [{}, { share: -0.1 }, { share: 1.1 }, { share: '10%' }]) expect(sample.options.safeParse(wrong).success).toBe(false);
  });
});
