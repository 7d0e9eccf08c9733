// The benchmark of the per-shard phase: what each stage costs beside inflating the same bytes, how two workers scale, how much memory a worker takes; reading
// Parquet beside DuckDB (parquet.js); scoring beside fastText's own (scoring.js); signing beside inflating and another package (signatures.js); looking for
// n-grams beside inflating (ngrams.js); what mixtures and proxies take (mixing.js); deduplication end to end, of a small data set (dedup-scale.js does the large
// one). Nothing is asserted here.
//   npm run bench                       100 MB and more, some minutes
//   npm run bench -- --quick            15 MB, some seconds: shows that it runs, not how fast
//   npm run bench -- --json FILE        also writes the figures
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRun } from '#src/pipeline/task.js';
import { CuratePlans } from './curate-plan.js';
import { measureDedup, printDedup } from './dedup-scale.js';
import { describeShards, makeShards } from './make-shards.js';
import { median } from './measure.js';
import { measureJsonl, printJsonl } from './jsonl.js';
import { measureMixing, printMixing } from './mixing.js';
import { measureParquet, printParquet } from './parquet.js';
import { measureMemory, measurePhase, measureWall } from './phase.js';
import { measureReading, printReading, readBatches } from './reading.js';
import { measureScoring, printScoring } from './scoring.js';
import { languageShares, measureStages } from './stages.js';

/** Of the deduplication, some seconds of work. */
const DOCUMENTS = 20_000;
const QUICK_DOCUMENTS = 2_000;

const { values: options } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } } });
const passes = options.quick ? 1 : 3;
const input = makeShards({ quick: options.quick });
const { shards } = input;
const textBytes = shards.reduce((sum, shard) => sum + shard.textBytes, 0);
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-run-'));
try {
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, date: new Date().toISOString(), load: loadavg()[0] };
  console.log(`machine: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${machine.date}, load average ${machine.load.toFixed(1)}`);
  console.log(describeShards(input));
  const plans = await CuratePlans.make(folder, shards);
  const languages = await describeLanguages(plans);
  const cpu = await cpuFigures(plans);
  printCpu(cpu);
  const parquet = await measureParquet(input, { quick: options.quick });
  printParquet(parquet);
  const scoring = await measureScoring(input, { quick: options.quick });
  printScoring(scoring);
  const scaling = await scalingFigures(plans);
  const memory = await measureMemory(plans, folder, shards, options.quick ? 1 : Math.ceil(200e6 / textBytes));
  console.log('\npeak resident memory of a process with one worker, every document kept');
  for (const { name, textBytes: bytes, peakBytes } of memory) {
    console.log(`${`  ${name}, ${(bytes / 1e6).toFixed(1)} MB of text`.padEnd(52)}${(peakBytes / 1e6).toFixed(0).padStart(7)} MB, ${((peakBytes - memory[0].peakBytes) / 1e6).toFixed(0)} MB above idle`);
  }
  const quick = options.quick ? ['--quick'] : [];
  console.log('\nsigning text in memory');
  const signing = execFileSync(process.execPath, ['--expose-gc', new URL('./signatures.js', import.meta.url).pathname, ...quick], { encoding: 'utf8' }); // a process of its own
  console.log(signing.replace(/^(?=.)/gm, '  ').trimEnd());
  console.log('\nlooking for n-grams in text in memory');
  const ngrams = execFileSync(process.execPath, ['--expose-gc', new URL('./ngrams.js', import.meta.url).pathname, ...quick], { encoding: 'utf8' });
  console.log(ngrams.replace(/^(?=.)/gm, '  ').trimEnd());
  const jsonl = await measureJsonl({ quick: options.quick });
  printJsonl(jsonl);
  const mixing = await measureMixing({ quick: options.quick });
  printMixing(mixing);
  const dedup = await measureDedup({ documents: options.quick ? QUICK_DOCUMENTS : DOCUMENTS });
  printDedup(dedup);
  if (options.json !== undefined) {
    const { sources } = input;
    writeFileSync(options.json, `${JSON.stringify({ machine, input: { sources, languages, shards: shards.map(({ path: _, ...shard }) => shard) }, cpu, parquet, scoring, scaling, memory, signing: signing.split('\n'), ngrams: ngrams.split('\n'), jsonl, mixing, dedup }, null, 2)}\n`);
  }
}

async function describeLanguages(plans) {
  const { plan } = plans.fresh('languages', shards, { keepAll: true });
  const shares = languageShares(openRun(plan), await readBatches(shards));
  const top = shares.slice(0, 8).map(({ language, share }) => `${language} ${(100 * share).toFixed(1)} %`);
  console.log(`  languages by bytes (lid.176): ${top.join(', ')}; ${shares.length} in all`);
  return shares;
}

/** Rows of the table in order: { name, seconds }; the last two are whole phases. Passes are interleaved, so that a busy minute of the machine slows all rows. */
async function cpuFigures(plans) {
  const batches = await readBatches(shards);
  const passStages = (some) => measureStages(openRun(plans.fresh('stages', shards, { keepAll: true }).plan), some);
  passStages(batches.slice(0, 16)); // warm, as is the next
  await measurePhase(plans, shards.slice(0, 1), { keepAll: true });
  const found = [];
  for (let pass = 0; pass < passes; pass++) {
    const reading = await measureReading(shards);
    const stages = passStages(batches);
    const keepAll = await measurePhase(plans, shards, { keepAll: true });
    const filtered = await measurePhase(plans, shards);
    found.push({ reading, stages, keepAll, filtered });
  }
  plans.remove('stages');
  const [reading, ...rest] = ['reading', 'stages', 'keepAll', 'filtered'].map((part) => medians(found.map((pass) => pass[part])));
  return { textBytes, passes, reading, ...rowsOf(reading, ...rest) };
}

function rowsOf(reading, stages, keepAll, filtered) {
  const rows = [
    { name: 'inflate: gunzipSync of a whole file', seconds: reading.wholeFile },
    { name: 'inflate: runs of members, as the reader does', seconds: reading.runs },
    { name: 'parse (inflate and parse, less inflate)', seconds: reading.parse - reading.runs },
    { name: 'tokenise (shared by all kernels)', seconds: stages.tokenise },
    { name: 'language', seconds: stages.language },
    { name: 'gopher-repetition', seconds: stages['gopher-repetition'] },
    { name: 'gopher-quality', seconds: stages['gopher-quality'] },
    { name: 'quality', seconds: stages.quality },
    { name: 'signatures (14 x 8)', seconds: stages.signatures },
    { name: 'write signatures and their records', seconds: stages.signaturesAndFiles - stages.signatures },
    { name: 'write rows, kept and text', seconds: stages.columns + stages.files },
  ];
  const sum = rows.slice(1).reduce((total, { seconds }) => total + seconds, 0);
  rows.push({ name: 'the rest of the phase (chain, ledger)', seconds: keepAll.seconds - sum });
  rows.push({ name: 'curate phase, every document kept', ...keepAll });
  rows.push({ name: "curate phase, quickstart's filters", ...filtered });
  const denominator = reading.wholeFile < reading.runs ? 'gunzipSync of a whole file' : 'runs of members';
  return { inflate: Math.min(reading.wholeFile, reading.runs), denominator, rows };
}

/** Medians, number by number, of the results of some passes. */
function medians(results) {
  return Object.fromEntries(Object.keys(results[0]).map((key) => [key, median(results.map((result) => result[key]))]));
}

function printCpu({ reading, inflate, denominator, rows }) {
  printReading(reading, textBytes);
  console.log(`\none worker, CPU time over ${(textBytes / 1e6).toFixed(1)} MB of text, ${passes === 1 ? 'one pass' : `median of ${passes} passes`}; ratio to the faster inflate (${denominator})`);
  for (const { name, seconds, documents, kept } of rows) {
    const speed = `${(textBytes / 1e6 / seconds).toFixed(1).padStart(8)} MB/s`;
    const note = documents === undefined ? '' : `   ${kept} of ${documents} documents kept`;
    console.log(`${`  ${name}`.padEnd(52)}${seconds.toFixed(2).padStart(7)} s${speed}${(seconds / inflate).toFixed(2).padStart(8)} x inflate${note}`);
  }
}

async function scalingFigures(plans) {
  const seconds = { 1: [], 2: [] };
  for (let pass = 0; pass < passes; pass++) for (const workers of pass % 2 === 0 ? [1, 2] : [2, 1]) seconds[workers].push(await measureWall(plans, shards, workers));
  const [one, two] = [median(seconds[1]), median(seconds[2])];
  console.log(`\nlocal engine, wall time of the curate phase, quickstart's filters, median of ${passes}`);
  console.log(`  1 worker  ${one.toFixed(2)} s   2 workers  ${two.toFixed(2)} s   speed-up ${(one / two).toFixed(2)}   load average now ${loadavg()[0].toFixed(1)}`);
  return { seconds, speedUp: one / two };
}
