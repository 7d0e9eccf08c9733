// Holds the decision records of a run over the scale benchmark's documents against what was planted: every removal is justified by brute force over the two
// texts, and planted pairs are found as often as theory says of their exact similarity.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { expectation, foundProbability, marginBelow } from '../accuracy/theory.js';
import { jaccardOf, shinglesOf, wordsOf } from '../accuracy/words.js';
import { memberId, placeOf } from './dedup-corpus.js';

/** An estimate is off by more than this many standard deviations about once in 100,000 pairs. */
const SIGMAS = 4.5;
const BINS = [[0, 0.6], [0.6, 0.7], [0.7, 0.75], [0.75, 0.8], [0.8, 0.825], [0.825, 0.85], [0.85, 0.9], [0.9, 0.95], [0.95, 0.9999], [0.9999, 1.01]];
/** What pairs with a document in common may add to the variance of independent ones: such pairs are few among so many clusters. */
const DEPENDENCE = 4;
const COLUMNS = ['id', 'keptId', 'method', 'jaccard'];

/** { documents, removals }: the second a map from id to { keptId, method, jaccard }. */
export async function readRemovals(output) {
  const folder = join(output, 'decisions');
  const removals = new Map();
  let documents = 0;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.parquet')).sort()) {
    for (const { id, ...removal } of await parquetReadObjects({ file: await asyncBufferFromFile(join(folder, name)), columns: COLUMNS })) {
      documents += 1;
      if (removal.keptId !== null) removals.set(id, removal);
    }
  }
  return { documents, removals };
}

/**
 * Checks all of it. `setting`: { bands, rows, threshold, verify }. Returns { documents, removed, byMethod, unrelated, least, bins, problems }: `unrelated`
 * removals whose two documents were not planted together, `least` the smallest exact similarity of a removal, `problems` sentences, none if all is well.
 */
export async function checkRemovals({ corpus, planted, output, setting }) {
  const { documents, removals } = await readRemovals(output);
  const problems = [];
  if (documents !== corpus.documents) problems.push(`decision records: found ${documents} documents, expected ${corpus.documents}`);
  const justified = justifyRemovals(corpus, removals, setting, problems);
  const bins = foundByBin(plantedPairs(planted, removals), setting, problems);
  return { documents, removed: removals.size, ...justified, bins, problems };
}

function justifyRemovals(corpus, removals, { bands, rows, threshold, verify }, problems) {
  const least = verify === 'exact' ? threshold : threshold - SIGMAS * Math.sqrt((threshold * (1 - threshold)) / (bands * rows));
  const found = { byMethod: {}, unrelated: 0, least: 1 };
  const shinglesOfId = (id) => shinglesOf(wordsOf(corpus.textOf(id)));
  let kept = { id: '', shingles: new Set() };
  for (const [id, { keptId, method }] of [...removals].sort(([, a], [, b]) => (a.keptId < b.keptId ? -1 : Number(a.keptId > b.keptId)))) {
    found.byMethod[method] = (found.byMethod[method] ?? 0) + 1;
    if (removals.has(keptId)) problems.push(`${id} was removed for ${keptId}, which was removed itself`);
    if (kept.id !== keptId) kept = { id: keptId, shingles: shinglesOfId(keptId) };
    const jaccard = jaccardOf(kept.shingles, shinglesOfId(id));
    found.least = Math.min(found.least, jaccard);
    const place = placeOf(id);
    if (place === undefined || place.cluster !== placeOf(keptId)?.cluster) found.unrelated += 1;
    if (jaccard < least) problems.push(`${id} was removed by ${method} for ${keptId}: J = ${jaccard.toFixed(4)}, expected at least ${least.toFixed(4)}`);
  }
  return found;
}

/** Each member with its cluster's first document: { jaccard, alone, found }; `alone` where the cluster has no other member. */
function* plantedPairs(planted, removals) {
  for (const line of readFileSync(planted, 'utf8').split('\n')) {
    if (line === '') continue;
    const { cluster, jaccards } = JSON.parse(line);
    const firstGone = removals.has(memberId(cluster, 0));
    for (const [i, jaccard] of jaccards.entries()) yield { jaccard, alone: jaccards.length === 1, found: firstGone || removals.has(memberId(cluster, i + 1)) };
  }
}

/**
 * By similarity: clusters of two are found as often as theory says, within 3.3 standard deviations either way. Members of larger ones at least as often
 * from the threshold on, in each range and all together, since any other member may lead to them; one signature is in many of their pairs, so the allowance
 * is wider.
 */
function foundByBin(pairs, { bands, rows, threshold, verify }, problems) {
  const bins = BINS.map(([from, to]) => ({ from, to, alone: { pairs: 0, found: 0, probabilities: [] }, others: { pairs: 0, found: 0, probabilities: [] } }));
  for (const { jaccard, alone, found } of pairs) {
    const bin = bins.find(({ to }) => jaccard < to)[alone ? 'alone' : 'others'];
    bin.pairs += 1;
    bin.found += Number(found);
    const probability = verify !== 'exact' ? foundProbability(jaccard, { bands, rows }, threshold)
      : jaccard >= threshold ? foundProbability(jaccard, { bands, rows }, marginBelow(threshold, { bands, rows })) : 0;
    bin.probabilities.push(probability);
  }
  const above = bins.filter(({ from }) => from >= threshold).map(({ others }) => others);
  const all = expectation(above.flatMap(({ probabilities }) => probabilities), { dependence: DEPENDENCE });
  const allFound = above.reduce((sum, { found }) => sum + found, 0);
  if (allFound < all.low) problems.push(`J from ${threshold} on, larger clusters: found ${allFound}, expected ${all.expected.toFixed(1)} and more`);
  return bins.map(({ from, to, alone, others }) => {
    const [two, more] = [expectation(alone.probabilities), expectation(others.probabilities, { dependence: DEPENDENCE })];
    const range = `J in [${from}, ${Math.min(to, 1)}${to > 1 ? ']' : ')'}`;
    if (alone.found < two.low || alone.found > two.high) problems.push(`${range}, clusters of two: found ${alone.found} of ${alone.pairs}, expected ${two.expected.toFixed(1)}`);
    if (from >= threshold && others.found < more.low) problems.push(`${range}, larger clusters: found ${others.found} of ${others.pairs}, expected ${more.expected.toFixed(1)} and more`);
    return { range, two: { pairs: alone.pairs, found: alone.found, expected: two.expected }, more: { pairs: others.pairs, found: others.found, expected: more.expected } };
  });
}
