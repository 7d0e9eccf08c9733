import { describe, expect, test } from 'vitest';
import type { QualityEvaluation } from '#src/quality/evaluation.js';
import { verdictsOf, type Verdict } from '#src/reports/quality-verdict.js';
import { evaluationOf } from './quality-evaluation-fixture.js';

const base = evaluationOf();
const withArea = (rocAuc: number): QualityEvaluation => ({ ...base, metrics: { ...base.metrics, rocAuc } });
const verdicts = (evaluation: QualityEvaluation): readonly [Verdict, Verdict, Verdict] => verdictsOf(evaluation) as [Verdict, Verdict, Verdict]; // it has three
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('whether the classes are told apart', () => {
  test.each([
    [0.96, 'good', 'Very well'], [0.95, 'good', 'Very well'], [0.949, 'good', 'Well'], [0.9, 'good', 'Well'], [0.899, 'check', 'Fairly'], [0.8, 'check', 'Fairly'],
    [0.799, 'bad', 'Poorly'], [0.7, 'bad', 'Poorly'], [0.699, 'bad', 'Hardly'], [0.3, 'bad', 'Hardly'],
  ])('at an area of %f: %s', (area, tone, word) => {
    const [{ tone: found, answer }] = verdicts(withArea(area));
    expect([found, answer]).toEqual([tone, `${word}: ROC AUC ${area.toFixed(3)}`]);
  });

  test('is not known of documents that the model may have learnt from, however good the area', () => {
    const [{ tone, answer }] = verdicts({ ...withArea(0.99), heldOutOnly: false });
    expect([tone, answer]).toEqual(['check', 'Unknown: ROC AUC 0.990, perhaps on documents that it has seen']);
  });
});

describe('whether it is a leak', () => {
  const leak = (length: number, markers: QualityEvaluation['markers']): readonly [string, string] => {
    const [, { tone, answer }] = verdicts({ ...withArea(0.9), lengthBaseline: { rocAuc: length, scoreCorrelation: 0 }, markers });
    return [tone, answer];
  };
  const none = { documents: 400, findings: [], masked: null };
  const found = (lost?: number): QualityEvaluation['markers'] => ({
    documents: 400, findings: [{ marker: 'gutenberg', kind: 'word', source: 'books', positive: true, share: 0.5, elsewhere: 0 }],
    masked: lost === undefined ? null : { markers: 3, rocAuc: 0.75, rocAucMasked: 0.75 - lost },
  });

  test.each([
    [0.5, none, 'good', 'No sign of one'],
    [0.699, none, 'good', 'No sign of one'],
    [0.7, none, 'check', 'It may be: length alone tells the classes apart too'],
    [0.302, none, 'good', 'No sign of one'],
    [0.3, none, 'check', 'It may be: length alone tells the classes apart too'],
    [0.899, none, 'check', 'It may be: length alone tells the classes apart too'],
    [0.9, none, 'bad', 'Length alone does as well'],
    [0.1, none, 'bad', 'Length alone does as well'],
    [0.5, null, 'check', 'Not of length; source markers were not looked for'],
    [0.5, found(), 'check', 'It may be: there are source markers'],
    [0.5, found(0.046875), 'good', 'Probably not: without the source markers it does nearly as well'],
    [0.5, found(0.0546875), 'bad', 'It goes by source markers'],
    [0.9, found(0.0546875), 'bad', 'It goes by source markers'],
  ] as const)('with a length baseline of %f', (length, markers, tone, answer) => expect(leak(length, markers)).toEqual([tone, answer]));

  test('is told with the figures that the answer comes from', () => {
    const [, { details }] = verdicts({ ...withArea(0.9), lengthBaseline: { rocAuc: 0.3, scoreCorrelation: 0 }, markers: found(0.25) });
    expect(details.map(plain)).toEqual([
      'Length alone, shorter being positive, reaches ROC AUC 0.700 (the model 0.900; suspicious from 0.700).',
      '"gutenberg" is in 50.0 % of books and 0.0 % of the other class.', 'With all 3 markers taken out of the texts, ROC AUC goes from 0.750 to 0.500.']);
  });
});

describe('what the rule keeps', () => {
  const keeping = (crawlShare: number | null, worst: number): readonly [string, string] => {
    const [, , { tone, answer }] = verdicts({ ...base, keep: { ...base.keep, crawlShare }, retention: [{ source: 'a', documents: 9, documentShare: 1, byteShare: 1 }, { source: 'b', documents: 9, documentShare: worst, byteShare: 0 }] });
    return [tone, plain(answer)];
  };

  test.each([
    [0.1, 0.499, 'check', '10.0 % of the negative documents (the crawl)'], [0.1, 0.5, 'good', '10.0 % of the negative documents (the crawl)'],
    [0, 1, 'bad', '0.0 % of the negative documents (the crawl)'], [0.0001, 1, 'good', '<0.1 % of the negative documents (the crawl)'],
    [0.99999, 1, 'good', '>99.9 % of the negative documents (the crawl)'], [null, 1, 'good', 'Unknown: there is no negative document'],
  ] as const)('a share of %f of the crawl and %f of a reference', (share, worst, tone, answer) => expect(keeping(share, worst)).toEqual([tone, answer]));
});

test.each([
  [0.25, /^GPT-3's way, a kept crawl that scores like the reference, would be pareto:/],
  [0.251, /^GPT-3's way, a kept crawl that scores like the reference, is out of reach: at the nearest, pareto:[\d.]+, the distance is 0\.251 of 1\.$/],
])('the matching alpha is told as reached at a distance of %f or not', (distance, sentence) => {
  const [, , { details }] = verdicts({ ...base, solved: { ...base.solved, matchReference: { ...base.solved.matchReference, distance } } });
  expect(details.map(plain)).toContainEqual(expect.stringMatching(sentence));
});
