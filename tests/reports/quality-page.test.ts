import { describe, expect, test } from 'vitest';
import type { QualityEvaluation } from '#src/quality/evaluation.js';
import { renderQualityPage } from '#src/reports/quality-page.js';
import { documentsOf, evaluationOf } from './quality-evaluation-fixture.js';
import { allOf, cellsOf, parsed, plain, type PageElement } from './parsed-page.js';
import { expectSelfContained } from './self-contained.js';

const evaluation = evaluationOf();
const page = renderQualityPage(evaluation);

const document = parsed(page);
const all = (selector: string, under = document): PageElement[] => allOf(under, selector);
const cells = (caption: string): string[][] => cellsOf(document, caption);
const BROKEN = /NaN|Infinity|undefined|\[object/;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

describe('the page', () => {
  test('has its sections in the order in which a person decides', () => {
    expect(all('main > section').map((section) => section.getAttribute('id'))).toEqual([
      'verdict', 'curves', 'calibration', 'scores', 'keep', 'retention', 'features', 'markers', 'stability', 'solvers', 'method']);
    for (const section of all('main > section')) expect(all('h2', section).length).toBe(1);
    expect(all('nav a').map((link) => link.getAttribute('href'))).toEqual(all('main > section').map((section) => `#${section.getAttribute('id')}`));
    expect([all('h1').length, document.querySelector('html')!.getAttribute('lang')]).toEqual([1, 'en']);
  });

  test('is the same bytes for the same evaluation, also read back from JSON', () => {
    expect(renderQualityPage(evaluation)).toBe(page);
    expect(renderQualityPage(JSON.parse(JSON.stringify(evaluation)) as QualityEvaluation)).toBe(page);
  });

  test('loads and runs nothing, and has the browser hold it to that', () => {
    expectSelfContained(page, document);
  });

  test('gives every chart a title, a sentence, axis labels, a description, and its numbers', () => {
    const figures = all('figure');
    const groups = [...evaluation.slices.language, ...evaluation.slices.length].flatMap(({ positive, negative }) => [positive, negative]).filter(({ documents }) => documents > 0).length;
    expect(figures.length).toBe(2 + 3 + 3 + groups + 3); // histograms by language and length stand folded
    for (const one of figures) {
      expect(one.querySelector('h3')!.textContent).not.toBe('');
      expect(one.querySelector('figcaption p')!.textContent).toMatch(/[a-z].*\.$/);
      const svg = one.querySelector('svg[role="img"]')!;
      expect(svg.getAttribute('aria-label')).toMatch(/.{20}/);
      expect(all('text', svg).some(({ textContent }) => textContent.includes('\u2192'))).toBe(true);
      expect(all('details tbody tr', one).length).toBeGreaterThan(1);
    }
  });

  test('draws no number that is not one', () => expect(BROKEN.exec(page)).toBeNull());
});

describe('the numbers', () => {
  test('of the curves are the evaluation\'s', () => {
    const { roc, pr } = evaluation.curves;
    expect(cells('ROC curve').map((row) => row.slice(1))).toEqual(roc.map((point) => [point.falsePositiveRate.toFixed(3), point.truePositiveRate.toFixed(3)]));
    expect(cells('Precision and recall').map((row) => row.slice(1))).toEqual(pr.map((point) => [point.recall.toFixed(3), point.precision.toFixed(3)]));
    expect(cells('In numbers').map((row) => row[1])).toEqual(([0.5, evaluation.metrics.atHalf.precision, evaluation.metrics.atHalf.recall, evaluation.metrics.atHalf.f1, evaluation.metrics.atHalf.accuracy]).map((value) => value.toFixed(3)));
    expect(all('#curves h3').map(({ textContent }) => textContent)).toEqual([`ROC curve: area ${evaluation.metrics.rocAuc.toFixed(3)}`, `Precision and recall: area ${evaluation.metrics.prAuc.toFixed(3)}`]);
  });

  test('of the calibration are the evaluation\'s', () => {
    const { raw, isotonic, platt, prior } = evaluation.calibration;
    expect(cells('Calibration before and after the maps').map(([, ece, mass, gap, loss, brier]) => [ece, mass, gap, loss, brier]))
      .toEqual([raw, isotonic!, platt!].map((one) => [one.ece, one.eceEqualMass, one.mce, one.logLoss, one.brier].map((value) => value.toFixed(3))));
    expect(cells('Reliability, raw score').map((row) => Number(row[1]))).toEqual(raw.bins.map(({ documents }) => documents));
    expect(cells('What a score means where 10.0\u00a0% are positive').map((row) => row[2])).toEqual(prior.examples.map(({ corrected }) => corrected.toFixed(3)));
  });

  test('of scores and keep rates are the evaluation\'s', () => {
    const [books, , web] = evaluation.slices.source;
    const [english] = evaluation.slices.language;
    const longest = evaluation.slices.length.at(-1)!;
    expect(cells(`Scores of ${english!.name}, positive`).map((row) => Number(row[1]))).toEqual(english!.positive.histogram);
    expect(cells(`Scores of ${longest.name}, negative`).map((row) => Number(row[1]))).toEqual(longest.negative.histogram);
    expect(cells('Scores of books, positive').map((row) => Number(row[1]))).toEqual(books!.positive.histogram);
    expect(cells('Scores of web, negative').map((row) => Number(row[1]))).toEqual(web!.negative.histogram);
    for (const [name, part] of [['Keep rate by source', evaluation.slices.source], ['Keep rate by language', evaluation.slices.language], ['Keep rate by length in bytes', evaluation.slices.length]] as const) {
      expect(cells(name).map((row) => [row[3], row[6]])).toEqual(part.map(({ positive, negative }) => [positive, negative].map(({ keepRate }) => (keepRate === null ? '-' : percent(keepRate)))));
    }
    expect(cells('Self-retention')).toEqual(evaluation.retention.map((one) => [one.source, String(one.documents), percent(one.documentShare), percent(one.byteShare)]));
  });

  test('of features, markers, stability and rules are the evaluation\'s', () => {
    expect(cells('Raise the score most')).toEqual([['whale', '+12.35', '80', 'none'], ['of the', '+1.50', '100', 'in a, to be and 3 more']]);
    expect(cells('Lower the score most')).toEqual([['click', '\u22129.87', '60', 'none']]);
    const { markers, stability, solved } = evaluation;
    expect(cells('Source markers').map((row) => [row[0], row[3], row[4]])).toEqual(markers!.findings.map(({ marker, share, elsewhere }) => [marker, percent(share), percent(elsewhere)]));
    expect(plain(document.querySelector('#markers')!.textContent).replace(/\s+/g, ' ')).toContain(`goes from ${markers!.masked!.rocAuc.toFixed(3)} to`);
    expect(cells('Rank stability').map((row) => row[1])).toEqual([stability!.all!.toFixed(3), stability!.negatives!.toFixed(3), percent(stability!.topTenthShared!), stability!.otherRocAuc.toFixed(3)]);
    expect(cells('Solved keep rules').map((row) => row[1])).toEqual([
      `keep: { threshold: ${solved.forShare!.threshold} }`, `keep: { pareto: ${solved.forShare!.alpha} }`, `keep: { pareto: ${solved.matchReference.alpha} }`]);
  });

  test('of the sources are the evaluation\'s', () => {
    expect(cells('Documents').map((row) => row.slice(0, 5))).toEqual([
      ['books', 'positive', '2,000', '200', '120'], ['wiki', 'positive', '1,500', '150', '90'], ['web', 'negative', '9,000', '900', '260']]);
  });

  test('are marked on the histograms where the rule has a threshold', () => {
    expect(all('#scores svg text').filter(({ textContent }) => textContent === 'kept from 0.500').length).toBe(all('#scores figure').length);
    expect(renderQualityPage(evaluationOf({ keep: { kind: 'pareto', alpha: 9 } }))).not.toContain('kept from');
  });
});

describe('foreign text', () => {
  const HOSTILE = '</script><img src=x onerror=alert(1)>"\'`&\u202e\u0000\n</style></title></svg><script>alert(2)</script>';

  test.each(['source', 'model', 'label', 'path', 'feature', 'marker', 'language', 'caveat'])('as the name of a %s stays text', (where) => {
    const hostile = (name: string, otherwise: string): string => (name === where ? HOSTILE : otherwise);
    const rendered = renderQualityPage(evaluationOf({
      model: { name: hostile('model', 'm'), path: hostile('path', 'p'), kind: 'folded', label: hostile('label', 'l') },
      sources: [
        { name: hostile('source', 'books'), positive: true, read: 100, heldOut: 100, documents: documentsOf('books', 60, 1, hostile('marker', '')).map((one) => ({ ...one, language: hostile('language', 'en') })) },
        { name: 'web', positive: false, read: 100, heldOut: 100, documents: documentsOf('web', 60, 0) },
      ],
      featureWeights: () => ({ positive: [{ feature: hostile('feature', 'a'), weight: 1, documents: 3, collisions: 1, sharedWith: [HOSTILE] }], negative: [], caveat: hostile('caveat', 'c') }),
    }));
    const found = parsed(rendered);
    expect(all('script, img', found)).toEqual([]);
    for (const element of all('*', found)) for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
    expect(all('style', found).length).toBe(1);
    expect(/<script|<img|[\u0000\u202e]/.exec(rendered)).toBeNull();
    expect(plain(found.querySelector('html')!.textContent)).toContain('alert(1)');
    expect(all('main > section', found).length).toBe(11);
  });

  test('that is long is cut', () => {
    const long = 'x'.repeat(5000);
    expect(renderQualityPage(evaluationOf({ model: { name: long, path: long, kind: 'logistic', label: null } }))).not.toContain('x'.repeat(201));
  });
});

describe('what was not measured', () => {
  test('is said, not left out', () => {
    const bare = renderQualityPage({
      ...evaluationOf({ keep: { kind: 'top', share: 0.1 }, prior: undefined, keepShare: undefined }), features: null, markers: null, stability: null,
      calibration: { ...evaluation.calibration, isotonic: null, platt: null, prior: { measured: 0.4, given: null, oddsFactor: null, examples: [] } },
    });
    const found = parsed(bare);
    const text = (id: string): string => plain(found.querySelector(`#${id}`)!.textContent);
    expect(text('features')).toMatch(/Not looked for/);
    expect(text('markers')).toMatch(/Not looked for/);
    expect(text('stability')).toMatch(/Not measured/);
    expect(text('calibration')).toMatch(/Could not be fitted.*Could not be fitted/s);
    expect(text('solvers')).toMatch(/Give --keep-share/);
    expect(BROKEN.exec(bare)).toBeNull();
  });

  test('a source without scored documents has no chart, and the page is whole', () => {
    const empty = evaluationOf({ sources: [
      { name: 'books', positive: true, read: 50, heldOut: 50, documents: documentsOf('books', 40, 1) },
      { name: 'none', positive: true, read: 0, heldOut: 0, documents: [] },
      { name: 'web', positive: false, read: 50, heldOut: 50, documents: documentsOf('web', 40, 0) },
    ] });
    const rendered = renderQualityPage(empty);
    expect(rendered).toContain('No document of it was scored.');
    expect(BROKEN.exec(rendered)).toBeNull();
  });

  test('a model whose score is not a sum over words says so where the features would be', () => {
    const rendered = parsed(renderQualityPage(evaluationOf({ featureWeights: () => ({ positive: [], negative: [], caveat: 'Not a sum over words.' }) })));
    expect(rendered.querySelector('#features')!.textContent).toContain('Not a sum over words.');
  });
});
