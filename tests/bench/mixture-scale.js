// A mixture at scale: a million documents of skewed length in four sources, some seen less than once and some several times. Its weights are counted from the
// corpus's own lines, the distance between copies too; batches are asked for from outside, and compared with the corpus; memory is watched from outside.
//   node tests/bench/mixture-scale.js --documents 1000000 --memory 1GB --workers 2
// The files go to the system's temporary folder, some 4 GB for a million documents. Exits with 1 where a check fails.
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tokensOf } from '#src/pipeline/document-amounts.js';
import { parseBytes } from '#src/pipeline/quantity.js';
import { makeMixtureShards, MIXTURE_SOURCES } from './mixture-shards.js';
import { watch } from './process-watch.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const BYTES_PER_TOKEN = 4;
/** Epochs that the plan is made for; weights and budget follow from them and the sources' sizes. */
const EPOCHS = { web: 0.6, wiki: 2.4, code: 1.3, books: 3.5 };
/** Of the plan, where there are so many documents: a source of a hundred of them comes no nearer than half a document. */
const MOST_OFF = 0.001;
const FULL_SIZE = 1_000_000;
const BATCH = 1024;

/** { documents, textBytes, run, weights, gaps, batches, problems } */
export async function measureMixture({ documents, memory = '1GB', workers = 2, log = console.error }) {
  const made = makeMixtureShards({ documents, log });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mixture-run-'));
  try {
    const output = join(folder, 'out');
    const recipe = join(folder, 'recipe.yaml');
    writeFileSync(recipe, JSON.stringify(recipeOf(made)));
    const { code, signal, stdout, stderr, ...run } = await watch(process.execPath, [MAIN, 'run', recipe, '--output', output, '--memory', memory, '--workers', String(workers), '--json']);
    if (code !== 0) throw new Error(`sluice run ended with ${code ?? signal}:\n${stderr}`);
    const manifest = JSON.parse(stdout);
    const written = manifest.corpus.reduce((sum, part) => sum + part.documents, 0);
    const asked = [...new Set([0, 1, 0.25, 0.5, 0.75, 1].map((share, i) => (i === 1 ? 1 : Math.floor(share * (Math.ceil(written / BATCH) - 1)))))].sort((a, b) => a - b);
    log('counting what the corpus holds');
    const corpus = await readCorpus(output, manifest, documents, asked);
    const batches = [];
    for (const at of asked) batches.push(await askBatch(output, at));
    const weights = weightsOf(manifest, corpus);
    const peak = Math.max(run.peakBytes, run.peakMark);
    const problems = [
      ...weights.filter(({ off }) => documents >= FULL_SIZE && off > MOST_OFF).map(({ source, off }) => `${source}: its weight is ${(100 * off).toFixed(3)} % off the plan, expected at most ${100 * MOST_OFF} %`),
      ...weights.filter(({ said, counted }) => Math.abs(said - counted) > 1e-9).map(({ source }) => `${source}: the manifest's weight is not that of the corpus`),
      ...(peak > parseBytes(memory) ? [`resident memory: ${(peak / 1e6).toFixed(0)} MB at its peak, expected at most ${memory}`] : []),
      ...batches.filter(({ at, ids }) => ids.join() !== corpus.batches.get(at).join()).map(({ at }) => `batch ${at}: the index and the corpus do not agree`),
    ];
    return {
      documents, written, textBytes: made.textBytes, memory, workers, run, weights, gaps: corpus.gaps,
      batches: batches.map(({ ids, ...rest }) => ({ documents: ids.length, ...rest })), digest: manifest.digest, problems,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function recipeOf({ folder, textBytes }) {
  const wanted = Object.entries(EPOCHS).map(([source, epochs]) => [source, epochs * (textBytes[source] / BYTES_PER_TOKEN)]);
  const budget = wanted.reduce((sum, [, tokens]) => sum + tokens, 0);
  const sources = Object.keys(MIXTURE_SOURCES).map((name) => [name, { read: { format: 'jsonl', paths: [join(folder, `${name}-*.jsonl`)] }, bytesPerToken: BYTES_PER_TOKEN }]);
  return {
    name: 'mixture-scale', seed: 5, sources: Object.fromEntries(sources),
    mixture: { unit: 'tokens', budget: Math.round(budget), weights: Object.fromEntries(wanted.map(([source, tokens]) => [source, tokens / budget])), maxEpochs: 4 },
    output: { format: 'jsonl' },
  };
}

/** Reads every line in the order of training: tokens by source, distances between copies of a document, and the ids of some batches. */
async function readCorpus(output, manifest, documents, asked) {
  const names = Object.keys(MIXTURE_SOURCES);
  const tokens = new Map(names.map((name) => [name, 0]));
  const places = new Map(names.map((name) => [name, Array.from({ length: Math.round(MIXTURE_SOURCES[name].share * documents) })]));
  const batches = new Map(asked.map((at) => [at, []]));
  let position = 0;
  for (const { path } of manifest.corpus) {
    for await (const line of createInterface({ input: createReadStream(join(output, path)) })) {
      const { id, source, text } = JSON.parse(line);
      tokens.set(source, tokens.get(source) + tokensOf(Buffer.byteLength(text), BYTES_PER_TOKEN));
      const number = Number(id.slice(source.length + 1));
      (places.get(source)[number] ??= []).push(position);
      batches.get(Math.floor(position / BATCH))?.push(id);
      position += 1;
    }
  }
  return { tokens, batches, gaps: gapsOf([...places.values()].flat(), position) };
}

/** Of documents with as many copies: the least and mean distance from one copy to the next, in units of what even spacing would give. */
function gapsOf(places, length) {
  const found = new Map();
  for (const at of places) {
    if (at === undefined || at.length < 2) continue;
    const entry = found.get(at.length) ?? { copies: at.length, documents: 0, least: Infinity, sum: 0, pairs: 0 };
    entry.documents += 1;
    for (let i = 1; i < at.length; i++) {
      const gap = ((at[i] - at[i - 1]) * at.length) / length;
      entry.least = Math.min(entry.least, gap);
      entry.sum += gap;
      entry.pairs += 1;
    }
    found.set(at.length, entry);
  }
  return [...found.values()].sort((a, b) => a.copies - b.copies).map(({ sum, pairs, ...rest }) => ({ ...rest, mean: sum / pairs }));
}

function weightsOf({ sources }, { tokens }) {
  const total = [...tokens.values()].reduce((sum, count) => sum + count, 0);
  return sources.map(({ name, requestedWeight, realisedWeight }) => {
    const counted = tokens.get(name) / total;
    return { source: name, epochs: EPOCHS[name], requested: requestedWeight, said: realisedWeight, counted, off: Math.abs(counted / requestedWeight - 1) };
  });
}

async function askBatch(output, at) {
  const { code, stdout, stderr, seconds, cpuSeconds, peakMark } = await watch(process.execPath, [MAIN, 'mix', 'batch', output, '--size', String(BATCH), '--at', String(at), '--json']);
  if (code !== 0) throw new Error(`sluice mix batch ended with ${code}:\n${stderr}`);
  return { at, seconds, cpuSeconds, peakMark, ids: JSON.parse(stdout).documents.map(({ id }) => id) };
}

export function printMixture({ documents, written, textBytes, memory, workers, run, weights, gaps, batches, digest, problems }) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
  const bytes = Object.values(textBytes).reduce((sum, one) => sum + one, 0);
  console.log(`\nsluice run --memory ${memory} --workers ${workers}: ${documents} documents, ${megabytes(bytes)} MB of text; ${written} documents in the corpus, digest ${digest.slice(0, 16)}`);
  console.log(`  ${run.seconds.toFixed(1)} s (${run.cpuSeconds.toFixed(1)} s CPU); resident memory of all threads: ${megabytes(run.peakBytes)} MB at most in samples of 100 ms, ${megabytes(run.peakMark)} MB by the kernel's mark`);
  console.log('  source    epochs   planned weight   in the corpus   off by');
  for (const { source, epochs, requested, counted, off } of weights) {
    console.log(`  ${source.padEnd(10)}${epochs.toFixed(2).padStart(6)}${requested.toFixed(6).padStart(17)}${counted.toFixed(6).padStart(16)}${`${(100 * off).toFixed(5)} %`.padStart(13)}`);
  }
  console.log('  from a copy to the next, in shares of an even spacing');
  for (const { copies, documents: count, least, mean } of gaps) console.log(`    of ${count} documents with ${copies} copies: ${least.toFixed(3)} at least, ${mean.toFixed(3)} on average`);
  for (const { at, seconds, cpuSeconds, peakMark } of batches) console.log(`  mix batch --size ${BATCH} --at ${String(at).padEnd(6)} ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s CPU, ${megabytes(peakMark)} MB`);
  for (const problem of problems) console.log(`  PROBLEM: ${problem}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: {
    documents: { type: 'string', default: '100000' }, memory: { type: 'string', default: '1GB' }, workers: { type: 'string', default: '2' }, json: { type: 'string' },
  } });
  console.log(`machine: ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${new Date().toISOString()}, load average ${loadavg()[0].toFixed(1)}`);
  const result = await measureMixture({ documents: Number(values.documents), memory: values.memory, workers: Number(values.workers) });
  printMixture(result);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (result.problems.length > 0) process.exitCode = 1;
}
