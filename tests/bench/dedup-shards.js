// Writes the scale benchmark's documents as gzipped JSON Lines, a shard at a time and never more than some MB of it in memory, and the list of what was
// planted: for each cluster its size and the exact similarity of every member to the first. Made once a set of parameters, in the system's temporary
// folder. Alone: node tests/bench/dedup-shards.js --documents 100000
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { jaccardOf, shinglesOf, wordsOf } from '../accuracy/words.js';
import { DedupCorpus, GENERATOR, memberId } from './dedup-corpus.js';

const SHARD_DOCUMENTS = 62_500;
const MEMBER_BYTES = 4 << 20;

/** { folder, shards: [path], documents, clusters, planted, textBytes, bytes }; `planted.jsonl` in the folder has { cluster, jaccards } a line, member 0 left out. */
export function makeDedupShards({ documents, seed = 1, log = console.error }) {
  const key = createHash('sha256').update(JSON.stringify([GENERATOR, documents, seed])).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `sluice-dedup-${key}`);
  if (!existsSync(join(folder, 'about.json'))) {
    log(`making ${documents} documents in ${folder}`);
    const unfinished = `${folder}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    const corpus = new DedupCorpus({ documents, seed });
    const written = writeShards(corpus, unfinished);
    writePlanted(corpus, join(unfinished, 'planted.jsonl'));
    writeFileSync(join(unfinished, 'about.json'), JSON.stringify({ documents, seed, clusters: corpus.clusters, planted: corpus.planted, ...written }));
    if (!existsSync(folder)) renameSync(unfinished, folder);
  }
  const { names, ...about } = JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8'));
  return { folder, shards: names.map((name) => join(folder, name)), ...about };
}

function writeShards(corpus, folder) {
  const count = Math.max(4, Math.ceil(corpus.documents / SHARD_DOCUMENTS));
  const total = { names: [], textBytes: 0, bytes: 0 };
  for (let shard = 0; shard < count; shard++) {
    const name = `documents-${String(shard).padStart(5, '0')}.jsonl.gz`;
    const file = openSync(join(folder, name), 'wx');
    let lines = [];
    let held = 0;
    const flush = () => {
      total.bytes += writeSync(file, gzipSync(lines.join(''), { level: 1 }));
      [lines, held] = [[], 0];
    };
    const end = Math.floor(((shard + 1) * corpus.documents) / count);
    for (let position = Math.floor((shard * corpus.documents) / count); position < end; position++) {
      const id = corpus.idAt(position);
      const text = corpus.textOf(id);
      lines.push(`${JSON.stringify({ id, url: `https://${id}.invalid/`, text })}\n`);
      held += text.length;
      total.textBytes += Buffer.byteLength(text);
      if (held >= MEMBER_BYTES) flush();
    }
    if (lines.length > 0) flush();
    closeSync(file);
    total.names.push(name);
  }
  return total;
}

function writePlanted(corpus, path) {
  const file = openSync(path, 'wx');
  for (let cluster = 0; cluster < corpus.clusters; cluster++) {
    const [first, ...members] = Array.from({ length: corpus.sizeOf(cluster) }, (_, member) => shinglesOf(wordsOf(corpus.textOf(memberId(cluster, member)))));
    writeSync(file, `${JSON.stringify({ cluster, jaccards: members.map((set) => Math.round(1e6 * jaccardOf(first, set)) / 1e6) })}\n`);
  }
  closeSync(file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { documents: { type: 'string', default: '100000' } } });
  const { folder, clusters, planted, textBytes, bytes } = makeDedupShards({ documents: Number(values.documents) });
  console.log(`${folder}: ${(textBytes / 1e6).toFixed(1)} MB of text, ${(bytes / 1e6).toFixed(1)} MB stored, ${planted} documents in ${clusters} clusters`);
}
