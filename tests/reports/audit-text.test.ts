import { describe, expect, test } from 'vitest';
import { renderAuditText } from '#src/reports/audit-text.js';
import { AUDIT, auditOf, CLEAN, EMPTY, hostileAudit } from './audit-page-fixture.js';

describe('the text of an audit', () => {
  test('is a table a person can read', () => expect(renderAuditText(AUDIT)).toBe(`\
20,000 documents, 8,400,000 tokens, 41.2 MB of text in 3 sources
Clearly duplicated: 9.52 % of documents could go at similarity 0.80 (95 %: 9.32 to 9.72 %).

removable             documents     rate     95 % interval  LSH recall  corrected
equal text                  900   4.50 %
similarity >= 0.50        2,400  12.00 %  13.13 to 13.54 %     90.00 %    13.33 %
similarity >= 0.70        2,100  10.50 %  10.41 to 10.80 %     99.00 %    10.61 %
similarity >= 0.80 *      1,900   9.50 %    9.32 to 9.72 %     99.80 %     9.52 %
similarity >= 0.90        1,500   7.50 %    7.30 to 7.70 %    100.00 %     7.50 %
similarity >= 0.95        1,200   6.00 %    5.80 to 6.20 %    100.00 %     6.00 %
* asked for. 38 bands of 7 rows, shingles: 5 words; similarity computed from the texts.

700 clusters of two documents or more; redundancy 9.50 %
cluster size  clusters  documents
1               17,400     17,400
2                  480        960
3-5                160        580
6-10                40        300
11-100              19        430
101-1000             1        330

largest  source  begins
    330  crawl   This domain is for sale. Make an offer to the owner throu...
     64  crawl   Weather for the next ten days: maps, hourly forecasts and...
     31  wiki    This article about a village in the district is a stub. Y...
     12  books   It was the best of times, it was the worst of times, it w...

source  documents     tokens  equal text  >= 0.80
crawl      15,000  5,000,000      5.33 %  11.00 %
wiki        4,500  1,400,000      1.78 %   5.11 %
books         500  2,000,000      4.00 %   4.00 %
1,705 repeat a document of their own source, 195 one of another, most of them crawl in wiki: 130

overlap      42 documents (0.21 %) match one in validation, and 37 there (3.70 %) one here
addresses    350 documents (1.75 %) at an address that an earlier one has
paragraphs   31,000 of 210,000 repeat one of another document: 3.9 MB (9.47 % of the text)
lengths      410 documents of 1,024 bytes, where 6.5 would be usual: This domain is for sale. Mak...
short        212 documents too short for a shingle: compared as a whole only

Records with faults:
  3 lost: malformed-json
  12 repaired: invalid-utf8
Look at this before you trust the figures:
  crawl: a cluster of 330 documents
`));

  test('says of a set without a document, and of one without a duplicate, that it is so', () => {
    expect(renderAuditText(EMPTY)).toContain('Nothing was compared: no document was read.');
    expect(renderAuditText(CLEAN)).toContain('No duplicates found at similarity 0.80 (95 %: at most 0.40 %).');
    expect(renderAuditText(CLEAN)).toContain('No cluster of two documents or more.');
    for (const audit of [EMPTY, CLEAN]) expect(renderAuditText(audit)).not.toMatch(/NaN|Infinity|undefined/);
  });

  test.each([0.0000123, 0.0049, 0.0499, 0.1499, 0.4999, 0.9999])('says whole how duplicated the set is, at a rate of %f', (rate) => {
    const near = AUDIT.near.map((one) => ({ ...one, jaccard: one.jaccard === 0.8 ? 0.8125 : one.jaccard, interval: [rate, 1] as const, corrected: { documents: 20_000 * rate, rate } }));
    expect(renderAuditText(auditOf({ near, threshold: 0.8125 })).split('\n')[1]).toMatch(/^[A-Z][a-z ]+: [<\d.]+ % of documents could go at similarity 0\.8125 \(95 %: [\d.]+ to 100\.00 %\)\.$/);
  });

  test('says that a sample was drawn', () => {
    expect(renderAuditText(auditOf({ sample: { documents: 20_000, of: 3_000_000 } }))).toContain('drawn: 20,000 of 3,000,000 documents; rates are estimates of them all\n');
  });

  test.each([['', 0], ['x'.repeat(500), 1], ['\u{1F600}'.repeat(500), 2]])('has at most 60 lines of 100 columns and nothing that a terminal obeys, whatever the names (%#)', (long) => {
    const lines = renderAuditText(hostileAudit(long)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(61); // the last is what follows the last line feed
    for (const line of lines) {
      expect(Array.from(line).length).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }
  });
});
