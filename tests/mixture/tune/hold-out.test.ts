import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OverlapSearch } from '#src/mixture/tune/hold-out-overlap.js';
import { documentsWanted, evenCap, HoldOutSplit } from '#src/mixture/tune/hold-out-split.js';
import { poolOf } from '#src/mixture/tune/text-pool.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const poolOfTexts = (texts: readonly string[]) => poolOf(texts.map((text, i) => ({ text: bytesOf(text), low: i, high: 0 })));

interface Row { readonly key: number; readonly bytes: number }

function split(rows: readonly Row[], heldOut: number, training: number) {
  const splitting = new HoldOutSplit({ documents: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0), heldOut, training });
  return rows.map(({ key, bytes }) => splitting.place(key, 0, bytes));
}

const rows = fc.array(fc.record({ key: fc.integer({ min: 0, max: 30 }), bytes: fc.integer({ min: 1, max: 500 }) }), { maxLength: 60 })
  .map((some) => some.sort((a, b) => a.key - b.key)); // equal keys stand together, as they do in the order of hashes

test('documents of one key are on one side, what is held out stands before what is trained on, and no more than a fifth and one key is held out', () => {
  fc.assert(fc.property(rows, fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 5000 }), (some, heldOut, training) => {
    const places = split(some, heldOut, training);
    const trained = some.filter((_, i) => places[i] === 'training').map(({ key }) => key);
    const held = some.filter((_, i) => places[i] === 'held-out');
    for (const { key } of held) expect(trained).not.toContain(key);
    expect(places.join()).toMatch(/^(held-out,?)*(training,?)*(full,?)*$/);
    if (some.length > 1) expect(held.length).toBeGreaterThan(0);
    const lastKey = held.at(-1)?.key;
    const before = held.filter(({ key }) => key !== lastKey);
    const all = some.reduce((sum, { bytes }) => sum + bytes, 0);
    if (new Set(held.map(({ key }) => key)).size > 1) {
      expect(before.length).toBeLessThan(some.length / 5 + 1);
      expect(before.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(all / 5 + 500 * 60);
    }
  }), { numRuns: 200 });
});

test('a source of one document has nothing to hold out', () => {
  expect(split([{ key: 1, bytes: 100 }], 50, 50)).toEqual(['training']);
  expect(split([{ key: 1, bytes: 100 }, { key: 2, bytes: 100 }], 50, 50)).toEqual(['held-out', 'training']);
});

test('documents beyond what is wanted are left alone', () => {
  const many = Array.from({ length: 100 }, (_, key) => ({ key, bytes: 100 }));
  const places = split(many, 160, 1000);
  expect(places.filter((place) => place === 'held-out')).toHaveLength(16); // 10 bytes of each would do
  expect(places.filter((place) => place === 'training')).toHaveLength(10);
  expect(split(many, 100_000, 100_000).filter((place) => place === 'held-out')).toHaveLength(20); // a fifth
});

test('the cap is the largest at which all documents together give no more than the total', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(lengths, fc.integer({ min: 0, max: 1500 }), (some, total) => {
    const given = (cap: number) => some.reduce((sum, length) => sum + Math.min(length, cap), 0);
    const cap = evenCap(some, total);
    expect(given(cap)).toBeLessThanOrEqual(total);
    if (given(cap) < given(Infinity)) expect(given(cap + 1)).toBeGreaterThan(total);
  }));
  expect(documentsWanted([1000, 1000, 1000], 32)).toBe(3);
  expect(documentsWanted(Array.from({ length: 40 }, () => 1000), 160)).toBe(16);
});

const word = fc.constantFrom('harbour', 'The', 'weights', 'of', 'a', 'corpus', 'Are,', 'not--', '\n', 'given', '12', 'économie', 'x');
const sentence = fc.array(word, { maxLength: 40 }).map((words) => words.join(' '));

/** The same by strings: letters and digits alone, all runs of 32, the share of the different ones that some training text has. */
function sharesByStrings(heldOut: readonly string[], training: readonly string[]): number[] {
  const runsOf = (text: string): Set<string> => {
    const letters = [...bytesOf(text)].map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)).filter((byte) => byte >= 128 || /[a-z0-9]/.test(String.fromCharCode(byte)));
    if (letters.length === 0) return new Set(text === '' ? [] : [`whole ${[...bytesOf(text)].join()}`]);
    if (letters.length < 32) return new Set([`short ${letters.join()}`]);
    return new Set(Array.from({ length: letters.length - 31 }, (_, i) => letters.slice(i, i + 32).join()));
  };
  const known = new Set(training.flatMap((text) => [...runsOf(text)]));
  return heldOut.map((text) => {
    const runs = [...runsOf(text)];
    return runs.length === 0 ? 0 : runs.filter((run) => known.has(run)).length / runs.length;
  });
}

test('shares are those that strings give', () => {
  fc.assert(fc.property(fc.array(sentence, { maxLength: 5 }), fc.array(sentence, { maxLength: 5 }), fc.nat(4), (heldOut, others, copied) => {
    const training = [...others, ...heldOut.slice(0, copied).map((text) => text.slice(0, Math.ceil(text.length * 0.7)).toUpperCase())];
    const search = new OverlapSearch(poolOfTexts(heldOut));
    for (const text of training) search.read(bytesOf(text));
    expect([...search.shares()]).toEqual(sharesByStrings(heldOut, training));
  }), { numRuns: 300 });
});

test('a page quoted whole, in other case and lines, or with a word in twenty changed is repeated; another text by the same words is not', () => {
  const words = (seed: number, count: number) => Array.from({ length: count }, (_, i) => `word${(Math.imul(seed + i * 7, 0x9e3779b1) >>> 20) % 500}`);
  const page = words(1, 200);
  const heldOut = poolOfTexts([page.join(' ')]);
  const shareIn = (training: string): number => {
    const search = new OverlapSearch(heldOut);
    search.read(bytesOf(training));
    return search.shares()[0]!;
  };
  expect(shareIn([...words(5, 300), ...page, ...words(9, 300)].join(' '))).toBe(1);
  expect(shareIn(page.join('\r\n').toUpperCase())).toBe(1);
  expect(shareIn(page.map((one, i) => (i % 20 === 10 ? 'other' : one)).join(' '))).toBeGreaterThan(0.6);
  expect(shareIn([...page].reverse().join(' '))).toBeLessThan(0.05);
});
