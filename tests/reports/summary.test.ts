import { expect, test } from 'vitest';
import { renderSummary } from '#src/reports/summary.js';
import { DATA } from './report-fixture.js';

test('the summary is a table a person can read', () => {
  expect(renderSummary(DATA)).toBe(`\
source   read  survived  documents     tokens    asked    share  epochs
web     1,000       600        450    750,100  50.00 %  50.00 %    0.75
wiki       10        10         30    750,000  50.00 %  50.00 %    3.00
total   1,010       610        480  1,500,100

480 documents in 1 corpus file, digest ${DATA.manifest.digest.slice(0, 16)}
1 record lost to faults: see report.md
3 warnings: see report.md
`);
});

test('no line is wider than 100 columns, however long the names and large the counts', () => {
  const huge = DATA.manifest.sources.map((source) => ({ ...source, name: `${source.name}-${'x'.repeat(60)}`, tokens: 9e15, size: 9e15, documents: 9e12, epochs: 999.99 }));
  for (const line of renderSummary({ ...DATA, manifest: { ...DATA.manifest, sources: huge } }).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('a mixture of bytes has a column of bytes, and one of documents still says how many tokens there are', () => {
  const withUnit = (unit: 'bytes' | 'documents') => renderSummary({ ...DATA, mixture: { ...DATA.mixture, unit }, manifest: { ...DATA.manifest, unit, sources: DATA.manifest.sources.map((source) => ({ ...source, size: source[unit] })) } });
  expect(withUnit('bytes')).toMatch(/documents +bytes +asked[^]*\nweb .* 3,000,400 /);
  expect(withUnit('documents')).toMatch(/documents +tokens +asked[^]*\nweb .* 450 +750,100 /);
});
