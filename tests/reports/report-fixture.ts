import { createHash } from 'node:crypto';
import { drop, stageLedger, type Amount, type Ledger } from '#src/core/ledger.js';
import { planMixture } from '#src/mixture/budget.js';
import { realiseMixture } from '#src/mixture/realised.js';
import { lshSummary } from '#src/reports/lsh-summary.js';
import { buildManifest } from '#src/reports/manifest.js';
import type { ReportData } from '#src/reports/report-data.js';

export const amount = (documents: number, tokens: number): Amount => ({ documents, tokens, bytes: tokens * 4 });
const written = (documents: number, tokens: number) => ({ ...amount(documents, tokens), size: tokens });
export const sha = (text: string) => createHash('sha256').update(text).digest('hex');

function stage(name: string, into: Amount, dropped: Readonly<Record<string, Amount>>) {
  const ledger = stageLedger(name);
  Object.assign(ledger.in, into);
  Object.assign(ledger.out, into);
  for (const [reason, lost] of Object.entries(dropped)) {
    drop(ledger, reason, lost);
    ledger.out.documents -= lost.documents;
    ledger.out.bytes -= lost.bytes;
    ledger.out.tokens -= lost.tokens;
  }
  return ledger;
}

export const ledger: Ledger = {
  sources: [
    {
      source: 'web',
      stages: [
        stage('language', amount(1000, 2_000_000), { 'language-other': amount(200, 300_000) }),
        stage('gopher-quality', amount(800, 1_700_000), { 'short': amount(50, 1000), 'long': amount(50, 600_000), 'bullets': amount(100, 99_000) }),
      ],
      repaired: { 'invalid-utf8': 3 },
    },
    { source: 'wiki', stages: [stage('language', amount(10, 250_000), {})], repaired: {} },
  ],
};

const mixture = planMixture({
  unit: 'tokens', sizes: { web: 1_000_000, wiki: 250_000 }, weights: { web: 0.5, wiki: 0.5 }, budget: 1_500_000, maxEpochs: { web: 4, wiki: 4 }, shortfall: 'error',
});

/** A small run in which something happened in every part. */
export const DATA: ReportData = {
  ledger,
  mixture,
  sizes: { unit: 'tokens', counted: { by: 'bytes-per-token' }, available: { web: written(600, 1_000_000), wiki: written(10, 250_000) } },
  manifest: buildManifest({
    recipe: { name: 'small', fingerprint: sha('recipe') }, version: '0.1.0', seed: 7, unit: 'tokens', counted: { by: 'bytes-per-token' }, failedShards: [],
    realised: realiseMixture(mixture, { web: written(450, 750_100), wiki: written(30, 750_000) }), bytesPerToken: { web: 4, wiki: 4 },
    corpus: [{ path: 'corpus/part-00000.jsonl.gz', documents: 480, bytes: 2_500_000, sha256: sha('stored'), plainBytes: 6_200_000, plainSha256: sha('plain') }],
    order: { fingerprint: sha('order'), documents: 480, files: [{ path: 'order/places.bin', bytes: 7680, sha256: sha('places') }] },
  }),
  duplicates: {
    clusters: 3, documents: 9, histogram: [{ size: '2', clusters: 2 }, { size: '3-5', clusters: 1 }],
    sources: [
      { source: 'web', against: false, documents: 606, removed: 6, byMethod: { exact: 4, minhash: 2 } },
      { source: 'wiki', against: true, documents: 10, removed: 0, byMethod: { exact: 0, minhash: 0 } },
    ],
    shortDocuments: 12,
    lsh: lshSummary({ bands: 14, rows: 8, threshold: 0.8, shingle: { length: 5, unit: 'script' }, signature: 'permutations', verify: 'exact' }),
    alarms: [{ alarm: 'mega-cluster', where: 'row 5', found: 5, limit: 4 }, { alarm: 'source-removal-rate', where: 'web', found: 0.612, limit: 0.5 }],
  },
  contamination: {
    rule: { ngram: 13, leastWords: 8, window: 200, leastPiece: 200, mostPieces: 10, mostDocuments: 10 },
    scanned: { documents: 600, bytes: 4_000_000 }, ngrams: 5000, matched: 40, ignored: 1, documents: { touched: 5, cut: 3, dropped: 2 }, split: 1, bytes: 6000, rejoined: 1,
    benchmarks: [
      { name: 'questions', items: 200, comparable: 180, touched: 6, ngrams: 4000, matched: 35, ignored: 1, documents: { touched: 4, cut: 3, dropped: 1 }, lost: 1, fault: 'q.jsonl: byte 7: found no JSON' },
      { name: 'stories', items: 10, comparable: 10, touched: 1, ngrams: 1000, matched: 5, ignored: 0, documents: { touched: 2, cut: 1, dropped: 1 }, lost: 0 },
    ],
    ignoredTop: [{ text: 'all rights | reserved', documents: 120, benchmarks: ['questions'] }],
    top: [{ id: 'web-1', source: 'web', benchmarks: ['questions', 'stories'], ngrams: 21, dropped: true, text: 'How many <b>apples</b> has she left?' }],
    rescanned: { documents: 480, bytes: 5_900_000 },
  },
  models: [{ name: 'reference', trained: { positive: 900, negative: 850, heldOut: 200, f1: 0.98765, auc: 0.9991, f1OfPieces: 0.95 } }, { name: 'elsewhere' }],
  decisions: [{ source: 'web', stage: 'quality', documents: 60, kept: 6, solved: 'score at least 0.5, ties by keyed hash' }],
  faults: [
    {
      source: 'web', reason: 'bad-content-length', lost: true, count: 1,
      places: [{ shard: 'web/a.warc.wet.gz', offset: 1_048_576, inner: 12, detail: 'Content-Length is "<b>|x", expected an integer' }],
    },
    { source: 'web', reason: 'invalid-utf8', lost: false, count: 3, places: [{ shard: 'web/a.warc.wet.gz', offset: 5, inner: 0, detail: 'found byte 0xff' }] },
  ],
  warnings: ['shard web/b failed'],
  directory: 'runs/small',
};
