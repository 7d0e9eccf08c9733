import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AhoCorasick, MAX_PATTERN_BYTES } from '#src/stages/aho-corasick.js';
import { configError } from './list-stage.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
type Match = readonly [pattern: number, start: number, end: number];

function allMatches(patterns: readonly Uint8Array[], text: Uint8Array, foldCase = false): Match[] {
  const found: Match[] = [];
  new AhoCorasick(patterns, 'test', { foldCase }).find(text, 0, text.length, (...match) => {
    found.push(match);
    return false;
  });
  return found;
}

/** Too short to be wrong: each different pattern at each place, by rising end, then falling length. */
function naiveMatches(patterns: readonly Uint8Array[], text: Uint8Array): Match[] {
  const keys = patterns.map((pattern) => pattern.join());
  const found = patterns.flatMap((pattern, i) => (keys.indexOf(keys[i]!) < i ? [] : Array.from(text, (_, start): Match => [i, start, start + pattern.length])));
  const real = found.filter(([i, start, end]) => text.subarray(start, end).join() === keys[i]);
  return real.sort((a, b) => a[2] - b[2] || a[1] - b[1]);
}

const smallAlphabet = fc.uint8Array({ max: 3, minLength: 1, maxLength: 6 });
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 3 });

describe('aho-corasick', () => {
  test('finds what naive search finds, in the same order', () => {
    const inputs = fc.oneof(
      fc.tuple(fc.array(smallAlphabet, { maxLength: 12 }), fc.uint8Array({ max: 3, maxLength: 60 })),
      fc.tuple(fc.array(anyBytes, { maxLength: 300 }), fc.uint8Array({ maxLength: 200 })),
    );
    fc.assert(fc.property(inputs, ([patterns, text]) => {
      expect(allMatches(patterns, text)).toEqual(naiveMatches(patterns, text));
    }), { numRuns: 500, seed: 1 });
  });

  test('does so with more nodes than have a table', () => {
    const letters = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ max: 11, minLength, maxLength });
    fc.assert(fc.property(fc.array(letters(3, 6), { minLength: 500, maxLength: 700 }), letters(100, 200), fc.array(fc.nat(), { maxLength: 20 }), (patterns, noise, picks) => {
      const text = Uint8Array.from([...noise, ...picks.flatMap((pick) => [...patterns[pick % patterns.length]!])]);
      expect(allMatches(patterns, text)).toEqual(naiveMatches(patterns, text));
    }), { numRuns: 15, seed: 5 });
  });

  test('takes capital and small ASCII letters for the same where asked, and no other bytes', () => {
    const letters = fc.array(fc.constantFrom(0x40, 0x41, 0x5a, 0x5b, 0x60, 0x61, 0x7a, 0x7b, 0xc1, 0xe1), { minLength: 1, maxLength: 4 }).map((list) => Uint8Array.from(list));
    const lower = (text: Uint8Array): Uint8Array => text.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte));
    fc.assert(fc.property(fc.array(letters, { maxLength: 6 }), letters, (patterns, text) => {
      expect(allMatches(patterns, text, true)).toEqual(naiveMatches(patterns.map(lower), lower(text)));
    }), { numRuns: 300, seed: 2 });
  });

  test('looks only between start and end, and stops at the first match that counts', () => {
    const automaton = new AhoCorasick([bytes('he'), bytes('she'), bytes('hers')], 'test');
    const text = bytes('ushers');
    expect(automaton.find(text, 0, 6)).toBe(1);
    expect(automaton.find(text, 2, 6)).toBe(0);
    expect(automaton.find(text, 0, 3)).toBe(-1);
    expect(automaton.find(text, 0, 6, (pattern) => pattern === 2)).toBe(2);
    expect(automaton.find(text, 3, 6)).toBe(-1);
  });

  test('needs linear time where naive search needs a product', () => {
    const patterns = Array.from({ length: 2000 }, (_, i) => bytes(`${'a'.repeat(1000)}${i}!`));
    const automaton = new AhoCorasick(patterns, 'test');
    expect(automaton.find(new Uint8Array(4 << 20).fill(0x61), 0, 4 << 20)).toBe(-1); // naive: 8e12 comparisons
  });

  test('refuses an empty pattern, and lists above its size before it builds anything', () => {
    expect(configError(() => new AhoCorasick([bytes('a'), bytes('')], 'lists/words.txt'))).toBe('lists/words.txt: found an empty pattern, expected at least one byte');
    const half = new Uint8Array(MAX_PATTERN_BYTES / 2);
    expect(configError(() => new AhoCorasick([half, half, bytes('a')], 'lists/words.txt'))).toBe(`lists/words.txt: found ${MAX_PATTERN_BYTES + 1} bytes of patterns, expected at most ${MAX_PATTERN_BYTES}`);
  });

  test('without patterns finds nothing', () => {
    expect(new AhoCorasick([], 'test').find(bytes('abc'), 0, 3)).toBe(-1);
  });
});
