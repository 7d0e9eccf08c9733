import { describe, expect, test } from 'vitest';
import type { Alarm } from '#src/dedup/report.js';
import { alarmText } from '#src/reports/alarm-text.js';

describe('an alarm', () => {
  test.each<[Alarm['alarm'], found: number, limit: number, text: RegExp]>([
    ['source-removal-rate', 0.51, 0.5, /^source-removal-rate: web: 51\.00 % of its documents repeat others, more than 50\.00 %/],
    ['mega-cluster', 1234, 1000, /^mega-cluster: web: 1,234 documents in one cluster, 1,000 or more/],
    ['capped-buckets', 3, 0, /^capped-buckets: web: 3 buckets were larger/], ['capped-clusters', 2, 0, /^capped-clusters: web: 2 clusters have more/],
    ['small-sample', 70, 1000, /^small-sample: web: 70 documents could be drawn, fewer than 1,000/],
  ])('%s has a sentence with where, what was found, and the limit', (alarm, found, limit, text) => {
    expect(alarmText({ alarm, where: 'web', found, limit })).toMatch(text);
  });
});
