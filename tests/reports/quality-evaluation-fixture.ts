/** An evaluation with every part filled, made by the evaluation itself from documents with scores of every kind. */
import { createHash } from 'node:crypto';
import type { JudgedDocument } from '#src/quality/evaluate-sample.js';
import { evaluate, type EvaluationRequest } from '#src/quality/evaluate.js';
import type { QualityEvaluation } from '#src/quality/evaluation.js';
import { checkMarkers } from '#src/quality/marker-check.js';

/** In [0, 1), the same in every run. */
const draw = (name: string): number => createHash('sha256').update(name).digest().readUInt32LE(0) / 2 ** 32;

/** `towards`: what scores lean to, 0 or 1. */
export function documentsOf(source: string, count: number, towards: number, mark = ''): JudgedDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const spread = draw(`${source}${i}`) ** 3;
    const score = Math.fround(towards === 1 ? 1 - spread : spread);
    const excerpt = `${mark} ${source} ${i} ${'word '.repeat(i % 40)}`;
    return {
      content: createHash('sha256').update(`${source} ${i}`).digest('hex'), bytes: 40 + Math.floor(5000 * draw(`${i} ${source}`)), score,
      otherScore: Math.fround(score * 0.9 + 0.1 * draw(`other ${source}${i}`)), language: ['en', 'fr', 'ja'][i % 3]!, excerpt,
    };
  });
}

export function evaluationOf(more: Partial<EvaluationRequest> = {}): QualityEvaluation {
  return evaluate({
    model: { name: 'reference', path: 'work/train/reference.bin', kind: 'folded', label: 'positive' }, seed: 7, heldOutOnly: true,
    sources: [
      { name: 'books', positive: true, read: 2000, heldOut: 200, documents: documentsOf('books', 120, 1, 'gutenberg') },
      { name: 'wiki', positive: true, read: 1500, heldOut: 150, documents: documentsOf('wiki', 90, 1) },
      { name: 'web', positive: false, read: 9000, heldOut: 900, documents: documentsOf('web', 260, 0) },
    ],
    keep: { kind: 'threshold', threshold: 0.5 }, prior: 0.1, keepShare: 0.2, otherSeed: 8,
    checkMarkers: (documents) => checkMarkers(documents, (texts) => texts.map((text) => (text.includes('gutenberg') ? 0.9 : 0.2))),
    featureWeights: () => ({
      positive: [{ feature: 'whale', weight: 12.345, documents: 80, collisions: 0, sharedWith: [] }, { feature: 'of the', weight: 1.5, documents: 100, collisions: 5, sharedWith: ['in a', 'to be'] }],
      negative: [{ feature: 'click', weight: -9.87, documents: 60, collisions: 0, sharedWith: [] }], caveat: 'Names are guesses.',
    }),
    ...more,
  });
}
