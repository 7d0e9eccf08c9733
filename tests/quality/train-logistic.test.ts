import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import type { TrainingExample } from '#src/formats/fasttext-training-file.js';
import { encodeLogisticModel } from '#src/formats/logistic-model.js';
import { createKernels } from '#src/kernels/index.js';
import { exactLogisticLoss, exactSigmoid } from '#src/quality/exact-logistic.js';
import { evaluateHeldOut } from '#src/quality/held-out.js';
import { gradientAt, makeProblem, meanLoss, penalty, scoreRows, type LogisticProblem } from '#src/quality/logistic-problem.js';
import { scoreTexts } from '#src/quality/score-texts.js';
import { trainLogistic, type LogisticTraining } from '#src/quality/train-logistic.js';
import { dataset } from '../kernels/fasttext-oracle.js';

const messages = (name: string): TrainingExample[] => readFileSync(dataset(name), 'utf8').split('\n').filter((line) => line.includes('\t'))
  .map((line) => ({ label: line.slice(0, line.indexOf('\t')), text: line.slice(line.indexOf('\t') + 1) }));
const examples = messages('sms_dataset_train.tsv');
const train = (more: Partial<LogisticTraining> = {}): ReturnType<typeof trainLogistic> => trainLogistic({ examples, positive: 'spam', buckets: 4096, ...more });
const bytesOf = async (more: Partial<LogisticTraining> = {}): Promise<Uint8Array> => encodeLogisticModel((await train(more)).model);

describe('the exact functions', () => {
  test('are the sigmoid and the logistic loss to the last few bits', () => {
    const near = (found: number, expected: number): void => expect(Math.abs(found - expected)).toBeLessThanOrEqual(2e-15 * Math.abs(expected) + 1e-300);
    fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      near(exactSigmoid(x), x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
      near(exactLogisticLoss(x), x >= 0 ? Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)) - x);
    }), { numRuns: 2000 });
  });

  test.each([[0, 0.5, Math.LN2], [Infinity, 1, 0], [-Infinity, 0, Infinity], [1e6, 1, 0], [-1e6, 0, 1e6]])('at %d are %d and %d', (x, sigmoid, loss) => {
    expect(exactSigmoid(x)).toBe(sigmoid);
    expect(exactLogisticLoss(x)).toBeCloseTo(loss, 14);
  });
});

describe('the problem', () => {
  const lossAt = (problem: LogisticProblem, at: Float64Array): number => meanLoss(problem, scoreRows(problem, at)) + penalty(problem, at);

  test.each([false, true])('has the gradient that finite differences give (binary: %s)', (binary) => {
    const problem = makeProblem(examples.slice(0, 80), 'spam', { buckets: 64, binary, l2: 0.03 });
    const at = Float64Array.from({ length: problem.buckets.length + 1 }, (_, i) => Math.sin(3 * i + 1));
    const gradient = gradientAt(problem, at, scoreRows(problem, at));
    gradient.forEach((value, i) => {
      const moved = (by: number): number => lossAt(problem, at.map((x, j) => (j === i ? x + by : x)));
      expect(Math.abs(value - (moved(1e-5) - moved(-1e-5)) / 2e-5)).toBeLessThan(1e-8);
    });
  });

  test('counts tokens by feature, in lower case, over the features that occur', () => {
    const of = (text: string, binary: boolean): number[][] => {
      const { starts, values, buckets, features } = makeProblem([{ label: 'a', text }], 'a', { buckets: 2 ** 18, binary, l2: 1 });
      return [[...starts], [...values].sort(), [buckets.length], [...features]];
    };
    expect(of('One two\tONE\n\u00c9t\u00e9 one \u00e9T\u00c9', false)).toEqual([[0, 3], [1, 2, 3], [3], [0, 1, 2]]);
    expect(of('One two\tONE\n\u00c9t\u00e9 one \u00e9T\u00c9', true)[1]).toEqual([1, 1, 1]);
    expect(of(' \n ', false)).toEqual([[0, 0], [], [0], []]);
  });
});

describe('training', () => {
  test('gives the same bytes twice, and from examples in any order', async () => {
    const first = await bytesOf();
    expect(await bytesOf()).toEqual(first);
    expect(await bytesOf({ examples: [...examples].reverse() })).toEqual(first);
    expect(await bytesOf({ examples: [...examples.slice(333), ...examples.slice(0, 333)] })).toEqual(first);
    expect(await bytesOf({ examples: examples.slice(1) })).not.toEqual(first);
    expect(await bytesOf({ binary: true })).not.toEqual(first);
  });

  test('gives these bytes, on every machine', async () => {
    expect(crc32(await bytesOf())).toBe(700_297_504);
  });

  test('tells spam from other messages that it has not seen, by either implementation of the kernels', async () => {
    const held = messages('sms_dataset_test.tsv');
    const { model } = await train({ l2: 1e-3 });
    for (const name of ['wasm', 'reference'] as const) {
      const scores = scoreTexts(createKernels(name).logisticScorer(model), held.map(({ text }) => text));
      expect(evaluateHeldOut(scores, held.map(({ label }) => label === 'spam')).auc).toBeGreaterThan(0.97);
    }
  });

  test('reports its steps, each with a smaller loss, and ends where the gradient is small', async () => {
    const steps: [number, number][] = [];
    const { converged, iterations, loss, model } = await train({ onProgress: (iteration, now) => steps.push([iteration, now]) });
    expect(converged).toBe(true);
    expect(steps.map(([iteration]) => iteration)).toEqual(Array.from({ length: iterations }, (_, i) => i + 1));
    steps.forEach(([, now], i) => expect(now).toBeLessThan(steps[i - 1]?.[1] ?? Math.LN2));
    expect(loss).toBe(steps.at(-1)![1]);
    expect(model.weights.length).toBe(4096);
    const short = await train({ iterations: 3 });
    expect(short).toMatchObject({ iterations: 3, converged: false });
  });

  test('of classes that a word separates ends at finite weights, and of classes without a difference at even odds', async () => {
    const five = (label: string, text: string): TrainingExample[] => Array.from({ length: 5 }, () => ({ label, text }));
    const pair = (a: string, b: string): TrainingExample[] => [...five('a', a), ...five('b', b)];
    const apart = await train({ examples: pair('good', 'bad'), positive: 'a', l2: 1e-4 });
    expect(apart.converged).toBe(true);
    const [one, other, ...more] = [...apart.model.weights].filter((weight) => weight !== 0).map(Math.abs);
    expect(more).toEqual([]);
    expect(one).toBeCloseTo(other!, 4);
    expect(1 / (1 + Math.exp(one!))).toBeCloseTo(2 * 1e-4 * one!, 5); // where the slope of the loss meets that of the penalty
    const same = await train({ examples: pair('', ''), positive: 'a' });
    expect(same).toMatchObject({ converged: true, model: { bias: 0 } });
    expect(same.loss).toBeCloseTo(Math.LN2, 12);
  });

  test('that is aborted rejects with the reason', async () => {
    const stop = new AbortController();
    await expect(train({ signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  test.each([
    ['buckets', 1000, /buckets: found 1000, expected a power of two/], ['buckets', 2 ** 25, /buckets: found 33554432/],
    ['l2', 0, /l2: found 0, expected a number above 0/],
    ['iterations', 0, /iterations: found 0/], ['tolerance', -1, /tolerance: found -1/],
  ])('with %s %d is refused', async (name, value, message) => {
    await expect(train({ [name]: value })).rejects.toThrow(message);
    await expect(train({ [name]: value })).rejects.toThrow(ConfigError);
  });

  test('of one class is refused', async () => {
    await expect(train({ positive: 'eggs' })).rejects.toThrow(/found 0 positive and 9\d\d negative, expected both/);
  });
});
