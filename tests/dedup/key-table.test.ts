import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyTable } from '#src/dedup/key-table.js';

describe('KeyTable', () => {
  it('holds what a map would, through growth, and for keys that fall on one place', () => {
    const entry = fc.tuple(fc.nat(40), fc.constantFrom(0, 64, 65_536), fc.nat(1000));
    fc.assert(fc.property(fc.array(entry, { maxLength: 300 }), fc.constantFrom(2, 4), (entries, words) => {
      const table = new KeyTable(words);
      const map = new Map<string, number>();
      for (const [low, high, value] of entries) {
        const key = new Uint32Array(words + 1);
        key[1] = low;
        key[words] = high;
        table.set(key, 1, value);
        key.fill(7); // the caller may reuse it
        map.set(`${low} ${high}`, value);
      }
      expect(table.size).toBe(map.size);
      for (const low of [0, 1, 20, 40]) for (const high of [0, 64, 65_536, 5]) {
        const key = new Uint32Array(words);
        key[0] = low;
        key[words - 1] = high;
        expect(table.get(key, 0)).toBe(map.get(`${low} ${high}`));
      }
      table.clear();
      expect([table.size, table.get(new Uint32Array(words), 0)]).toEqual([0, undefined]);
    }));
  });
});
