import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { createKernels } from '#src/kernels/index.js';
import type { LogisticModel } from '#src/kernels/kernels.js';
import { explain, MOST_EXPLAINED_BYTES, type Explanation } from '#src/quality/explain.js';
import { MOST_LEAVE_OUT_BYTES, MOST_LEFT_OUT } from '#src/quality/explain-leave-out.js';
import { foldModel } from '#src/quality/fold.js';
import { loadQualityModel, type QualityModel } from '#src/quality/quality-model.js';
import { engineFolder, realDocuments, runEngine, spamTraining } from '../kernels/fasttext-oracle.js';

const { folder, engine } = engineFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const input = join(folder, 'train.txt');
spamTraining(input, 900);
const train = (name: string, ...options: string[]): string => {
  runEngine(engine, ['supervised', '-input', input, '-output', join(folder, name), '-dim', '8', '-lr', '0.5', '-thread', '1', '-verbose', '0', ...options]);
  return join(folder, `${name}.bin`);
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const sum = (explanation: Explanation): number => explanation.words.reduce((total, { contribution }) => total + contribution, explanation.bias ?? 0);
const kernels = createKernels('wasm');

/** Weights of every size and sign, from the bucket's number alone. */
const logistic = (binary: boolean): QualityModel => {
  const model: LogisticModel = { weights: Float32Array.from({ length: 512 }, (_, i) => Math.sin(i * i) / 20), bias: -0.75, binary };
  return { kind: 'logistic', name: 'sines', model };
};
const trigrams: QualityModel = { kind: 'folded', name: 'trigrams', model: foldModel(readFastTextModel(train('trigrams', '-wordNgrams', '3', '-bucket', '3000')), 'spam') };
const subwords = loadQualityModel(train('subwords', '-minn', '2', '-maxn', '3', '-bucket', '500'), 'spam');

describe('contributions of a linear model', () => {
  test.each([['fastText with trigrams', trigrams], ['logistic', logistic(false)], ['binary logistic', logistic(true)]] as const)(
    'add up, with the bias, to the logit of the score that the kernels give: %s', (_, model) => {
      for (const text of ['', ' \n\0 ', 'Free free FREE prize', 'see __label__spam you </s> never read', ...realDocuments(15)]) {
        const found = explain(kernels, model, utf8(text));
        expect(found.method).toBe('exact');
        expect(Math.abs(sum(found) - found.logit)).toBeLessThan(1e-4);
        expect(Math.abs(1 / (1 + Math.exp(-found.logit)) - found.score)).toBeLessThan(1e-5);
        if (found.score > 0.001 && found.score < 0.999) expect(Math.abs(Math.log(found.score / (1 - found.score)) - found.logit)).toBeLessThan(1e-4);
      }
    });

  test('add up for text of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const model of [trigrams, logistic(true)]) {
        const found = explain(kernels, model, utf8(text));
        expect(Math.abs(1 / (1 + Math.exp(-sum(found))) - found.score)).toBeLessThan(1e-5);
      }
    }), { numRuns: 100 });
  });

  test('of an n-gram are shared out to its words in equal parts', () => {
    const words = ['a', 'b', '</s>'].map(utf8);
    const model: QualityModel = { kind: 'folded', name: 'm', model: { words, wordWeights: Float32Array.of(1, 2, 0), bucketWeights: Float32Array.of(6), wordNgrams: 2 } };
    const { words: found, logit } = explain(kernels, model, utf8('a b'));
    // Features: a 1, b 2, </s> 0, and the pairs (a b) and (b </s>) 6 each, in the only bucket.
    expect(logit).toBeCloseTo(15 / 5, 10);
    expect(found).toEqual([
      { word: 'b', count: 1, contribution: (2 + 3 + 3) / 5 },
      { word: 'a', count: 1, contribution: (1 + 3) / 5 },
      { word: '</s>', count: 1, contribution: 3 / 5 },
    ]);
  });

  test('count a bucket of a binary model once, shared by all occurrences, and a bucket of a counting one each time', () => {
    const one = (binary: boolean): QualityModel => ({ kind: 'logistic', name: 'm', model: { weights: Float32Array.of(2), bias: 0.5, binary } });
    expect(explain(kernels, one(false), utf8('x X y')).words).toEqual([{ word: 'x', count: 2, contribution: 4 }, { word: 'y', count: 1, contribution: 2 }]);
    expect(explain(kernels, one(true), utf8('x X y y')).words).toEqual([{ word: 'x', count: 2, contribution: 1 }, { word: 'y', count: 2, contribution: 1 }]);
  });

  test('say how a rounded sigmoid is read', () => {
    const { model } = trigrams as Extract<QualityModel, { kind: 'folded' }>;
    expect(explain(kernels, { kind: 'folded', name: 'm', model: { ...model, link: 'table' } }, utf8('free')).notes.join(' ')).toMatch(/rounds the logit/);
  });
});

describe('a model that is not linear in words', () => {
  test('is explained by leaving each word out: the figure is the fall of the logit', () => {
    expect(subwords.kind).toBe('fasttext');
    const text = 'claim your free prize now or call now';
    const found = explain(kernels, subwords, utf8(text));
    expect([found.method, found.bias]).toEqual(['leave-one-out', null]);
    expect(found.words.map(({ word }) => word).sort()).toEqual(['call', 'claim', 'free', 'now', 'or', 'prize', 'your']);
    const free = found.words.find(({ word }) => word === 'free')!;
    const without = explain(kernels, subwords, utf8(text.replace('free', '')));
    expect(free.contribution).toBeCloseTo(found.logit - without.logit, 5);
    expect(found.words.find(({ word }) => word === 'now')!.count).toBe(2);
    expect(found.notes.join(' ')).toMatch(/not linear in words/);
  });

  test.each([[MOST_LEFT_OUT - 1, false], [MOST_LEFT_OUT, false], [MOST_LEFT_OUT + 1, true]])('has %i different words looked at, the rarest of more being left out', (count, cut) => {
    const text = Array.from({ length: count }, (_, i) => (i === count - 1 ? `w${i}` : `w${i} w${i}`)).join(' ');
    const found = explain(kernels, subwords, utf8(text));
    expect(found.words.length).toBe(Math.min(count, MOST_LEFT_OUT));
    expect(found.words.some(({ word }) => word === `w${count - 1}`)).toBe(!cut);
    expect(/200 of 201 different words/.test(found.notes.join(' '))).toBe(cut);
  });

  test.each([[MOST_LEAVE_OUT_BYTES, false], [MOST_LEAVE_OUT_BYTES + 1, true]])('has the beginning of a text of %i bytes explained', (bytes, cut) => {
    const found = explain(kernels, subwords, utf8(`${'ä'.repeat(10)} ${'x '.repeat(bytes)}`.slice(0, bytes - 10)));
    expect(/Only the first 65536 of 65537 bytes/.test(found.notes.join(' '))).toBe(cut);
  });
});

describe('the lines shown', () => {
  const weigh = (weights: Readonly<Record<string, number>>): QualityModel => ({
    kind: 'folded', name: 'm',
    model: { words: Object.keys(weights).map(utf8), wordWeights: Float32Array.from(Object.values(weights)), bucketWeights: new Float32Array(0), wordNgrams: 1 },
  });

  test('are those with the greatest sums, in the order of the text, with the strongest words marked twice', () => {
    const model = weigh({ good: 8, fine: 2, bad: -8, poor: -1, so: 0.1 });
    const { lines } = explain(kernels, model, utf8('so so\ngood fine so\n\nfine\nbad poor\nso poor good bad'));
    expect(lines.map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(lines[0]!.words.map(({ text, mark }) => mark + text)).toEqual(['++good', '+fine', 'so']);
    expect(lines[2]!.words.map(({ text, mark }) => mark + text)).toEqual(['--bad', 'poor']);
  });

  test('are cut around the words that moved them most', () => {
    const model = weigh({ good: 1 });
    const [line] = explain(kernels, model, utf8(`${'x '.repeat(100)}good good${' x'.repeat(300)}`)).lines;
    expect(line!.words.length).toBe(40);
    expect(line!.words.filter(({ mark }) => mark === '++').length).toBe(2);
    expect(line!.before + line!.behind + 40).toBe(402);
  });

  test('are none where nothing moved', () => expect(explain(kernels, weigh({ a: 0 }), utf8('a b c')).lines).toEqual([]));
});

test('a text longer than any document is refused', () => {
  expect(() => explain(kernels, logistic(true), new Uint8Array(MOST_EXPLAINED_BYTES + 1))).toThrow(ConfigError);
});
