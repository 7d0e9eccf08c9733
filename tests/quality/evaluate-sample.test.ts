import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { documentText, type DocumentBatch } from '#src/core/document-batch.js';
import { EvaluationSample, type Measure } from '#src/quality/evaluate-sample.js';
import { textBatches } from '#src/quality/score-texts.js';
import { isHeldOut } from '#src/quality/training-set.js';

const texts = Array.from({ length: 3000 }, (_, i) => `document number ${i}`);
const heldOut = (text: string): boolean => isHeldOut(createHash('sha256').update(text).digest('hex'));
const batchOf = (some: readonly string[]): DocumentBatch => [...textBatches(some)][0]!;
/** Scores by the text, so that a document that got another's score shows. */
const scoreOf = (text: string): number => Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 6), 16) / 2 ** 24;
const measure: Measure = (batch) => Array.from({ length: batch.length }, (_, row) => ({ score: scoreOf(documentText(batch, row)), language: 'en' }));

function sampleOf(batches: readonly (readonly string[])[], most = 50, heldOutOnly = true, seed = 1): EvaluationSample {
  const sample = new EvaluationSample(seed, most, heldOutOnly);
  for (const batch of batches) sample.offer(batchOf(batch), measure);
  return sample;
}
const inBatches = (all: readonly string[], size: number): string[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

describe('the documents that a model is judged by', () => {
  it('were all held out from training, and have their own scores', () => {
    const sample = sampleOf(inBatches(texts, 100));
    const chosen = sample.documents();
    expect(chosen).toHaveLength(50);
    for (const { excerpt, score, bytes } of chosen) expect([heldOut(excerpt), score, bytes]).toEqual([true, scoreOf(excerpt), excerpt.length]);
    expect([sample.read, sample.eligible]).toEqual([3000, texts.filter(heldOut).length]);
  });

  it('do not depend on batches or order, and do on the seed', () => {
    const ids = (sample: EvaluationSample): string[] => sample.documents().map(({ content }) => content);
    const whole = ids(sampleOf([texts], 1100, false)); // more than are held before the superfluous go
    expect(whole).toHaveLength(1100);
    expect(ids(sampleOf(inBatches([...texts].reverse(), 7), 1100, false))).toEqual(whole);
    expect(ids(sampleOf([texts], 100, false))).toEqual(whole.slice(0, 100));
    expect(ids(sampleOf([texts], 100, false, 2))).not.toEqual(whole.slice(0, 100));
  });

  it('are one where texts are equal, in a batch or in two, and none where there is no text', () => {
    const sample = sampleOf([['same', '', 'same', 'other'], ['same', 'other']], 10, false);
    expect(sample.documents().map(({ excerpt }) => excerpt).sort()).toEqual(['other', 'same']);
    expect([sample.read, sample.eligible]).toEqual([5, 5]);
  });

  it('are measured only where they may still be chosen', () => {
    let measured = 0;
    const sample = new EvaluationSample(1, 20, false);
    for (const batch of inBatches(Array.from({ length: 40_000 }, (_, i) => `number ${i}`), 500)) {
      sample.offer(batchOf(batch), (found) => { measured += found.length; return measure(found); });
    }
    sample.documents();
    expect(measured).toBeLessThan(12_000); // 1,044 at once, then ever fewer
  });

  it('keep the beginning and the end of long text, cut between characters', () => {
    const long = `${'é'.repeat(10_000)}END`;
    const [document] = sampleOf([[long]], 1, false).documents();
    expect(document!.bytes).toBe(20_003);
    expect(Buffer.byteLength(document!.excerpt)).toBeLessThanOrEqual(8192 + 2048 + 4);
    expect(document!.excerpt).toMatch(/^é+\né+END$/);
  });
});
