import { describe, expect, test } from 'vitest';
import type { Alarm } from '#src/dedup/report.js';
import { duplicatesSection, renderDuplicates } from '#src/reports/duplicates.js';
import type { DuplicateSummary } from '#src/reports/report-data.js';
import { DATA } from './report-fixture.js';

const SUMMARY: DuplicateSummary = DATA.duplicates!;

describe('what sluice dedup ends with', () => {
  test('is a table a person can read', () => {
    expect(renderDuplicates(DATA)).toBe(`\
source          documents  exact  minhash  removed   share
web                   606      4        2        6  0.99 %
wiki (against)         10      0        0        0  0.00 %
total                 616      4        2        6  0.97 %

480 documents in 1 file of corpus/, digest ${DATA.manifest.digest.slice(0, 16)}
12 documents shorter than a shingle: compared as a whole only
1 record lost to faults: see report.md
alarm: mega-cluster: row 5: 5 documents in one cluster, 4 or more: a template, or false neighbours
alarm: source-removal-rate: web: 61.20 % of its documents repeat others, more than 50.00 %: look...
1 warning: see report.md
why one was removed: sluice why runs/small ID
`);
  });

  test('says where JSON records had no text, and shows the first five alarms of many', () => {
    const alarm: Alarm = { alarm: 'capped-buckets', where: 'minhash', found: 3, limit: 0 };
    const text = renderDuplicates({
      ...DATA, duplicates: { ...SUMMARY, alarms: Array.from({ length: 7 }, () => alarm), shortDocuments: 0 },
      faults: [{ source: 'wiki', reason: 'no-text', lost: true, count: 30, places: [] }],
    });
    expect(text).toContain('wiki: 30 records without text: is it in another field?\n');
    expect(text.match(/^alarm: capped-buckets/gm)).toHaveLength(5);
    expect(text).toContain('and 2 more alarms: see report.md\n');
    expect(text).not.toContain('shorter than a shingle');
  });

  test('has no line wider than 100 columns, however long the names and large the counts', () => {
    const sources = SUMMARY.sources.map((one) => ({ ...one, source: 'x'.repeat(64), documents: 9e12, removed: 8e12, byMethod: { exact: 3e12, url: 2e12, minhash: 3e12 } }));
    for (const line of renderDuplicates({ ...DATA, duplicates: { ...SUMMARY, sources } }).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('is refused of a run without deduplication, which is a bug', () => {
    const { duplicates, ...rest } = DATA;
    expect(duplicates).toBeDefined();
    expect(() => renderDuplicates(rest)).toThrow('has no such table');
  });
});

describe('the report\'s section', () => {
  test('says what was not: no clusters, no alarms, no MinHash, nothing compared', () => {
    const text = duplicatesSection({ clusters: 0, documents: 0, histogram: [], sources: [], shortDocuments: 0, alarms: [] });
    for (const said of ['0 of 0 documents compared (-) were removed', 'No document was compared.', 'No clusters.', 'No alarms.']) expect(text).toContain(said);
    expect(text).not.toContain('MinHash');
  });
});
