import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogisticModel, QualityScorer } from '#src/kernels/kernels.js';
import { logisticScorer as wasmScorer } from '#src/kernels/logistic-score.js';
import { featureOf, hashedFeatures, logisticScorer as referenceScorer, murmur3 } from '#src/kernels/reference/logistic-score.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import { allRows, batchOf, realDocuments } from './fasttext-oracle.js';

const runtime = new WasmRuntime();
const implementations: readonly [string, (model: LogisticModel) => QualityScorer][] = [
  ['reference', referenceScorer], ['wasm', (model) => wasmScorer(runtime, model)],
];
/** One weight a power of eight: digits of the score's logit are counts of features. */
const counting = (features: number, binary = false): LogisticModel =>
  ({ weights: Float32Array.from({ length: features }, (_, i) => 8 ** (i % 5) * 1e-3), bias: -0.25, binary });
const scores = (scorer: QualityScorer, texts: readonly string[]): number[] => {
  const batch = batchOf(texts);
  return [...scorer.score(batch, allRows(batch))];
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Feature numbers by Python's mmh3; undefined, with a message, where pip cannot install it. */
function python(tokens: readonly string[], features: number): number[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mmh3-'));
  try {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe', timeout: 100_000 });
    const interpreter = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
    execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'mmh3'], { stdio: 'pipe', timeout: 100_000 });
    const script = 'import json, sys, mmh3\nnames, n = json.load(sys.stdin)\njson.dump([mmh3.hash(name.encode(), 42) % n for name in names], sys.stdout)';
    return JSON.parse(execFileSync(interpreter, ['-c', script], { input: JSON.stringify([tokens, features]), encoding: 'utf8' })) as number[];
  } catch (error) {
    console.error(`mmh3 skipped: ${String(error).slice(0, 200)}`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('logistic-score', () => {
  test('hashes as Spark\'s documentation of HashingTF shows: 10 features, indexOf("b") is 5, [a, b, c] are 5, 7 and 8', () => {
    expect(featureOf('b', 10)).toBe(5);
    expect(hashedFeatures('a b c', 10).sort()).toEqual([5, 7, 8]);
  });

  test('gives MurmurHash3\'s published values', () => {
    expect(murmur3(Buffer.from(''), 0)).toBe(0);
    expect(murmur3(Buffer.from(''), 1)).toBe(0x514e28b7);
    expect(murmur3(Buffer.from('hello'), 0)).toBe(0x248bfa47);
    expect(murmur3(Buffer.from('hello, world'), 0)).toBe(0x149bbb7f);
    expect(murmur3(Buffer.from('The quick brown fox jumps over the lazy dog'), 0)).toBe(0x2e4ff723);
  });

  test('finds the features that Python\'s mmh3 does, for tokens of real documents', ({ skip }) => {
    const tokens = [...new Set(realDocuments(25).flatMap((text) => text.toLowerCase().split(/\s+/)))].filter((token) => token !== '').slice(0, 5000);
    const expected = python(tokens, 2 ** 18);
    if (expected === undefined) return skip('mmh3 could not be installed');
    expect(tokens.length).toBeGreaterThan(1500);
    expect(tokens.map((token) => featureOf(token, 2 ** 18))).toEqual(expected);
  });

  describe.each(implementations)('%s', (_, make) => {
    test('adds a weight for every occurrence, and with binary one for every feature', () => {
      const weights = new Float32Array(10);
      weights[5] = 1; // b
      weights[7] = 0.25; // a
      const texts = ['a b c', 'b', 'B b  b\tb', 'a\nA\u000bb\fc\rb', ''];
      const logits = [1.25, 1, 4, 2.5, 0];
      scores(make({ weights, bias: 0.5, binary: false }), texts).forEach((score, i) => expect(score).toBeCloseTo(sigmoid(0.5 + logits[i]!), 6));
      const once = [1.25, 1, 1, 1.25, 0];
      scores(make({ weights, bias: 0.5, binary: true }), texts).forEach((score, i) => expect(score).toBeCloseTo(sigmoid(0.5 + once[i]!), 6));
    });

    test('counts a feature once with binary even where two tokens share it', () => {
      const shared = ['b', ...Array.from({ length: 100 }, (_, i) => `x${i}`)].filter((token) => featureOf(token, 10) === 5).slice(0, 3);
      const weights = new Float32Array(10);
      weights[5] = 1;
      expect(scores(make({ weights, bias: 0, binary: true }), [shared.join(' ')])[0]).toBeCloseTo(sigmoid(1), 6);
      expect(scores(make({ weights, bias: 0, binary: false }), [shared.join(' ')])[0]).toBeCloseTo(sigmoid(3), 6);
    });

    test.each([
      ['NUL is part of a token', 'a\0b', ['a\0b']], ['no-break and wide spaces are part of a token', 'a\u00a0b\u2003c', ['a\u00a0b\u2003c']],
      ['capitals beyond ASCII are made small', '\u00c9T\u00c9 \u0130 \u03a9 \u1e9e', ['\u00e9t\u00e9', 'i', '\u03c9', '\u00df']],
      ['small letters may be longer', '\u023a\u023e', ['\u2c65\u2c66']], ['only A to Z among ASCII', '@AZ[`az{', ['@az[`az{']],
    ])('%s', (_name, text, tokens) => {
      const model = counting(2 ** 18);
      const sum = tokens.reduce((total, token) => total + model.weights[featureOf(token, 2 ** 18)]!, 0);
      expect(scores(make(model), [text])[0]).toBeCloseTo(sigmoid(model.bias + sum), 6);
    });

    test('leaves rows that were not asked for zero, and does not depend on the batch a document stands in', () => {
      const documents = realDocuments(8);
      for (const binary of [false, true]) {
        const scorer = make(counting(1000, binary));
        expect([...scorer.score(batchOf(['a', 'b', 'c']), Uint32Array.of(1))].map((score) => score !== 0)).toEqual([false, true, false]);
        const alone = documents.map((text) => scores(scorer, [text])[0]);
        for (let shift = 0; shift < 17; shift += 4) expect(scores(scorer, ['x'.repeat(shift), ...documents]).slice(1)).toEqual(alone);
      }
    });
  });

  test('both implementations agree to rounding on real documents and any Unicode text', () => {
    const models = [1, 10, 1000, 2 ** 18].flatMap((features) => [false, true].map((binary) => counting(features, binary)));
    const pairs = models.map((model) => [referenceScorer(model), wasmScorer(runtime, model)] as const);
    const agree = (texts: readonly string[]): void => pairs.forEach(([reference, wasm]) => {
      const expected = scores(reference, texts);
      scores(wasm, texts).forEach((score, i) => expect(Math.abs(score - expected[i]!)).toBeLessThanOrEqual(6e-8));
    });
    agree(realDocuments(40));
    const word = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('\0', ' ', '\n', 'The', '\u0130'));
    fc.assert(fc.property(fc.array(fc.array(word, { maxLength: 12 }).map((words) => words.join(' ').toWellFormed()), { minLength: 1, maxLength: 4 }), agree), { numRuns: 100 });
  });
});
