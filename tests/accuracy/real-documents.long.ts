import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Audit } from '#src/dedup/audit.js';
import { sluice, temporaryFolder } from '../promises/support/sluice.js';
import { allPairs, equalPairs, removable, type Pair } from './all-pairs.js';
import { realDocuments, type RealDocument } from './real-documents.js';
import { runDedup, writeDocuments, type Removed } from './run-dedup.js';
import { THRESHOLD } from './settings.js';
import { jaccardOf, shinglesOf, wordsOf } from './words.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
const LEVELS = [0.5, 0.7, 0.8, 0.9, 0.95];
let documents: readonly RealDocument[];
let pairs: Pair[];
let numbers: ReadonlyMap<string, number>;
let audit: Audit;
let audited: ReadonlyMap<string, Removed>;

const jaccardOfIds = (one: string, other: string): number => {
  const [a, b] = [one, other].map((id) => shinglesOf(wordsOf(documents[numbers.get(id)!]!.text)));
  return jaccardOf(a!, b!);
};

/** Whether a pair was found: one of the two is gone, for a document as similar as asked. `together`: both are in one reported cluster besides. */
function found(removed: ReadonlyMap<string, Removed>, { a, b }: Pair): { readonly gone: boolean; readonly together: boolean } {
  const [idA, idB] = [documents[a]!.id, documents[b]!.id];
  const [clusterA, clusterB] = [idA, idB].map((id) => removed.get(id)?.keptId ?? id);
  return { gone: removed.has(idA) || removed.has(idB), together: clusterA === clusterB };
}

function recalls(removed: ReadonlyMap<string, Removed>, least: number): { readonly pairs: number; readonly gone: number; readonly together: number } {
  const similar = pairs.filter(({ jaccard }) => jaccard >= least).map((pair) => found(removed, pair));
  const share = (name: 'gone' | 'together'): number => similar.filter((one) => one[name]).length / similar.length;
  return { pairs: similar.length, gone: share('gone'), together: share('together') };
}

beforeAll(async () => {
  const { name, documents: read, message } = realDocuments();
  documents = read;
  numbers = new Map(documents.map(({ id }, i) => [id, i]));
  const texts = documents.map(({ text }) => text);
  await pause(1); // the test runner must hear from a file every minute, however busy the machine is
  const started = performance.now();
  pairs = [...allPairs(texts, 0.5), ...equalPairs(texts)];
  console.log(`${name}: ${documents.length} documents, ${texts.join('').length} characters${message === undefined ? '' : ` (${message})`}; brute force ${(performance.now() - started).toFixed(0)} ms`);
  await pause(1);
  writeDocuments(join(folder, 'pages.jsonl'), documents);
  const { code, stdout, stderr } = await sluice(folder, 'audit', 'pages.jsonl', '--json', '-');
  if (code !== 0) throw new Error(`sluice audit ended with ${code}:\n${stderr}`);
  audit = JSON.parse(stdout) as Audit; // --json prints it
  const { bands, rows } = audit.lsh;
  const lsh = ['--bands', String(bands), '--rows', String(rows), '--threshold', String(THRESHOLD), '--verify', audit.lsh.verify];
  audited = await runDedup(folder, ['pages.jsonl'], 'as-audited', lsh);
}, 600_000);

describe('deduplication of at least 4,000 real documents, against brute force over all pairs', () => {
  it('has enough of them, and enough pairs to find', () => {
    expect(documents.length).toBeGreaterThanOrEqual(4000);
    expect(pairs.filter(({ jaccard }) => jaccard >= 0.9).length).toBeGreaterThan(100);
    expect(pairs.filter(({ jaccard }) => jaccard >= 0.7 && jaccard < 0.9).length).toBeGreaterThan(100);
  });

  it('finds .995 of the pairs with J >= .9 and .97 of those with J >= .8, at the default setting of the audit', () => {
    const [near, similar] = [recalls(audited, 0.9), recalls(audited, 0.8)];
    console.log(`audit: ${audit.lsh.bands} x ${audit.lsh.rows}, verify ${audit.lsh.verify}: ${JSON.stringify({ near, similar })}`);
    expect(near.gone).toBeGreaterThanOrEqual(0.995);
    expect(similar.gone).toBeGreaterThanOrEqual(0.97);
  });

  it('removes nothing that is less similar to its witness than asked, where the texts decide', async () => {
    for (const threshold of [0.7, 0.8, 0.9]) {
      const removed = threshold === THRESHOLD ? audited : await runDedup(folder, ['pages.jsonl'], `exact-${threshold}`, ['--threshold', String(threshold), '--verify', 'exact']);
      expect(removed.size).toBeGreaterThan(50);
      for (const [id, { keptId, method, exactJaccard }] of removed) {
        expect(removed.has(keptId), `${keptId} is kept`).toBe(false);
        const exact = jaccardOfIds(id, keptId);
        if (method === 'exact') {
          expect(wordsOf(documents[numbers.get(id)!]!.text)).toEqual(wordsOf(documents[numbers.get(keptId)!]!.text));
          continue;
        }
        expect(exact, `${id} for ${keptId}`).toBeGreaterThanOrEqual(threshold);
        expect(exactJaccard).toBeCloseTo(exact, 6);
      }
    }
  }, 300_000);

  it('counts as many removable documents at every similarity as brute force, what the recall allows', () => {
    const order = documents.map((_, i) => i).sort((a, b) => Buffer.byteLength(documents[b]!.text) - Buffer.byteLength(documents[a]!.text) || (documents[a]!.id < documents[b]!.id ? -1 : 1));
    const lines = ['| J | brute force | counted | recall | corrected | 95 % interval |', '|---|---|---|---|---|---|'];
    for (const jaccard of LEVELS) {
      const truth = removable(documents.length, pairs, jaccard, order).size;
      const level = audit.near.find((near) => near.jaccard === jaccard)!;
      const [low, high] = level.interval.map((rate) => Math.round(rate * audit.documents)) as [number, number]; // of two numbers, two
      lines.push(`| ${jaccard} | ${truth} | ${level.documents} | ${level.lshRecall.toFixed(4)} | ${level.corrected.documents} | ${low} - ${high} |`);
    }
    console.log(lines.join('\n'));
    for (const jaccard of LEVELS) {
      const truth = removable(documents.length, pairs, jaccard, order).size;
      const { documents: counted, interval: [low, high] } = audit.near.find((near) => near.jaccard === jaccard)!;
      const allowed = 2 + 0.005 * truth; // which of a cluster is kept decides a few
      expect(counted, `J = ${jaccard}`).toBeLessThanOrEqual(truth + allowed);
      expect(truth, `J = ${jaccard}`).toBeGreaterThanOrEqual(low * audit.documents - allowed);
      expect(truth, `J = ${jaccard}`).toBeLessThanOrEqual(high * audit.documents + allowed);
    }
  });
});
