import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Audit } from '#src/dedup/audit.js';
import { dedupCommand as sluiceDedup } from '#src/cli/commands/dedup.js';
import { candidateProbability, sCurve } from '#src/dedup/lsh.js';
import { adviceOf } from '#src/reports/audit-advice.js';
import { renderAuditPage } from '#src/reports/audit-page.js';
import { AUDIT, auditOf, CLEAN, EMPTY, hostileAudit } from './audit-page-fixture.js';
import { allOf, cellsOf, parsed, plain, type PageElement } from './parsed-page.js';
import { expectSelfContained } from './self-contained.js';

const page = renderAuditPage(AUDIT);

const document = parsed(page);
const all = (selector: string, under = document): PageElement[] => allOf(under, selector);
const textOf = (id: string, under = document): string => plain(under.querySelector(`#${id}`)!.textContent); // the section is there, or the test fails
const cells = (caption: string, under = document): string[][] => cellsOf(under, caption);
const answers = (audit: Audit): string[] => all('#verdict .answer', parsed(renderAuditPage(audit))).map(({ textContent }) => plain(textContent));
const BROKEN = /NaN|Infinity|undefined|\[object/;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const grouped = (value: number): string => value.toLocaleString('en-US');

describe('the page', () => {
  test('has its sections in the order in which a person decides', () => {
    expect(all('main > section').map((section) => section.getAttribute('id'))).toEqual([
      'verdict', 'near', 'exact', 'clusters', 'largest', 'sources', 'overlap', 'lengths', 'urls', 'paragraphs', 'trouble', 'method']);
    for (const section of all('main > section')) expect(all('h2', section).length).toBe(1);
    expect(all('nav a').map((link) => link.getAttribute('href'))).toEqual(all('main > section').map((section) => `#${section.getAttribute('id')}`));
    expect([all('h1').length, document.querySelector('html')!.getAttribute('lang')]).toEqual([1, 'en']);
  });

  test('has no section for an overlap that was not asked for', () => {
    const { overlap: _, ...rest } = AUDIT;
    expect(parsed(renderAuditPage(rest)).querySelector('#overlap')).toBeNull();
  });

  test('is the same bytes for the same audit, also read back from JSON', () => {
    expect(renderAuditPage(AUDIT)).toBe(page);
    expect(renderAuditPage(JSON.parse(JSON.stringify(AUDIT)) as Audit)).toBe(page);
  });

  test('loads and runs nothing, and has the browser hold it to that', () => {
    expectSelfContained(page, document);
  });

  test('gives every chart a title, a sentence, axis labels, a description, and its numbers', () => {
    expect(all('figure').length).toBe(5); // corpora, similarities, sizes, sources, the curve
    for (const one of all('figure')) {
      expect(one.querySelector('h3')!.textContent).not.toBe('');
      expect(one.querySelector('figcaption p')!.textContent).toMatch(/[a-z].*\.$/);
      const svg = one.querySelector('svg[role="img"]')!;
      expect(svg.getAttribute('aria-label')).toMatch(/.{20}/);
      expect(all('text', svg).some(({ textContent }) => textContent.includes('\u2192'))).toBe(true);
      expect(all('details tbody tr', one).length).toBeGreaterThan(1);
    }
  });

  test('tells nothing by colour alone: verdicts have words, lines of differences signs, cells figures', () => {
    for (const tone of all('.tone')) expect(tone.textContent).toMatch(/^[\u2713!\u2715] [A-Z]/);
    for (const line of all('.diff ins')) expect(line.textContent).toMatch(/^\+/);
    for (const line of all('.diff del')) expect(line.textContent).toMatch(/^\u2212/);
    for (const cell of all('.heat')) expect(cell.textContent).toMatch(/^\d/);
    expect([all('.diff ins').length, all('.diff del').length]).toEqual([4, 4]);
  });

  test('has every table in a box that scrolls, with a name', () => {
    expect(all('table').length).toBe(all('.scroll > table').length);
    for (const box of all('.scroll')) expect([box.getAttribute('role'), box.getAttribute('tabindex'), (box.getAttribute('aria-label') ?? '').length > 0]).toEqual(['region', '0', true]);
  });

  test('draws no number that is not one', () => {
    for (const audit of [AUDIT, EMPTY, CLEAN, hostileAudit()]) expect(BROKEN.exec(renderAuditPage(audit))).toBeNull();
  });
});

describe('the figures', () => {
  test('by similarity are the audit\'s', () => {
    expect(cells('Removable documents by similarity')).toEqual(AUDIT.near.map((level) => [
      `${level.jaccard.toFixed(2)}${level.jaccard === AUDIT.threshold ? ' (asked)' : ''}`, grouped(level.documents), percent(level.rate), percent(level.lshRecall), grouped(level.corrected.documents),
      percent(level.corrected.rate), `${(100 * level.interval[0]).toFixed(2)} to ${percent(level.interval[1])}`,
    ]));
    expect(cells('Numbers of the chart')).toEqual(cells('Removable documents by similarity'));
  });

  test('of the chart stand where the audit says', () => {
    const chart = all('#near figure svg[role="img"]')[0]!;
    const circles = all('circle', chart).map((dot) => Number(dot.getAttribute('cy')));
    expect(circles.length).toBe(AUDIT.near.length);
    const heights = AUDIT.near.map(({ rate }) => rate);
    const scale = (circles[0]! - circles[4]!) / (heights[0]! - heights[4]!); // there are five levels
    for (const [i, y] of circles.entries()) expect(y - circles[4]!).toBeCloseTo(scale * (heights[i]! - heights[4]!), 1);
  });

  test('of equal texts, clusters and sources are the audit\'s', () => {
    expect(textOf('exact')).toContain('900 documents (4.50 %) repeat the text of another one word for word: 47.37 % of what is removable at 0.80.');
    expect(textOf('clusters')).toContain('Redundancy is 9.50 %');
    expect(cells('Clusters by size').map((row) => row.slice(1))).toEqual(AUDIT.clusters.sizes.map(({ clusters, documents }) => [clusters, documents, documents - clusters].map(grouped)));
    expect(cells('Shares by size of cluster')[0]).toEqual(['2', percent(480 / 700), percent(480 / 1_900)]);
    expect(cells('Duplicates by source')).toEqual(Object.entries(AUDIT.sources).map(([name, { documents, tokens, exact, near }]) =>
      [name, grouped(documents), grouped(tokens), grouped(exact.documents), percent(exact.rate), grouped(near.documents), percent(near.rate)]));
    expect(cells('From row to column; bold: within a source')).toEqual(AUDIT.matrix.sources.map((name, a) => [name, ...AUDIT.matrix.documents[a]!.map(grouped)]));
    expect(all('#sources .heat strong').map(({ textContent }) => textContent)).toEqual(['1,500', '190', '15']);
  });

  test('of the largest clusters are the audit\'s, the first three unfolded', () => {
    const shown = all('#largest .cluster');
    expect(shown.map((one) => plain(one.querySelector('summary strong')!.textContent))).toEqual(AUDIT.clusters.largest.map(({ size }) => `${size} documents`));
    expect(shown.map((one) => one.hasAttribute('open'))).toEqual([true, true, true, false]);
    expect(cells('Cluster 1: 10 of 330 documents')).toEqual(AUDIT.clusters.largest[0]!.members.map(({ id, source, jaccard }, i) => [id, source, i === 0 ? 'kept' : jaccard.toFixed(3)]));
    expect(all('.diff', shown[0]!).map(({ textContent }) => textContent.split(/(?=[\u2212+])/).length)).toEqual([3]);
  });

  test('of the overlap, lengths, addresses and paragraphs are the audit\'s', () => {
    expect(cells('Overlap')).toEqual([['audited', '42', '0.21 %'], ['against: validation', '37', '3.70 %']]);
    expect(cells('Examples of the overlap')).toEqual([['crawl-17', 'validation-3', '0.913', AUDIT.overlap!.examples[0]!.sample]]);
    expect(cells('Length spikes')).toEqual([['1,024', '410', '6.5', '63', AUDIT.lengths[0]!.sample]]);
    expect(cells('Addresses with the most documents')).toEqual([['example.org/index.html', '40'], ['example.org/a?b=1', '9']]);
    expect(textOf('paragraphs')).toContain('31,000 of 210,000 paragraphs (14.76 %) stand in an earlier document already: 3.9 MB, 9.47 % of the text.');
    expect(cells('Paragraphs in the most documents').map((row) => row.slice(1))).toEqual([['2,100', '71'], ['1,400', '20']]);
    expect(cells('Records with faults')).toEqual([['malformed-json', '3', 'lost: in no figure'], ['invalid-utf8', '12', 'repaired and kept']]);
    expect(textOf('trouble')).toContain('crawl: a cluster of 330 documents');
  });

  test('of the method are the LSH\'s own', () => {
    expect(cells('Probability that a pair is compared').map((row) => row[1])).toEqual(sCurve(AUDIT.lsh).map(({ probability }) => (probability > 0.99995 && probability < 1 ? '>99.99 %' : percent(probability))));
    expect(textOf('method')).toContain(`nominate pairs: ${percent(candidateProbability(0.8, AUDIT.lsh))} of those at exactly 0.80`);
    expect(all('#method figure circle').length).toBe(AUDIT.near.length + 1); // one in the legend
  });
});

describe('the verdict', () => {
  test('says how duplicated, where, how that compares, whether it overlaps, and whether to trust it', () => {
    expect(answers(AUDIT)).toEqual([
      'Clearly duplicated: 9.52 % of documents could go at similarity 0.80 (95 %: 9.32 to 9.72 %).', 'Mostly crawl: 86.84 % of the removable documents',
      'More than LM1B (4.86 %), less than RealNews (13.63 %)', 'Yes: 3.70 % of the documents of validation', 'Look first: 1 alarm',
    ]);
  });

  test.each([
    [0.0049, 'Hardly duplicated'], [0.005, 'A little duplicated'], [0.0499, 'A little duplicated'], [0.05, 'Clearly duplicated'], [0.15, 'Heavily duplicated'], [0.5, 'Mostly duplicates'], [1, 'Mostly duplicates'],
  ])('calls a rate of %f "%s"', (rate, words) => {
    const near = AUDIT.near.map((one) => ({ ...one, corrected: { documents: 20_000 * rate, rate } }));
    expect(answers(auditOf({ near }))[0]).toMatch(new RegExp(`^${words}: `));
  });

  test.each([[70, 'Less than Wiki-40B (0.39 %)'], [700, 'More than C4 (3.04 %), less than LM1B (4.86 %)'], [3_000, 'More than RealNews (13.63 %), less than RedPajama (about 50 %)'], [19_000, 'More than The Pile (over 60 %)']])(
    'with %i of 20,000 documents in clusters it is: %s', (documents, words) => {
      const sizes = [{ size: '1', clusters: 20_000 - documents, documents: 20_000 - documents }, { size: '2', clusters: documents / 2, documents }];
      expect(answers(auditOf({ clusters: { ...AUDIT.clusters, sizes } }))[2]).toBe(words);
    });

  test('names no source where none has half, and says when there is only one', () => {
    const half = (documents: number) => ({ ...AUDIT.sources['wiki']!, near: { documents, rate: documents / 20_000 } });
    expect(answers(auditOf({ sources: { a: half(800), b: half(700), c: half(400) } }))[1]).toBe('Several: no source has half of the removable documents');
    expect(answers(auditOf({ sources: { mine: half(1_900) }, matrix: { sources: ['mine'], documents: [[1_900]] } }))[1]).toBe('There is one source');
  });

  test('warns of many lost records, and of a source of which nothing was read', () => {
    const lost = (count: number) => auditOf({ alarms: [], faults: [{ reason: 'no-text', count, lost: true }, { reason: 'invalid-utf8', count: 1e9, lost: false }] });
    expect(answers(lost(202)).at(-1)).toBe('Yes: nothing unusual');
    expect(answers(lost(203)).at(-1)).toBe('Look first: 203 records lost');
    const none = { documents: 0, tokens: 0, exact: { documents: 0, rate: 0 }, near: { documents: 0, rate: 0 } };
    expect(answers(auditOf({ alarms: [], sources: { ...AUDIT.sources, mistyped: none } })).at(-1)).toBe('Look first: nothing read of mistyped');
  });

  test('warns of a low recall and a wide interval', () => {
    const near = AUDIT.near.map((one) => ({ ...one, lshRecall: 0.9, interval: [0, 0.2] as const }));
    expect(answers(auditOf({ near, alarms: [], faults: [] })).at(-1)).toBe('Look first: the LSH misses part of the pairs, the interval is wide');
  });

  test('says of a set without a document, and of one without a duplicate, that it is so', () => {
    expect(answers(EMPTY)).toEqual(['Nothing was compared: no document was read.']);
    expect(answers(CLEAN)[0]).toBe('No duplicates found at similarity 0.80 (95 %: at most 0.40 %).');
    expect(textOf('verdict', parsed(renderAuditPage(CLEAN)))).toContain('There is nothing to remove at this similarity.');
  });
});

describe('of a sample', () => {
  const drawn = AUDIT.clusters.largest.map((one) => ({ ...one, members: one.members.slice(0, 1), diff: [] }));
  const found = parsed(renderAuditPage(auditOf({ sample: { documents: 1_000, of: 20_000 }, clusters: { ...AUDIT.clusters, largest: drawn } })));

  test('the page says so wherever a figure is an estimate, and shows the drawn document alone', () => {
    expect(plain(found.querySelector('.sub')!.textContent)).toContain('A sample: 1,000 of 20,000 documents.');
    expect(textOf('verdict', found)).toContain('Some 1,900 of 20,000 documents are removable, by what the drawn ones resemble.');
    expect(textOf('verdict', found)).toContain('1,000 documents drawn of 20,000, and compared with all of them. The interval covers the draw.');
    expect(textOf('near', found)).toContain('scaled up to all documents');
    expect(textOf('method', found)).toContain('Drawn: 1,000 of 20,000 documents. Rates and intervals are estimates of the whole.');
    expect(all('#largest .cluster', found).map(({ textContent }) => plain(textContent).slice(0, 41))[0]).toBe('330 documents, drawn in crawl crawl-330-0');
    expect([all('#largest table', found), all('.diff', found)]).toEqual([[], []]);
  });
});

describe('the command that it suggests', () => {
  const command = (inputs: readonly string[], audit = AUDIT): string => parsed(renderAuditPage(audit, inputs)).querySelector('pre.command')!.textContent;

  const SETTINGS = "--threshold 0.8 --verify exact --shingle '5 words' --bands 38 --rows 7 --keep source,longest --output DIR";

  test('has the audit\'s inputs and settings', () => {
    expect(command(['crawl=data/*.jsonl.gz', '--text-field', 'body'])).toBe(`sluice dedup 'crawl=data/*.jsonl.gz' --text-field body ${SETTINGS}`);
    expect(command([], auditOf({ threshold: 0.75, sources: { mine: AUDIT.sources['crawl']! }, lsh: { bands: 32, rows: 4, shingle: '5 by script', verify: 'estimated' } }))) // it has one
      .toBe('sluice dedup PATHS --against OTHER --threshold 0.75 --bands 32 --rows 4 --output DIR');
  });

  test('is one that sluice dedup takes, and so are the options that the advice names', () => {
    const { unknown } = sluiceDedup().exitOverride().parseOptions(command(['crawl=data/*.jsonl.gz', '--text-field', 'body']).replaceAll("'", '').split(' ').slice(2));
    expect(unknown).toEqual([]);
    const advice = adviceOf(auditOf({ exact: { documents: 1_800, rate: 0.09 }, urls: { documents: 9_000, rate: 0.45, largest: [] } }));
    expect(advice.length).toBe(9); // all there is
    const options = advice.flatMap((text) => text.match(/--[a-z-]+/g) ?? []);
    expect(new Set(options)).toEqual(new Set(['--against', '--methods', '--keep']));
    for (const option of options) expect(sluiceDedup().helpInformation()).toContain(option);
  });

  test('is read by a shell as it was written', () => {
    const words = ['it\'s; echo no', '$(echo no)', '`echo no`', '"&|', '~', '*', 'a b', '\\', '!!', '#no', '', '\'', '-n', 'crawl={a,b}', 'd\u00e9j\u00e0'];
    const [, dedup, ...read] = execFileSync('sh', ['-c', `printf '%s\\n' ${command(words)}`], { encoding: 'utf8' }).split('\n');
    expect([dedup, ...read]).toEqual(['dedup', ...words, ...SETTINGS.replace("'5 words'", '5_words').split(' ').map((word) => word.replace('_', ' ')), '']);
  });

  test.each([['a\nb'], ['a\u202eb'], ['\u001b[31m'], ['x'.repeat(3000)]])('has a placeholder for words that cannot be shown as they are (%#)', (word) => {
    expect(command([word])).toBe(`sluice dedup PATHS --against OTHER ${SETTINGS}`);
  });
});

describe('foreign text', () => {
  test('stays text wherever it stands', () => {
    const rendered = renderAuditPage(hostileAudit(), ['</script><script>alert(3)</script>']);
    const found = parsed(rendered);
    expect(all('script, img', found)).toEqual([]);
    for (const element of all('*', found)) for (const { name } of element.attributes) expect(name).not.toMatch(/^on/);
    expect(all('style', found).length).toBe(1);
    expect(/<script|<img|[\u0000\u202e\u001b]/.exec(rendered)).toBeNull();
    expect(found.querySelector('html')!.textContent).toContain('alert(1)');
    expect(all('main > section', found).length).toBe(12);
  });

  test('that is long is cut, and the page stays within 600 kB', () => {
    const rendered = renderAuditPage(hostileAudit('x'.repeat(5000)));
    expect(rendered.includes('x'.repeat(501))).toBe(false); // an alarm has 500
    expect(Buffer.byteLength(rendered)).toBeLessThan(600_000);
  });

  test('of more sources than the matrix shows leaves the page whole', () => {
    const names = Array.from({ length: 200 }, (_, i) => `source ${i}`);
    const audit = auditOf({
      sources: Object.fromEntries(names.map((name, i) => [name, { ...AUDIT.sources['wiki']!, near: { documents: i, rate: i / 4_500 } }])),
      matrix: { sources: names, documents: names.map((_, a) => names.map((__, b) => (a === b ? a : 0))) },
    });
    const found = parsed(renderAuditPage(audit));
    const rows = cells('From row to column; bold: within a source', found);
    expect(rows.map(([name]) => name)).toEqual(names.slice(170).map((name, i) => `${171 + i} ${name}`));
    expect(rows.map((row, i) => row[i + 1])).toEqual(names.slice(170).map((_, i) => String(170 + i)));
    expect(textOf('sources', found)).toContain('170 sources more, with fewer removable documents: see the JSON.');
  });
});
