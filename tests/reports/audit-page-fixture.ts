/** A made-up audit with every part filled and figures that agree with one another, and changes to it. */
import type { Audit, LargeCluster, NearLevel } from '#src/dedup/audit.js';

const DOCUMENTS = 20_000;

const level = (jaccard: number, documents: number, lshRecall: number): NearLevel => {
  const corrected = Math.round(documents / lshRecall);
  return {
    jaccard, documents, rate: documents / DOCUMENTS, lshRecall, corrected: { documents: corrected, rate: corrected / DOCUMENTS },
    interval: [Math.max(0, (corrected - 40) / DOCUMENTS), (corrected + 40) / DOCUMENTS],
  };
};

const cluster = (size: number, source: string, sample: string): LargeCluster => ({
  size, sample,
  members: Array.from({ length: Math.min(10, size) }, (_, i) => ({ id: `${source}-${size}-${i}`, source, jaccard: i === 0 ? 1 : 0.99 - 0.02 * i })),
  diff: [
    '@@ 4 equal lines', ` ${sample.slice(0, 60)}`, `-Posted on the first of May ${size}`, `+Posted on the ninth of June ${size}`, ' All rights reserved.',
  ],
});

export const AUDIT: Audit = {
  documents: DOCUMENTS, tokens: 8_400_000, bytes: 41_200_000, threshold: 0.8,
  exact: { documents: 900, rate: 900 / DOCUMENTS },
  near: [level(0.5, 2_400, 0.9), level(0.7, 2_100, 0.99), level(0.8, 1_900, 0.998), level(0.9, 1_500, 1), level(0.95, 1_200, 1)],
  redundancy: 1_900 / DOCUMENTS,
  clusters: {
    count: 700,
    sizes: [
      { size: '1', clusters: 17_400, documents: 17_400 }, { size: '2', clusters: 480, documents: 960 }, { size: '3-5', clusters: 160, documents: 580 },
      { size: '6-10', clusters: 40, documents: 300 }, { size: '11-100', clusters: 19, documents: 430 }, { size: '101-1000', clusters: 1, documents: 330 },
      { size: '>1000', clusters: 0, documents: 0 },
    ],
    largest: [
      cluster(330, 'crawl', 'This domain is for sale. Make an offer to the owner through our brokers, who answer within a day.'),
      cluster(64, 'crawl', 'Weather for the next ten days: maps, hourly forecasts and warnings for your town and the country around it.'),
      cluster(31, 'wiki', 'This article about a village in the district is a stub. You can help by expanding it with sources.'),
      cluster(12, 'books', 'It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness.'),
    ],
  },
  sources: {
    crawl: { documents: 15_000, tokens: 5_000_000, exact: { documents: 800, rate: 800 / 15_000 }, near: { documents: 1_650, rate: 1_650 / 15_000 } },
    wiki: { documents: 4_500, tokens: 1_400_000, exact: { documents: 80, rate: 80 / 4_500 }, near: { documents: 230, rate: 230 / 4_500 } },
    books: { documents: 500, tokens: 2_000_000, exact: { documents: 20, rate: 20 / 500 }, near: { documents: 20, rate: 20 / 500 } },
  },
  matrix: { sources: ['crawl', 'wiki', 'books'], documents: [[1_500, 130, 20], [40, 190, 0], [0, 5, 15]] },
  overlap: {
    against: ['validation'], documents: { documents: 42, rate: 42 / DOCUMENTS }, againstDocuments: { documents: 37, rate: 37 / 1_000 },
    examples: [{ id: 'crawl-17', matchedId: 'validation-3', jaccard: 0.913, sample: 'The tower was built in 1889 as the entrance to the fair.' }],
  },
  lengths: [{ bytes: 1_024, documents: 410, expected: 6.5, sample: 'This domain is for sale. Make an offer to the owner.' }],
  urls: { documents: 350, rate: 350 / DOCUMENTS, largest: [{ key: 'example.org/index.html', documents: 40 }, { key: 'example.org/a?b=1', documents: 9 }] },
  paragraphs: {
    paragraphs: 210_000, repeated: 31_000, repeatedBytes: 3_900_000,
    largest: [
      { sample: 'We use cookies to give you the best experience. By going on you agree.', documents: 2_100, bytes: 71 },
      { sample: 'All rights reserved.', documents: 1_400, bytes: 20 },
    ],
  },
  shortDocuments: 212,
  lsh: { bands: 38, rows: 7, shingle: '5 words', verify: 'exact' },
  faults: [{ reason: 'malformed-json', count: 3, lost: true }, { reason: 'invalid-utf8', count: 12, lost: false }],
  alarms: ['crawl: a cluster of 330 documents'],
};

export const auditOf = (more: Partial<Audit>): Audit => ({ ...AUDIT, ...more });

const NONE = { documents: 0, rate: 0 };

/** A set without a document. */
export const EMPTY: Audit = {
  ...AUDIT, documents: 0, tokens: 0, bytes: 0, exact: NONE, redundancy: 0,
  near: AUDIT.near.map(({ jaccard }) => ({ jaccard, ...NONE, interval: [0, 0], lshRecall: 1, corrected: NONE })),
  clusters: { count: 0, sizes: AUDIT.clusters.sizes.map(({ size }) => ({ size, clusters: 0, documents: 0 })), largest: [] },
  sources: { mine: { documents: 0, tokens: 0, exact: NONE, near: NONE } }, matrix: { sources: ['mine'], documents: [[0]] },
  overlap: { against: ['other'], documents: NONE, againstDocuments: NONE, examples: [] },
  lengths: [], urls: { ...NONE, largest: [] }, paragraphs: { paragraphs: 0, repeated: 0, repeatedBytes: 0, largest: [] }, shortDocuments: 0, faults: [], alarms: [],
};

/** Documents, none of them a duplicate. */
export const CLEAN: Audit = {
  ...EMPTY, documents: 500, tokens: 100_000, bytes: 600_000,
  near: EMPTY.near.map((one) => ({ ...one, interval: [0, 0.004] })),
  clusters: { count: 0, sizes: [{ size: '1', clusters: 500, documents: 500 }], largest: [] },
  sources: { mine: { documents: 500, tokens: 100_000, exact: NONE, near: NONE } },
  paragraphs: { paragraphs: 4_000, repeated: 0, repeatedBytes: 0, largest: [] },
};

/** What no name, text or key may do to a terminal or a page. */
export const HOSTILE = '</script><img src=x onerror=alert(1)>"\'`&\u202e\u001b[31m\u0000\n</style></title></svg></pre><script>alert(2)</script>$(reboot)';

/** Every foreign string of the audit is hostile, or as long as `long`; every list is as long as it may be. */
export function hostileAudit(long = ''): Audit {
  const text = (mark: string | number): string => `${mark}${HOSTILE}${long}`;
  const names = Array.from({ length: 30 }, (_, i) => text(i));
  const source = { documents: 1e15, tokens: 9e15, exact: { documents: 9e11, rate: 0.9 }, near: { documents: 9e12, rate: 0.999999 } };
  const near = [...AUDIT.near, level(0.8765, 1_600, 0.9999)].sort((a, b) => a.jaccard - b.jaccard).map((one) => ({ ...one, documents: 9e15 }));
  const member = (i: number) => ({ id: text(i), source: text(0), jaccard: 1 / (i + 1) });
  return {
    ...AUDIT, documents: 9e15, tokens: 9e15, bytes: 9e15, threshold: 0.8765, near,
    clusters: {
      ...AUDIT.clusters, sizes: AUDIT.clusters.sizes.map((one) => ({ ...one, clusters: 1e12, documents: 9e15 })),
      largest: Array.from({ length: 20 }, (_, i) => ({
        size: 9e12, members: Array.from({ length: 10 }, (__, m) => member(m)), sample: text(i), diff: Array.from({ length: 40 }, (__, l) => `${'+- @'[l % 4]!}${text(l)}`),
      })),
    },
    sources: Object.fromEntries(names.map((name) => [name, source])), matrix: { sources: names, documents: names.map((_, a) => names.map((__, b) => a * 1e9 + b)) },
    overlap: { ...AUDIT.overlap!, against: names, examples: Array.from({ length: 20 }, (_, i) => ({ id: text(i), matchedId: text(-i), jaccard: 0.9, sample: text('s') })) }, // AUDIT has one
    lengths: Array.from({ length: 20 }, (_, i) => ({ bytes: 9e12, documents: 9e12 - i, expected: 0.001, sample: text(i) })),
    urls: { documents: 9e12, rate: 0.5, largest: Array.from({ length: 20 }, (_, i) => ({ key: text(i), documents: 9e12 })) },
    paragraphs: { paragraphs: 9e15, repeated: 9e14, repeatedBytes: 9e14, largest: Array.from({ length: 20 }, (_, i) => ({ sample: text(i), documents: 9e12, bytes: 9e9 })) },
    lsh: { ...AUDIT.lsh, shingle: text('shingle') }, sample: { documents: 9e12, of: 9e15 },
    faults: Array.from({ length: 20 }, (_, i) => ({ reason: text(i), count: 9e12, lost: i % 2 === 0 })), alarms: names,
  };
}
