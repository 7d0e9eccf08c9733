import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactJaccard } from '#src/dedup/exact-jaccard.js';

describe('exactJaccard', () => {
  it('is the share of what two sets have in common, also where hashes differ in one half alone', () => {
    const hash = fc.tuple(fc.constantFrom(0n, 1n, 0xffff_ffffn), fc.constantFrom(0n, 1n, 0x8000_0000n, 0xffff_ffffn)).map(([high, low]) => (high << 32n) | low);
    const set = fc.uniqueArray(hash).map((hashes) => BigUint64Array.from(hashes).sort());
    fc.assert(fc.property(set, set, (a, b) => {
      const shared = [...a].filter((one) => b.includes(one)).length;
      const all = new Set([...a, ...b]).size;
      expect(exactJaccard(a, b)).toBe(all === 0 ? 0 : shared / all);
    }));
  });
});
