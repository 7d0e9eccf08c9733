import { describe, expect, test } from 'vitest';
import { utf8Column, type Column, type DocumentBatch } from '#src/core/document-batch.js';
import type { Annotator, Filter, Stage } from '#src/core/stage.js';
import type { StageContext } from '#src/stages/definition.js';
import { keepProbability, quality } from '#src/stages/quality.js';
import { allRows, batchOf } from '../kernels/fasttext-oracle.js';

const unused = (): never => {
  throw new Error('not this stage\'s');
};
const contextOf = (seed: number, source: string): StageContext => ({
  get kernels() { return unused(); }, seed, source, language: unused,
  quality: (model) => ({ score: (batch) => new Float32Array(batch.length).fill(model === 'reference' ? 0.25 : 0.75) }), lines: unused,
});
const build = (given: unknown, seed = 1, source = 'web'): readonly Stage[] => quality.build(quality.options.parse(given), contextOf(seed, source));

const scored = (scores: readonly number[], ids = scores.map((_, i) => `doc ${i}`)): DocumentBatch => ({ ...batchOf(ids), columns: new Map<string, Column>([
  ['quality', { kind: 'float32', values: Float32Array.from(scores) }], ['id', utf8Column(ids)],
]) });
const judged = (stage: Filter, batch: DocumentBatch, rows = allRows(batch)): Uint8Array => {
  const verdicts = new Uint8Array(batch.length);
  stage.judge(batch, rows, verdicts);
  return verdicts;
};

describe('quality', () => {
  test('writes the model\'s score, and needs that model', () => {
    const [annotator, ...rest] = build({ model: 'reference' });
    expect(rest).toEqual([]);
    const column = (annotator as Annotator).annotate(batchOf(['a', 'b']), Uint32Array.of(0, 1)).get('quality');
    expect(column).toEqual({ kind: 'float32', values: Float32Array.of(0.25, 0.25) });
    expect(quality.models!(quality.options.parse({ model: 'reference' }))).toEqual(['reference']);
  });

  test('keeps scores at and above a threshold', () => {
    const filter = build({ model: 'm', keep: { threshold: 0.5 } })[1] as Filter;
    expect([...judged(filter, scored([0.499, 0.5, 0.501]))]).toEqual([1, 0, 0]);
    expect(filter.reasons).toEqual(['quality-below-threshold']);
  });

  test('keeps with the probabilities that the paper\'s rule gives', () => {
    // facts of the rule: (2 - s)^-alpha
    const table = { 9: [[0, 0.00195], [0.1, 0.0031], [0.25, 0.0065], [0.5, 0.026], [0.75, 0.134], [0.9, 0.424], [0.95, 0.645], [0.99, 0.914], [1, 1]], 3: [[0, 0.125], [0.5, 0.296], [0.9, 0.751], [1, 1]] };
    for (const [alpha, rows] of Object.entries(table)) for (const [score, expected] of rows) expect(keepProbability(score!, Number(alpha))).toBeCloseTo(expected!, 3);
  });

  test.each([[0, 9], [0.5, 9], [0.9, 9], [0.1, 3], [1, 9], [0, 0]])('keeps that share of documents of score %d under alpha %d', (score, alpha) => {
    const count = 40_000;
    const filter = build({ model: 'm', keep: { pareto: alpha } })[1] as Filter;
    const kept = judged(filter, scored(new Array<number>(count).fill(score))).filter((verdict) => verdict === 0).length / count;
    const p = keepProbability(score, alpha);
    expect(Math.abs(kept - p)).toBeLessThanOrEqual(4.5 * Math.sqrt((p * (1 - p)) / count));
    expect(filter.reasons).toEqual(['quality-pareto']);
  });

  test('decides by document: whatever the batch, the order and the other rows, but anew under another seed, source or model', () => {
    const ids = Array.from({ length: 400 }, (_, i) => `https://example.org/${i}`);
    const scores = ids.map((_, i) => (i % 100) / 100);
    const filter = (seed: number, source: string, model = 'm'): Filter => build({ model, keep: { pareto: 1 } }, seed, source)[1] as Filter;
    const all = judged(filter(1, 'web'), scored(scores, ids));
    const backwards = judged(filter(1, 'web'), scored([...scores].reverse(), [...ids].reverse())).reverse();
    expect([...backwards]).toEqual([...all]);
    const half = judged(filter(1, 'web'), scored(scores, ids), allRows(scored(scores)).filter((row) => row % 2 === 0));
    all.forEach((verdict, row) => expect(half[row]).toBe(row % 2 === 0 ? verdict : 0));
    for (const other of [filter(2, 'web'), filter(1, 'books'), filter(1, 'web', 'n')]) expect([...judged(other, scored(scores, ids))]).not.toEqual([...all]);
  });

  test('takes one keep rule of the two, and a model', () => {
    for (const wrong of [{}, { model: '' }, { model: 'm', keep: { threshold: 2 } }, { model: 'm', keep: { threshold: 0.1, pareto: 3 } }, { model: 'm', keep: { pareto: -1 } }]) {
      expect(quality.options.safeParse(wrong).success).toBe(false);
    }
  });
});
