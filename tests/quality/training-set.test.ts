import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { cutAt, SEGMENT_CHARACTERS, segmentsOf } from '#src/quality/text-segments.js';
import { SEGMENTS_PER_DOCUMENT, TrainingSample } from '#src/quality/training-sample.js';
import { isHeldOut, makeTrainingSet, NEGATIVE, POSITIVE } from '#src/quality/training-set.js';
import { realDocuments } from '../kernels/fasttext-oracle.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const sampleOf = (texts: readonly (readonly [number, string])[], most: number): TrainingSample => {
  const sample = new TrainingSample(7, most);
  for (const [id, text] of texts) sample.offer(id, id ^ 0x55, utf8(text));
  return sample;
};
const numbered = (count: number, name: string, words = 60): [number, string][] =>
  Array.from({ length: count }, (_, i) => [i + 1, `${name} ${i} ${`w${i % 13} `.repeat(words + (i % 40))}`]);

describe('segments', () => {
  test('hold every byte once, are bounded in characters, and split no character', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 60 }), (part, times) => {
      const text = utf8(part.repeat(times).toWellFormed());
      let at = 0;
      for (const [start, end] of segmentsOf(text)) {
        expect(start).toBe(at);
        expect(end).toBeGreaterThan(start);
        expect([...new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text.subarray(start, end))].length).toBeLessThanOrEqual(SEGMENT_CHARACTERS);
        at = end;
      }
      expect(at).toBe(text.length);
    }), { numRuns: 60 });
  });

  test('of prose end at white space', () => {
    const text = utf8('seven words are here in this sentence '.repeat(400));
    for (const [, end] of segmentsOf(text)) expect(text[end - 1]).toBe(32);
  });

  test.each([['ends at white space', 'one two three', 9, 'one two'], ['fits', 'one', 9, 'one'], ['has no space near', 'abcdefghij', 4, 'abcd'], ['keeps pairs whole', 'a\u{1f600}b', 2, 'a']])(
    'a cut %s', (_, text, length, expected) => expect(cutAt(text, length).trimEnd()).toBe(expected));
});

describe('training sample', () => {
  const documents = [...numbered(300, 'page'), ...realDocuments(20).map((text, i) => [1000 + i, text] as [number, string])];
  const rotated = [...documents.slice(101), ...documents.slice(0, 101)].reverse();

  test('is the same in any order of documents, and when shards are sampled apart and merged', () => {
    const whole = sampleOf(documents, 50).documents();
    expect(whole.length).toBe(50);
    expect(sampleOf(rotated, 50).documents()).toEqual(whole);
    const merged = new TrainingSample(7, 50);
    for (const part of [rotated.slice(0, 100), rotated.slice(100, 110), rotated.slice(110)]) for (const document of sampleOf(part, 50).documents()) merged.add(document);
    expect(merged.documents()).toEqual(whole);
  });

  test('holds the documents with the smallest draws: a smaller sample is the beginning of a larger one', () => {
    expect(sampleOf(documents, 20).documents()).toEqual(sampleOf(documents, 80).documents().slice(0, 20));
  });

  test('holds a text once, with its smallest draw, in any order', () => {
    const copies: [number, string][] = Array.from({ length: 40 }, (_, i) => [5000 + i, 'the same text']);
    const mixed = [...documents.slice(0, 30), ...copies, ...documents.slice(30, 60)];
    const sample = sampleOf(mixed, 40).documents();
    expect(new Set(sample.map(({ content }) => content)).size).toBe(sample.length);
    expect(sample.length).toBe(40);
    expect(sampleOf([...mixed].reverse(), 40).documents()).toEqual(sample);
    const alone = sampleOf(copies, 10).documents();
    expect(alone.length).toBe(1);
    expect(alone[0]!.rank).toBe(Math.min(...copies.map(([id, text]) => sampleOf([[id, text]], 1).documents()[0]!.rank)));
  });

  test('takes at most three pieces of a long document and none of an empty one', () => {
    const [long] = sampleOf([[1, 'word '.repeat(20_000)]], 5).documents();
    expect(long!.segments.length).toBe(SEGMENTS_PER_DOCUMENT);
    expect(sampleOf([[1, '']], 5).documents()).toEqual([]);
  });
});

describe('training set', () => {
  const positive = sampleOf(numbered(400, 'book', 900), 400).documents();
  const negative = sampleOf(numbered(700, 'crawl', 90), 700).documents();
  const set = makeTrainingSet(positive, negative);

  test('has as many examples of one class as of the other, of lengths that tell nothing', () => {
    for (const examples of [set.train, set.heldOut]) {
      const lengths = (label: string): number[] => examples.filter((example) => example.label === label).map(({ text }) => text.length).sort((a, b) => a - b);
      const [yes, no] = [lengths(POSITIVE), lengths(NEGATIVE)];
      expect(yes.length).toBe(no.length);
      yes.forEach((length, i) => expect(Math.abs(length - no[i]!)).toBeLessThanOrEqual(12));
    }
    expect(set.train.length).toBeGreaterThan(1000);
  });

  test('holds out about a tenth of the documents, and no document is on both sides', () => {
    expect(set.heldOut.length / (set.heldOut.length + set.train.length)).toBeGreaterThan(0.05);
    expect(set.heldOut.length / (set.heldOut.length + set.train.length)).toBeLessThan(0.16);
    const openings = (examples: typeof set.train): Set<string> => new Set(examples.map(({ text }) => /^(book|crawl) \d+ /.exec(text)?.[0] ?? '').filter((name) => name !== ''));
    const trained = openings(set.train);
    for (const name of openings(set.heldOut)) expect(trained.has(name)).toBe(false);
  });

  test('holds out by the text alone: no seed and no class moves a document to the other side', () => {
    const contents = [...positive, ...negative].map(({ content }) => content);
    const share = contents.filter(isHeldOut).length / contents.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
    const other = makeTrainingSet(negative, positive);
    const opening = ({ text }: { text: string }): string => text.slice(0, 20);
    expect(other.heldOutDocuments.map(opening).sort()).toEqual(set.heldOutDocuments.map(opening).sort());
  });

  test('has held-out documents whole as they were sampled, as many of one class as of the other', () => {
    const whole = (documents: typeof positive): string[] => documents.filter(({ content }) => isHeldOut(content)).map(({ segments }) => segments.join('\n'));
    const [yes, no] = [whole(positive), whole(negative)];
    const count = Math.min(yes.length, no.length);
    expect(set.heldOutDocuments.filter(({ label }) => label === POSITIVE).map(({ text }) => text)).toEqual(yes.slice(0, count));
    expect(set.heldOutDocuments.filter(({ label }) => label === NEGATIVE).map(({ text }) => text)).toEqual(no.slice(0, count));
  });

  test('leaves out what is in both classes, and says so', () => {
    const shared = numbered(30, 'both');
    const a = sampleOf([...numbered(250, 'book').map(([i, t]) => [i + 100, t] as [number, string]), ...shared], 400).documents();
    const b = sampleOf([...numbered(250, 'crawl').map(([i, t]) => [i + 100, t] as [number, string]), ...shared], 400).documents();
    const result = makeTrainingSet(a, b);
    expect(result.inBothClasses).toBe(30);
    expect(result.warnings.join()).toMatch(/30 documents are both positive and negative/);
    expect([...result.train, ...result.heldOut].some(({ text }) => text.startsWith('both'))).toBe(false);
  });

  test.each([[19, false], [20, true]])('with %i documents in a class is an error or a warning', (count, accepted) => {
    const few = sampleOf(numbered(count, 'book'), 400).documents();
    let result: ReturnType<typeof makeTrainingSet> | undefined;
    let message = '';
    try {
      result = makeTrainingSet(few, negative);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as Error).message;
    }
    if (accepted) expect(result?.warnings.join() ?? message).toMatch(/only 20 positive documents|no held-out documents/);
    else expect(message).toMatch(/found 19 distinct positive documents.*expected at least 20/);
  });

  test('of one class, or of the same text in both, is an error', () => {
    expect(() => makeTrainingSet(positive, [])).toThrow(/found 0 distinct negative/);
    expect(() => makeTrainingSet(positive, positive)).toThrow(/found 0 distinct positive documents \(and 400 that are in both classes\), expected at least 20/);
  });
});
