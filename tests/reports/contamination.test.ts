import { describe, expect, test } from 'vitest';
import { contaminationSection, renderContamination } from '#src/reports/contamination.js';
import type { ContaminationSummary } from '#src/reports/report-data.js';
import { DATA } from './report-fixture.js';

const SUMMARY: ContaminationSummary = DATA.contamination!;

describe('what sluice decontaminate ends with', () => {
  test('is a table a person can read, at most 100 columns wide', () => {
    const text = renderContamination(DATA);
    expect(text).toBe(`\
benchmark  items  touched    share  n-grams  matched  documents  cut  dropped
questions    200        6   3.00 %    4,000       35          4    3        1
stories       10        1  10.00 %    1,000        5          2    1        1

5 documents held passages of benchmarks: 3 cut, 2 dropped, 6,000 bytes of text gone
1 n-gram in more than 10 documents ignored: see report.md
480 documents in 1 file of corpus/, digest ${DATA.manifest.digest.slice(0, 16)}
read back: 480 documents, no passage left
1 record lost to faults: see report.md
warning: shard web/b failed
what a document held: sluice why runs/small ID
`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('shows five warnings of many, and names no document where none held anything', () => {
    const text = renderContamination({
      ...DATA, warnings: Array.from({ length: 7 }, (_, i) => `benchmark ${i}`), contamination: { ...SUMMARY, documents: { touched: 0, cut: 0, dropped: 0 }, ignored: 0 },
    });
    expect(text.match(/^warning: /gm)).toHaveLength(5);
    expect(text).toContain('and 2 more warnings: see report.md');
    expect(text).not.toContain('sluice why');
    expect(text).not.toContain('ignored');
  });

  test('is of a run with decontamination alone', () => {
    const { contamination, ...rest } = DATA;
    expect(contamination).toBeDefined();
    expect(() => renderContamination(rest)).toThrow('without decontamination');
  });
});

describe('the section of the report', () => {
  test('says so where nothing was found, ignored or too short', () => {
    const text = contaminationSection({
      ...SUMMARY, ignored: 0, ignoredTop: [], top: [], rejoined: 0, benchmarks: [SUMMARY.benchmarks[1]!], documents: { touched: 0, cut: 0, dropped: 0 },
    });
    for (const said of ['No n-gram was ignored.', 'No document held any.', 'hold none of the n-grams that are not ignored']) expect(text).toContain(said);
    for (const unsaid of ['Too short', 'putting pieces together']) expect(text).not.toContain(unsaid);
  });

  test('shows ten of many n-grams and documents, and text from the input stays text', () => {
    const many = <Value>(value: Value): Value[] => Array.from({ length: 30 }, () => value);
    const text = contaminationSection({ ...SUMMARY, ignored: 30, ignoredTop: many(SUMMARY.ignoredTop[0]!), top: many(SUMMARY.top[0]!), documents: { touched: 30, cut: 30, dropped: 0 } });
    expect(text.match(/all rights/g)).toHaveLength(10);
    expect(text.match(/web-1/g)).toHaveLength(10);
    expect(text).toContain('the 10 with most of them');
    expect(text).not.toContain('<b>');
  });
});
