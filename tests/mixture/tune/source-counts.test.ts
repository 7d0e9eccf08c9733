import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceCounts } from '#src/mixture/tune/source-counts.js';
import { poolOf } from '#src/mixture/tune/text-pool.js';

const poolOfBytes = (documents: readonly Uint8Array[]) => poolOf(documents.map((text, i) => ({ text, low: i, high: 0 })));

const document = fc.array(fc.constantFrom(0, 97, 98, 255), { minLength: 4, maxLength: 30 }).map((bytes) => Uint8Array.from(bytes));
const documents = fc.array(document, { minLength: 1, maxLength: 4 });

test('each source has the shares of its strings, and events of one context stand together', () => {
  fc.assert(fc.property(documents, documents, fc.integer({ min: 1, max: 4 }), (a, b, order) => {
    const { sources, contexts, contextOf, joint } = sourceCounts({ a: poolOfBytes(a), b: poolOfBytes(b) }, order);
    expect(sources).toEqual(['a', 'b']);
    const strings = (of: readonly Uint8Array[]) => of.flatMap((text) => Array.from({ length: text.length - order + 1 }, (_, i) => [...text.slice(i, i + order)].map((byte) => String(byte).padStart(3, '0')).join()));
    const events = [...new Set([...strings(a), ...strings(b)])].sort();
    [a, b].forEach((of, i) => {
      const all = strings(of);
      expect([...joint[i]!]).toEqual(events.map((event) => all.filter((one) => one === event).length / all.length));
    });
    const contextsByHand = events.map((event) => event.slice(0, -3));
    expect([...contextOf]).toEqual(contextsByHand.map((context) => [...new Set(contextsByHand)].indexOf(context)));
    expect(contexts).toBe(new Set(contextsByHand).size);
  }), { numRuns: 100 });
});

test('a source without a document that is long enough, and an order that floats cannot hold, are refused', () => {
  expect(() => sourceCounts({ a: poolOfBytes([Uint8Array.of(1, 2)]) }, 3)).toThrow('a: found no document of 3 bytes');
  expect(() => sourceCounts({ a: poolOfBytes([Uint8Array.of(1, 2)]) }, 7)).toThrow('found 7, expected 1 to 6');
});
