import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashKey, keyedUniform } from '#src/core/keyed-hash.js';
import { evaluate, type EvaluationRequest, type JudgedSource } from '#src/quality/evaluate.js';
import type { JudgedDocument } from '#src/quality/evaluate-sample.js';
import { checkMarkers } from '#src/quality/marker-check.js';

const LANGUAGES = ['en', 'en', 'en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'fi', 'pl', 'cs'];

/** `scoreOf` gives a score from a uniform number. */
function sourceOf(name: string, positive: boolean, documents: number, scoreOf: (uniform: number) => number, more: Partial<JudgedSource> = {}): JudgedSource {
  const key = hashKey(9, name);
  return {
    name, positive, read: documents * 10, heldOut: documents, ...more,
    documents: Array.from({ length: documents }, (_, i): JudgedDocument => {
      const draw = (index: number): number => keyedUniform(key, i, 0, index);
      return {
        content: createHash('sha256').update(`${name}${i}`).digest('hex'), score: scoreOf(draw(0)), bytes: 100 + Math.floor(10_000 * draw(1)),
        language: LANGUAGES[Math.floor(draw(2) * LANGUAGES.length)]!, excerpt: `text ${name} ${i}`,
      };
    }),
  };
}

const books = sourceOf('books', true, 300, (u) => 1 - u ** 2);
const wiki = sourceOf('wiki', true, 200, (u) => 1 - 0.3 * u);
const web = sourceOf('web', false, 600, (u) => u ** 3);

const request = (more: Partial<EvaluationRequest> = {}): EvaluationRequest => ({
  model: { name: 'm', path: 'm.bin', kind: 'folded', label: 'positive' }, seed: 1, heldOutOnly: true, sources: [web, books, wiki],
  keep: { kind: 'threshold', threshold: 0.5 }, ...more,
});

describe('an evaluation', () => {
  const evaluation = evaluate(request({ keepShare: 0.1, prior: 0.05 }));

  it('is plain JSON, without NaN or missing values', () => {
    expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
    const numbers = (value: unknown): number[] => (typeof value === 'number' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : []);
    expect(numbers(evaluation).every(Number.isFinite)).toBe(true);
  });

  it('puts positive sources first and counts every document once in every slicing', () => {
    expect(evaluation.sources.map(({ name, documents }) => [name, documents])).toEqual([['books', 300], ['wiki', 200], ['web', 600]]);
    expect([evaluation.documents, evaluation.positives, evaluation.negatives]).toEqual([1100, 500, 600]);
    for (const slices of Object.values(evaluation.slices)) {
      const sum = (count: (slice: (typeof slices)[number]) => number): number => slices.reduce((total, slice) => total + count(slice), 0);
      expect([sum(({ positive }) => positive.documents), sum(({ negative }) => negative.documents)]).toEqual([500, 600]);
      expect(sum(({ positive, negative }) => [...positive.histogram, ...negative.histogram].reduce((a, b) => a + b, 0))).toBe(1100);
    }
  });

  it('slices by the ten most frequent languages and the rest, and by tenths of length', () => {
    expect(evaluation.slices.language.map(({ name }) => name)).toHaveLength(11);
    expect([evaluation.slices.language[0]!.name, evaluation.slices.language[10]!.name]).toEqual(['en', 'other']);
    const sizes = evaluation.slices.length.map(({ positive, negative }) => positive.documents + negative.documents);
    expect(sizes).toHaveLength(10);
    for (const size of sizes) expect(Math.abs(size - 110)).toBeLessThanOrEqual(5); // equal lengths stay together
    const starts = evaluation.slices.length.map(({ name }) => Number(name.split('-')[0]));
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('gives the keep rate of each slice and the self-retention of each reference', () => {
    const share = (source: JudgedSource): number => source.documents.filter(({ score }) => score >= 0.5).length / source.documents.length;
    expect(evaluation.slices.source.map(({ positive, negative }) => positive.keepRate ?? negative.keepRate)).toEqual([books, wiki, web].map((source) => expect.closeTo(share(source), 12)));
    expect(evaluation.retention.map(({ source, documentShare }) => [source, documentShare])).toEqual([['books', expect.closeTo(share(books), 12)], ['wiki', 1]]);
    const bytes = (some: readonly JudgedDocument[]): number => some.reduce((sum, document) => sum + document.bytes, 0);
    expect(evaluation.retention[0]!.byteShare).toBeCloseTo(bytes(books.documents.filter(({ score }) => score >= 0.5)) / bytes(books.documents), 12);
    expect(evaluation.keep.crawlShare).toBeCloseTo(share(web), 12);
  });

  it('solves for the wanted share, by threshold and by Pareto', () => {
    const { keepShare, threshold, thresholdShare, alpha, alphaShare } = evaluation.solved.forShare!;
    expect([keepShare, thresholdShare, alphaShare]).toEqual([0.1, expect.closeTo(0.1, 2), expect.closeTo(0.1, 4)]);
    expect(web.documents.filter(({ score }) => score >= threshold).length).toBe(60);
    expect(web.documents.reduce((sum, { score }) => sum + (2 - score) ** -alpha, 0) / 600).toBeCloseTo(0.1, 3);
    expect(evaluation.solved.matchReference.distance).toBeLessThan(evaluation.solved.matchReference.distanceUnfiltered);
  });

  it('keeps by the solved rule where that is asked for', () => {
    const matched = evaluate(request({ keep: { kind: 'match' } }));
    expect(matched.keep.rule).toEqual({ kind: 'pareto', alpha: matched.solved.matchReference.alpha });
    expect(evaluate(request({ keep: { kind: 'share', keepShare: 0.2 } })).keep.crawlShare).toBeCloseTo(0.2, 3);
    expect(evaluate(request({ keep: { kind: 'top', share: 0.25 } })).keep.crawlShare).toBeCloseTo(0.25, 12);
  });

  it('does not depend on the order of sources, but for the order in which they are told', () => {
    expect(evaluate(request({ keepShare: 0.1, prior: 0.05, sources: [books, web, wiki] }))).toEqual(evaluation);
  });

  it('weighs crawl sources by the documents that their samples stand for', () => {
    const good = sourceOf('good', false, 100, () => 0.9, { heldOut: 9900 });
    const bad = sourceOf('bad', false, 100, () => 0.1);
    expect(evaluate(request({ sources: [books, good, bad] })).keep.crawlShare).toBeCloseTo(0.99, 12);
  });

  it('weighs reference sources likewise where the crawl is matched to them', () => {
    const low = sourceOf('low', true, 100, () => 0.2, { heldOut: 1_000_000 });
    const high = sourceOf('high', true, 100, () => 0.9);
    const matched = (sources: readonly JudgedSource[]): number => evaluate(request({ sources: [...sources, web] })).solved.matchReference.alpha;
    expect(matched([low, high])).toBeCloseTo(matched([low]), 2);
    expect(matched([{ ...low, heldOut: 100 }, { ...high, heldOut: 1_000_000 }])).toBeCloseTo(matched([high]), 0);
  });

  it('leaves texts that are in both classes out of both', () => {
    const both = { ...web, documents: [...web.documents, ...books.documents.slice(0, 7)] };
    const { inBothClasses, positives, negatives, warnings } = evaluate(request({ sources: [books, both] }));
    expect([inBothClasses, positives, negatives]).toEqual([7, 293, 600]);
    expect(warnings.join('\n')).toContain('7 texts are in both classes');
  });

  it.each([
    ['positive', [web], 'found 0 positive and 600 negative held-out ones'],
    ['negative', [books], 'found 300 positive and 0 negative held-out ones'],
  ])('refuses to judge without %s documents', (_, sources, message) => {
    expect(() => evaluate(request({ sources }))).toThrow(message);
  });
});

describe('warnings', () => {
  const warningsOf = (more: Partial<EvaluationRequest>): string => evaluate(request(more)).warnings.join('\n');

  it('are none for a model without faults', () => {
    const calm = { sources: [sourceOf('a', true, 300, (u) => u ** 0.5), sourceOf('b', false, 300, (u) => 1 - (1 - u) ** 0.5)], keep: { kind: 'threshold', threshold: 0.4 } as const };
    expect(warningsOf(calm)).toBe('');
  });

  it.each([[199, true], [200, false]])('tell of few documents: %i', (count, told) => {
    expect(warningsOf({ sources: [{ ...books, documents: books.documents.slice(0, count) }, web] }).includes(`only ${count} positive documents`)).toBe(told);
  });

  it.each([[29, true], [30, false]])('tell of few documents of a source: %i', (count, told) => {
    expect(warningsOf({ sources: [{ ...wiki, documents: wiki.documents.slice(0, count) }, books, web] }).includes(`only ${count} documents of wiki`)).toBe(told);
  });

  it.each([[(bytes: number) => bytes + 5000, 'longer'], [(bytes: number) => bytes / 3, 'shorter']] as const)('tell of lengths that give the class away', (change, word) => {
    const other = { ...books, documents: books.documents.map((document) => ({ ...document, bytes: change(document.bytes) })) };
    expect(warningsOf({ sources: [other, web] })).toMatch(new RegExp(`length alone tells the classes apart \\(ROC AUC 0\\.\\d+, ${word} is positive`));
    expect(warningsOf({})).not.toContain('length alone');
  });

  it('tell of a reference that would not survive its own rule', () => {
    expect(warningsOf({ keep: { kind: 'threshold', threshold: 0.9 } })).toContain('books: threshold:0.9 would keep only');
    expect(warningsOf({ keep: { kind: 'threshold', threshold: 0.5 } })).not.toContain('would keep only');
  });

  it('tell of scores that are poor probabilities', () => {
    const low = (source: JudgedSource): JudgedSource => ({ ...source, documents: source.documents.map((document) => ({ ...document, score: document.score / 4 })) });
    expect(warningsOf({ sources: [low(books), low(web)] })).toContain('poor probabilities');
  });

  it('tell of unstable ranks, and not of stable ones', () => {
    const second = (of: (score: number, i: number) => number) => [books, web].map((source) => ({ ...source, documents: source.documents.map((document, i) => ({ ...document, otherScore: of(document.score, i) })) }));
    const shuffled = evaluate(request({ otherSeed: 2, sources: second((_, i) => (i * 7919 % 600) / 600) }));
    expect(shuffled.warnings.join('\n')).toContain('ranks are unstable');
    expect(Math.abs(shuffled.stability!.negatives!)).toBeLessThan(0.3);
    const same = evaluate(request({ otherSeed: 2, sources: second((score) => score / 2) }));
    expect([same.stability, same.warnings.join('\n')]).toEqual([
      { otherSeed: 2, all: expect.closeTo(1, 9), negatives: expect.closeTo(1, 9), otherRocAuc: expect.closeTo(same.metrics.rocAuc, 12), topTenthShared: 1 },
      expect.not.stringContaining('unstable'),
    ]);
  });

  it('tell of marks that give a source away, and of documents that may have been learnt from', () => {
    const marked = { ...books, documents: books.documents.map((document) => ({ ...document, excerpt: `Project Library etext\n${document.excerpt}` })) };
    const text = warningsOf({ sources: [marked, web], heldOutOnly: false, checkMarkers });
    expect(text).toContain('source markers found');
    expect(text).toContain('not limited to held-out ones');
  });
});
