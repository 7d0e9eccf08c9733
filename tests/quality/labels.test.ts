import { describe, expect, it } from 'vitest';
import { parseLabels } from '#src/quality/label-file.js';
import { evaluateLabels } from '#src/quality/label-metrics.js';
import { LabelSample, ScoreDeciles, type LabelCandidate } from '#src/quality/label-sample.js';

describe('label files', () => {
  it.each([[1, true], [0, false], [true, true], [false, false], ['1', true], ['0', false], ['true', true], ['false', false], ['positive', true], ['negative', false], [null, undefined]])(
    'take %j for %s', (label, positive) => {
      expect(parseLabels([JSON.stringify({ text: 'x', label })], 'f')).toEqual([{ text: 'x', positive, stratum: undefined }]);
    });

  it('pass over blank lines and keep the numbers of the others', () => {
    expect(parseLabels(['', '{"text":"a","label":1}', '  ', '{"text":"","label":0}'], 'f').map(({ text }) => text)).toEqual(['a', '']);
    expect(() => parseLabels(['', 'no'], 'f')).toThrow('f: line 2:');
  });

  it.each([
    ['{"text":"a","label":2}', 'label: found 2, expected 0, 1, true'], ['{"text":"a","label":"yes"}', 'label: found "yes"'], ['{"text":"a"}', 'label: found nothing'],
    ['{"label":1}', 'text: found nothing, expected a string'], ['{"text":7,"label":1}', 'text: found 7'], ['[1]', 'found [1], expected an object'], ['null', 'found null, expected an object'],
    ['{"text":"a","label":1', 'which is not JSON'], ['{"text":"a","label":1,"decile":3}', 'population: found nothing'], ['{"text":"a","label":1,"population":3}', 'decile: found nothing'],
    ['{"text":"a","label":1,"decile":11,"population":3}', 'decile: found 11, expected a whole number from 1 to 10'], ['{"text":"a","label":1,"decile":1,"population":0}', 'population: found 0'],
    [`{"text":"a","label":"${'x'.repeat(5000)}"}`, 'xxx...'],
  ])('refuse %.60s', (line, message) => {
    expect(() => parseLabels(['{"text":"fine","label":0}', line], 'labels.jsonl')).toThrow(`labels.jsonl: line 2: ${message.startsWith('found') || message.includes(':') ? message : ''}`);
    expect(() => parseLabels([line], 'labels.jsonl')).toThrow(message);
  });
});

const plain = (positive: boolean | undefined) => ({ text: '', positive, stratum: undefined });
const drawn = (positive: boolean | undefined, decile: number, population: number, source = 'web') => ({ text: '', positive, stratum: { source, decile, population } });

describe('judging by labels', () => {
  it('counts what is not labelled yet, and judges by the rest', () => {
    const labels = [plain(true), plain(undefined), plain(false), plain(true), plain(false)];
    expect(evaluateLabels(labels, [0.9, 0.01, 0.2, 0.6, 0.7], 'f')).toEqual({ auc: 0.75, prAuc: expect.closeTo((1 + 2 / 3) / 2, 12), n: 4, positives: 2, skipped: 1 });
  });

  it.each([
    ['one class only', [plain(true), plain(true), plain(undefined)], 'f: found 2 positive and 0 negative labels, and 1 without a label, expected some of both'],
    ['no label', [plain(undefined)], 'f: found 0 positive and 0 negative labels'],
    ['nothing', [], 'f: found 0 positive and 0 negative labels, expected'],
    ['two exports mixed', [drawn(true, 1, 10), drawn(false, 1, 11)], 'f: decile 1 of web: found populations 10 and 11'],
  ])('refuses %s', (_, labels, message) => expect(() => evaluateLabels(labels, labels.map(() => 0.5), 'f')).toThrow(message));

  it('leads from deciles back to the population', () => {
    const labels = [drawn(true, 10, 100), drawn(true, 10, 100), drawn(false, 1, 900), drawn(true, 1, 900), drawn(undefined, 5, 50)];
    const found = evaluateLabels(labels, [0.9, 0.8, 0.1, 0.05, 0.5], 'f');
    expect(found.deciles).toEqual([
      { source: 'web', decile: 1, population: 900, labelled: 2, positives: 1, positiveShare: 0.5 },
      { source: 'web', decile: 5, population: 50, labelled: 0, positives: 0, positiveShare: null },
      { source: 'web', decile: 10, population: 100, labelled: 2, positives: 2, positiveShare: 1 },
    ]);
    // 100 of 550 positive documents score above the 450 negative ones.
    expect(found.population).toEqual({ auc: expect.closeTo(100 / 550, 12), prAuc: expect.closeTo((100 + 450 * (550 / 1000)) / 550, 12), positiveShare: expect.closeTo(0.55, 12), covered: expect.closeTo(1000 / 1050, 12) });
    expect(evaluateLabels([...labels, plain(true)], [0.9, 0.8, 0.1, 0.05, 0.5, 1], 'f').population).toBeUndefined();
  });
});

describe('deciles of scores', () => {
  const decilesOf = (scores: readonly number[]): { populations: readonly number[]; of: number[] } => {
    const deciles = new ScoreDeciles();
    for (const score of scores) deciles.add(score);
    const populations = deciles.close();
    return { populations, of: scores.map((score) => deciles.decileOf(score)) };
  };

  it('are tenths, the worst first, whatever the order', () => {
    const scores = Array.from({ length: 1000 }, (_, i) => ((i * 389) % 1000) / 1000);
    const { populations, of } = decilesOf(scores);
    expect(populations).toEqual(new Array(10).fill(100));
    expect(of).toEqual(scores.map((score) => 1 + Math.floor(score * 10 + 1e-9)));
  });

  it('tell scores next to 1 apart', () => {
    const scores = Array.from({ length: 100 }, (_, i) => 1 - (100 - i) * 2e-4 / 10);
    expect(decilesOf(scores).populations.every((population) => population > 0)).toBe(true);
  });

  it('hold equal scores together: 50 equal ones are in one decile, and the ends belong to it', () => {
    expect(decilesOf(new Array(50).fill(0.3)).populations).toEqual([50, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(decilesOf([0, -0, 1, 1.00001]).populations.reduce((a, b) => a + b)).toBe(4);
    expect(() => new ScoreDeciles().add(NaN)).toThrow('found NaN');
  });
});

describe('the sample to label', () => {
  const candidates = Array.from({ length: 2000 }, (_, i): LabelCandidate => ({ source: 'web', id: `d${i}`, place: String(i), decile: 1 + (i % 10) }));
  const sampleOf = (some: readonly LabelCandidate[], perDecile = 7, seed = 1): readonly LabelCandidate[] => {
    const sample = new LabelSample(seed, perDecile);
    for (const candidate of some) sample.offer(candidate);
    return sample.shuffled();
  };

  it('has as many of each decile, mixed, and does not depend on the order in which they came', () => {
    const chosen = sampleOf(candidates);
    for (let decile = 1; decile <= 10; decile++) expect(chosen.filter((one) => one.decile === decile)).toHaveLength(7);
    expect(chosen.slice(0, 10).map(({ decile }) => decile)).not.toEqual([...chosen].sort((a, b) => a.decile - b.decile).slice(0, 10).map(({ decile }) => decile));
    expect(sampleOf([...candidates].reverse())).toEqual(chosen);
    expect(sampleOf(candidates, 7, 2)).not.toEqual(chosen);
  });

  it('takes all where a decile has fewer, and tells apart documents of one id by their place', () => {
    expect(sampleOf(candidates.slice(0, 15))).toHaveLength(15);
    const twins = ['b', 'a', 'c'].map((place): LabelCandidate => ({ source: 'web', id: 'same', place, decile: 1 }));
    expect(sampleOf(twins, 2).map(({ place }) => place)).toEqual(['a', 'b']);
  });
});
