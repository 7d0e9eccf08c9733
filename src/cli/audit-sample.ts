/**
 * The audit of a set from documents drawn out of it: every figure is an estimate but for what was read, which is counted. A drawn document that n others
 * resemble stands in a cluster of 1 + n, of which one stays: the one of the first source, as in a whole audit.
 */
import type { Audit, LargeCluster, LengthSpike, NearLevel, Overlap, RepeatedKeys, RepeatedParagraphs, SourceAudit } from '../dedup/audit.js';
import { findSpikes } from '../dedup/length-spikes.js';
import { noSizes, sizeClassOf, sourceAlarms, type Alarm } from '../dedup/report.js';
import { estimateSampledRate } from '../dedup/sampled-rate.js';
import { estimateJaccard } from '../dedup/similarity.js';
import { MOST_SHOWN } from '../dedup/tally.js';
import { drawnParagraphs } from '../pipeline/drawn-lookup.js';
import { DrawnSet } from '../pipeline/drawn-set.js';
import type { CompareResult } from '../pipeline/phases/compare.js';
import type { CurateResult } from '../pipeline/phases/curate.js';
import type { MinhashRecipe } from '../pipeline/recipe.js';
import type { Run } from '../pipeline/run.js';
import { alarmText } from '../reports/alarm-text.js';
import { sampleOfBytes } from './audit-documents.js';
import { Resemblances } from './audit-resemblances.js';
import { lshOf } from './audit-result.js';
import { faultsOf, rateOf, sourceAmounts, sum, sumAmounts, type SourceAmount } from './audit-sums.js';

/** Memory: the drawn documents' signatures, paragraphs and what resembles them. */
export function sampledAuditOf(run: Run): Audit {
  const { plan } = run;
  const minhash = plan.recipe.dedup!.minhash!; // an audit's recipe has both
  const { threshold } = minhash;
  const ranks = plan.shards.map((_, rank) => rank).filter((rank) => run.completion('curate', rank) !== undefined);
  const curated = ranks.map((rank) => ({ source: plan.shards[rank]!.source, result: run.completed<CurateResult>('curate', rank).result }));
  const amounts = sourceAmounts(Object.keys(plan.recipe.sources), curated);
  const all = sumAmounts(amounts);
  const set = new DrawnSet(run);
  try {
    const found = new Resemblances(run, set, amounts.map(({ source }) => source));
    const scale = set.length === 0 ? 0 : all.documents / set.length;
    const matrix = removableMatrix(found, threshold, amounts);
    const exact = removableMatrix(found, 'equal', amounts);
    const near = plan.levels.map((level) => sampledLevel(Array.from(set.shard, (_, i) => found.similarities(i, level)), level, all.documents, minhash));
    const short = set.units.filter((units) => units < minhash.shingle.length).length;
    return {
      documents: all.documents, tokens: all.tokens, bytes: all.bytes, threshold,
      exact: estimate(meanOf(set, (i) => shareOf(found.count(i, 'equal'))), all.documents),
      near, redundancy: near[plan.levels.indexOf(threshold)]!.rate, // auditLevels puts it among them
      clusters: clustersOf(found, set, threshold, scale, minhash),
      sources: Object.fromEntries(amounts.map(({ source, ...amount }, s) => [source, sourceAudit(amount, sum(exact[s]!), sum(matrix[s]!))])),
      matrix: { sources: amounts.map(({ source }) => source), documents: matrix.map((row) => row.map(Math.round)) },
      ...(plan.overlap === undefined ? {} : { overlap: overlapOf(found, plan.overlap, threshold, amounts) }),
      lengths: spikes(set, scale), urls: urlsOf(found, set, all.documents), paragraphs: paragraphsOf(run, ranks, found, set, scale),
      shortDocuments: Math.round(short * scale), lsh: lshOf(minhash), sample: { documents: set.length, of: all.documents },
      faults: faultsOf(curated.map(({ result }) => result)), alarms: alarmsOf(run, set, all.documents, amounts, matrix),
    };
  } finally {
    set.close();
  }
}

/** What n documents besides one leave of it to remove, on average over their cluster. */
const shareOf = (others: number): number => others / (1 + others);
const meanOf = (set: DrawnSet, of: (i: number) => number): number => (set.length === 0 ? 0 : sum(Array.from(set.shard, (_, i) => of(i))) / set.length);
const estimate = (rate: number, documents: number) => ({ documents: Math.round(rate * documents), rate });

/**
 * A document that resembles n others counts as one of a cluster of 1 + n, which is an upper estimate where these do not all resemble each other. With all documents
 * of the samples drawn it is 1.1 to 2.2 % above what a whole audit removes (levels .5 to .95), so the interval begins so much further down, in shares of itself.
 */
const CHAINS = 0.05;

/** A level of similarity, from the similarities of the documents that resemble each drawn one. */
export function sampledLevel(neighbours: readonly (readonly number[])[], level: number, documents: number, { bands, rows }: Pick<MinhashRecipe, 'bands' | 'rows'>): NearLevel {
  const { rate, corrected, interval, lshRecall } = estimateSampledRate({ neighbours, documents, level, setting: { bands, rows } });
  return { jaccard: level, ...estimate(rate, documents), interval: [interval[0] * (1 - CHAINS), interval[1]], lshRecall, corrected: estimate(corrected, documents) };
}

/** [source of removable][source of the one that stays], scaled up source by source. */
function removableMatrix(found: Resemblances, level: number | 'equal', amounts: readonly SourceAmount[]): number[][] {
  const matrix = amounts.map(() => amounts.map(() => 0));
  const drawn = amounts.map(() => 0);
  for (let i = 0; i < found.drawn; i++) {
    const own = found.sourceOf(i);
    const others = found.bySource(i, level);
    const first = others.findIndex((count) => count > 0);
    drawn[own]! += 1;
    if (first >= 0 && first < own) matrix[own]![first]! += 1;
    else matrix[own]![own]! += shareOf(others[own]!);
  }
  return matrix.map((row, s) => row.map((count) => (drawn[s] === 0 ? 0 : (count * amounts[s]!.documents) / drawn[s]!)));
}

const sourceAudit = ({ documents, tokens }: Omit<SourceAmount, 'source'>, exact: number, near: number): SourceAudit => (
  { documents, tokens, exact: estimate(rateOf(exact, documents), documents), near: estimate(rateOf(near, documents), documents) });

/** A drawn document of a cluster of s stands for 1 / s clusters; the largest are shown with the drawn member alone, each once. */
function clustersOf(found: Resemblances, set: DrawnSet, level: number, scale: number, { bands, rows }: MinhashRecipe): Audit['clusters'] {
  const sizes = [{ size: '1', clusters: 0, documents: 0 }, ...noSizes()];
  const counts = Array.from(set.shard, (_, i) => found.count(i, level));
  for (const count of counts) {
    const entry = count === 0 ? sizes[0]! : sizeClassOf(sizes.slice(1), count + 1);
    entry.clusters += scale / (count + 1);
    entry.documents += scale;
  }
  const rounded = sizes.map(({ size, clusters, documents }) => ({ size, clusters: Math.round(clusters), documents: Math.round(documents) }));
  const permutations = bands * rows;
  const alike = (a: number, b: number): boolean => [0, 1, 2, 3].every((word) => set.exact[4 * a + word] === set.exact[4 * b + word])
    || estimateJaccard(set.minima, permutations * a, set.minima, permutations * b, permutations) >= level;
  const shown: number[] = [];
  for (const i of Array.from(counts.keys()).filter((one) => counts[one]! > 0).sort((a, b) => counts[b]! - counts[a]! || a - b)) {
    if (shown.length === MOST_SHOWN) break;
    if (!shown.some((other) => alike(i, other))) shown.push(i);
  }
  const largest = shown.map((i): LargeCluster => ({
    size: counts[i]! + 1, members: [{ id: set.idOf(i), source: found.sources[found.sourceOf(i)]!, jaccard: 1 }], sample: sampleOfBytes(set.recordOf(i).text), diff: [],
  }));
  return { count: sum(rounded.slice(1).map(({ clusters }) => clusters)), sizes: rounded, largest };
}

function overlapOf(found: Resemblances, against: readonly string[], level: number, amounts: readonly SourceAmount[]): Overlap {
  const isAgainst = amounts.map(({ source }) => against.includes(source));
  const side = (wanted: boolean) => {
    const documents = sum(amounts.filter((_, s) => isAgainst[s] === wanted).map((amount) => amount.documents));
    const drawn = Array.from({ length: found.drawn }, (_, i) => i).filter((i) => isAgainst[found.sourceOf(i)] === wanted);
    const matched = drawn.filter((i) => found.bySource(i, level).some((count, s) => count > 0 && isAgainst[s] !== wanted));
    return estimate(rateOf(matched.length, drawn.length), documents);
  };
  return { against, documents: side(false), againstDocuments: side(true), examples: [] };
}

/** Spikes of the drawn lengths, scaled up. */
function spikes(set: DrawnSet, scale: number): LengthSpike[] {
  const records = Array.from(set.bytes, (bytes, i) => [bytes, i] as const).sort(([a, i], [b, j]) => a - b || i - j);
  return findSpikes([Uint32Array.from(records.flat())]).map(({ bytes, documents, expected, row }) => (
    { bytes, documents: Math.round(documents * scale), expected: expected * scale, sample: sampleOfBytes(set.recordOf(row).text) }));
}

function urlsOf(found: Resemblances, set: DrawnSet, documents: number): RepeatedKeys {
  const keys = new Map<string, { readonly i: number; readonly documents: number }>();
  for (let i = 0; i < set.length; i++) {
    const others = found.count(i, 'url');
    const key = `${set.url[2 * i]}/${set.url[2 * i + 1]}`;
    if (others > 0 && !keys.has(key)) keys.set(key, { i, documents: others + 1 });
  }
  const largest = [...keys.values()].sort((a, b) => b.documents - a.documents || a.i - b.i).slice(0, MOST_SHOWN);
  return {
    ...estimate(meanOf(set, (i) => shareOf(found.count(i, 'url'))), documents),
    largest: largest.map((one) => ({ key: new TextDecoder().decode(set.recordOf(one.i).url), documents: one.documents })),
  };
}

/** Of each drawn document its first paragraphs speak for all; how often each occurs in the set was counted. */
function paragraphsOf(run: Run, ranks: readonly number[], found: Resemblances, set: DrawnSet, scale: number): RepeatedParagraphs {
  const paragraphs = drawnParagraphs(set);
  let repeated = 0;
  let repeatedBytes = 0;
  paragraphs.of.forEach((own, i) => {
    const weight = own.length === 0 ? 0 : (scale * paragraphs.counts[i]!) / own.length;
    for (const p of own) {
      const { documents, records } = found.paragraph(p);
      if (documents < 2) continue;
      repeated += weight * (1 - 1 / records);
      repeatedBytes += weight * (1 - 1 / records) * paragraphs.bytes[p]!;
    }
  });
  const common = Array.from(paragraphs.bytes.keys()).filter((p) => found.paragraph(p).documents > 1)
    .sort((a, b) => found.paragraph(b).documents - found.paragraph(a).documents || a - b).slice(0, MOST_SHOWN);
  return {
    paragraphs: sum(ranks.map((rank) => run.completed<CompareResult>('compare', rank).result.paragraphs)),
    repeated: Math.round(repeated), repeatedBytes: Math.round(repeatedBytes),
    largest: common.map((p) => ({ sample: sampleOfBytes(paragraphs.textOf(p)), documents: found.paragraph(p).documents, bytes: paragraphs.bytes[p]! })),
  };
}

function alarmsOf({ plan }: Run, set: DrawnSet, documents: number, amounts: readonly SourceAmount[], matrix: readonly (readonly number[])[]): string[] {
  const wanted = Math.min(plan.sample!, documents); // asked for a sample alone
  const rates = amounts.map(({ source, documents: own }, s) => ({ source, rate: rateOf(sum(matrix[s]!), own) }));
  const alarms: Alarm[] = set.length < wanted ? [{ alarm: 'small-sample', where: 'the set', found: set.length, limit: wanted }] : [];
  return [...alarms, ...sourceAlarms(rates)].map(alarmText);
}
