/** A short run of the fuzzing (fuzz.js) of every reader, and every input that once was a finding again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { READERS } from './readers.js';
import { fuzzReader } from './watch.js';

/** Of each reader; README.md has what was run once. A recipe takes some milliseconds, a large member more. */
const INPUTS: Readonly<Record<string, number>> = { recipe: 100, large: 40 };
const inputsOf = (reader: string): number => INPUTS[reader] ?? 400;
/** The check of an input makes choices of its own, such as in which pieces it comes: found ones are tried so often. */
const TIMES = 5;
/** The name of a found file begins with its reader's. */
const readerOf = (name: string): string => name.slice(0, name.indexOf('--'));
const FOUND = join(import.meta.dirname, 'found');

describe('a reader that is fed broken files', () => {
  it.each([...READERS.keys()])('%s: declares its faults, throws only its errors, and ends', async (reader) => {
    const { inputs, fruitful, refused, findings } = await fuzzReader({ reader, seed: 7, count: inputsOf(reader) });
    expect(findings.map(({ number, what }) => `input ${number}: ${what}`)).toEqual([]);
    expect(inputs).toBe(inputsOf(reader));
    expect(Math.min(fruitful, refused)).toBeGreaterThan(inputs / 50); // inputs that are all good, or all bad, look for nothing
  });

  const found = readdirSync(FOUND).filter((name) => name.endsWith('.bin'));
  it.each([...new Set(found.map(readerOf))])('%s: is not led astray again by what once did', async (reader) => {
    const files = found.filter((name) => readerOf(name) === reader).map((name) => readFileSync(join(FOUND, name)));
    const { inputs, findings } = await fuzzReader({ reader, inputs: Array.from({ length: TIMES }, () => files).flat() });
    expect(findings.map(({ what }) => what)).toEqual([]);
    expect(inputs).toBe(TIMES * files.length);
  });
});

describe('the harness', () => {
  it('makes the same inputs of the same seed, and others of another', async () => {
    const { inputOf } = await import('./mutate.js');
    const { Random } = await import('./random.js');
    const { seeds, tokens } = READERS.get('jsonl')!; // in the list
    const at = async (seed: number): Promise<string> => Buffer.from(inputOf(new Random(seed, 'jsonl', 5), await seeds(), tokens)).toString('hex');
    expect(await at(1)).toBe(await at(1));
    expect(await at(1)).not.toBe(await at(2));
  });

  it.each([
    ['never-ends', 'took more than 2000 ms', {}], ['takes-all-memory', /^(ended the thread: .*heap|took more than 1000 MB)/s, { limitMb: 1000, limitMs: 60_000 }],
    ['throws-later', 'ended the thread: Error: later', {}], ['throws', 'TypeError', {}], ['exits', 'ended the thread', {}],
  ])('finds a reader that %s, and goes on behind the input', async (input, what, limits) => {
    const { inputs, findings } = await fuzzReader({ reader: 'harness', inputs: ['fine', input, 'fine'].map((text) => Buffer.from(text)), limitMs: 2000, ...limits });
    expect(inputs).toBe(3);
    expect(findings.map(({ number, what: found, bytes }) => [number, found, String(bytes)])).toEqual([[1, expect.stringMatching(what), input]]);
  });
});
