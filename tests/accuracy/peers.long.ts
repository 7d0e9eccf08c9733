import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PythonOracle } from '../python-oracle.js';
import { watch } from '../bench/process-watch.js';
import { temporaryFolder } from '../promises/support/sluice.js';
import { allPairs, removable, type Pair } from './all-pairs.js';
import { realDocuments, type RealDocument } from './real-documents.js';
import { readRemoved, writeDocuments } from './run-dedup.js';
import { THRESHOLD } from './settings.js';
import { wordsOf } from './words.js';

/** The same words, joined by spaces, for all; 14 x 8 for both. datasketch nominates and can estimate; gaoya's index answers with what it estimates as similar. */
const SCRIPT = `
import json, sys, time
documents = json.load(open(sys.argv[1]))
sets = [[' '.join(words[at:at + 5]).encode() for at in range(len(words) - 4)] for words in (text.split(' ') for text in documents)]
from datasketch import MinHash, MinHashLSH
start = time.process_time()
index, sketches, candidates = MinHashLSH(num_perm=112, params=(14, 8)), [], []
for i, shingles in enumerate(sets):
    sketch = MinHash(num_perm=112)
    sketches.append(sketch)
    if not shingles: continue
    sketch.update_batch(shingles)
    candidates += [(j, i) for j in index.query(sketch)]
    index.insert(i, sketch)
seconds = time.process_time() - start
estimated = [(a, b) for a, b in candidates if sketches[a].jaccard(sketches[b]) >= .8]
from gaoya.minhash import MinHashStringIndex
start = time.process_time()
index = MinHashStringIndex(hash_size=32, jaccard_threshold=.8, num_bands=14, band_size=8, num_hashes=112, analyzer='word', lowercase=True, ngram_range=(5, 5))
found = []
for i, text in enumerate(documents):
    if not sets[i]: continue
    found += [(j, i) for j in index.query(text)]
    index.insert_document(i, text)
json.dump({'datasketch, candidates': {'pairs': candidates, 'seconds': seconds}, 'datasketch, estimated': {'pairs': estimated, 'seconds': seconds},
           'gaoya': {'pairs': found, 'seconds': time.process_time() - start}}, sys.stdout)
`;
type Answer = Readonly<Record<string, { readonly pairs: readonly (readonly [number, number])[]; readonly seconds: number }>>;

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const OPTIONS = ['--threshold', '0.8', '--bands', '14', '--rows', '8', '--keep', 'id', '--workers', '1'];
const { path: folder, remove } = temporaryFolder();
const oracle = new PythonOracle();
let missing: string | undefined;
let documents: readonly RealDocument[];
let pairs: readonly Pair[];
beforeAll(async () => {
  missing = await oracle.install(['datasketch', 'gaoya', 'numpy', 'scipy']);
  documents = realDocuments().documents;
  await pause(1); // the test runner must hear from a file every minute, however busy the machine is
  pairs = allPairs(documents.map(({ text }) => text), 0.5);
}, 300_000);
afterAll(() => {
  oracle.remove();
  remove();
});

/** Documents that union of all pairs would remove though the one that stays is not as similar as asked; and how many it would remove. */
function closure(found: readonly (readonly [number, number])[], similarity: ReadonlyMap<string, number>): { readonly removed: number; readonly wrongly: number } {
  const roots = documents.map((_, i) => i);
  const rootOf = (at: number): number => {
    let root = at;
    while (roots[root] !== root) root = roots[root]!;
    return root;
  };
  for (const [a, b] of found) {
    const [one, other] = [rootOf(a), rootOf(b)];
    roots[Math.max(one, other)] = Math.min(one, other);
  }
  const removed = documents.map((_, i) => i).filter((i) => rootOf(i) !== i);
  return { removed: removed.length, wrongly: removed.filter((i) => (similarity.get(`${rootOf(i)} ${i}`) ?? 0) < THRESHOLD).length };
}

describe('beside datasketch and gaoya on the same documents', () => {
  it('finds what they find, and removes nothing that it should not', async ({ skip }) => {
    if (missing !== undefined) skip(missing);
    const answer = await oracle.ask(SCRIPT, documents.map(({ text }) => wordsOf(text).join(' '))) as Answer;
    const similarity = new Map(pairs.map(({ a, b, jaccard }) => [`${a} ${b}`, jaccard]));
    const similar = pairs.filter(({ jaccard }) => jaccard >= THRESHOLD);
    const lines = ['| | pairs with J >= .8 found | pairs with J < .8 reported | CPU s | documents removed by union | of them with J < .8 to what stays |', '|---|---|---|---|---|---|'];
    for (const [name, { pairs: found, seconds }] of Object.entries(answer)) {
      const keys = new Set(found.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`));
      const right = similar.filter(({ a, b }) => keys.has(`${a} ${b}`)).length;
      const wrong = [...keys].filter((key) => (similarity.get(key) ?? 0) < THRESHOLD).length;
      const { removed, wrongly } = closure(found, similarity);
      lines.push(`| ${name} | ${right} of ${similar.length} | ${wrong} | ${seconds.toFixed(1)} | ${removed} | ${wrongly} |`);
    }
    writeDocuments(join(folder, 'pages.jsonl'), documents);
    const numbers = new Map(documents.map(({ id }, i) => [id, i]));
    for (const verify of ['estimated', 'exact']) {
      const { code, stderr, cpuSeconds } = await watch(process.execPath, [MAIN, 'dedup', 'pages.jsonl', '--output', verify, ...OPTIONS, '--verify', verify], { cwd: folder });
      expect(code, stderr).toBe(0);
      const ours = await readRemoved(join(folder, verify));
      const gone = similar.filter(({ a, b }) => ours.has(documents[a]!.id) || ours.has(documents[b]!.id)).length;
      const wrong = [...ours].filter(([id, { keptId, method }]) => {
        const [a, b] = [numbers.get(keptId)!, numbers.get(id)!].sort((one, other) => one - other);
        return method !== 'exact' && (similarity.get(`${a} ${b}`) ?? 0) < THRESHOLD;
      }).length;
      lines.push(`| sluice dedup --verify ${verify} | ${gone} of ${similar.length}, one of the two gone | ${wrong} | ${cpuSeconds.toFixed(1)}, files and all | ${ours.size} | ${wrong} |`);
      expect(gone / similar.length).toBeGreaterThanOrEqual(0.95);
      if (verify === 'exact') expect(wrong).toBe(0);
    }
    const truth = removable(documents.length, pairs, THRESHOLD, documents.map((_, i) => i)).size;
    console.log([...lines, `Brute force removes ${truth}.`].join('\n'));
  }, 600_000);
});
