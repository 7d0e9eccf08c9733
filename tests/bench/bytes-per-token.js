// Bytes a token of each source of a run, by both tokenizers of gpt-tokenizer and by words, and how often the interval of a sample holds the exact count: every document
// that may enter the corpus is counted once, then samples of 100 and 500 are drawn under 200 seeds. Takes a run's folder, whose texts phase cut must not have changed:
//   node dist/cli/main.js run pipelines/quickstart.yaml && node tests/bench/bytes-per-token.js output/quickstart
import { readPlan } from '#src/cli/run-folder.js';
import { openTokenizer, PACKAGE_TOKENIZERS } from '#src/kernels/tokenizer.js';
import { addToSample, drawProbability, noRatioSample, tokenInterval } from '#src/mixture/ratio-estimate.js';
import { countWords } from '#src/mixture/words.js';
import { Candidates } from '#src/pipeline/candidates.js';
import { sampler } from '#src/pipeline/count-sample.js';
import { Survivors } from '#src/pipeline/survivors.js';
import { openRun } from '#src/pipeline/task.js';

const SEEDS = 200;
const SAMPLES = [100, 500];

const [folder = 'output/quickstart'] = process.argv.slice(2);
const run = openRun(readPlan(folder));
const counters = { words: countWords };
for (const name of PACKAGE_TOKENIZERS) counters[name] = (await openTokenizer(name)).count;
const cpu = Object.fromEntries(Object.keys(counters).map((name) => [name, 0]));

/** By source, [key low, key high, bytes, counts by counter] of each document. */
function countedDocuments() {
  const bySource = new Map();
  const candidates = new Candidates(run, 'unsized');
  const survivors = new Survivors(run);
  for (const { source, row, low, high } of candidates.all(() => true)) {
    const text = survivors.textOf(row);
    const counts = {};
    for (const [name, count] of Object.entries(counters)) {
      const started = process.cpuUsage();
      counts[name] = count(text);
      const { user, system } = process.cpuUsage(started);
      cpu[name] += (user + system) / 1e6;
    }
    if (!bySource.has(source)) bySource.set(source, []);
    bySource.get(source).push({ low, high, bytes: text.length, counts });
  }
  candidates.close();
  survivors.close();
  return bySource;
}

const sumOf = (documents, of) => documents.reduce((sum, document) => sum + of(document), 0);

/** Share of the seeds whose interval holds the exact count, and the interval's mean half width relative to it. */
function coverage(documents, name, sample) {
  const exact = sumOf(documents, ({ counts }) => counts[name]);
  const whole = { documents: documents.length, bytes: sumOf(documents, ({ bytes }) => bytes) };
  let held = 0;
  let width = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const isCounted = sampler(seed, sample / whole.bytes);
    const drawn = noRatioSample();
    for (const { low, high, bytes, counts } of documents) if (isCounted(low, high, bytes)) addToSample(drawn, bytes, counts[name], drawProbability(bytes, sample / whole.bytes));
    const interval = tokenInterval(drawn, whole);
    if (interval.low <= exact && exact <= interval.high) held += 1;
    width += (interval.high - interval.low) / 2 / exact / SEEDS;
  }
  return `${((100 * held) / SEEDS).toFixed(1)} % (+-${(100 * width).toFixed(1)} %)`;
}

const bySource = countedDocuments();
console.log(`| source | documents | bytes | ${Object.keys(counters).map((name) => `bytes a ${name === 'words' ? 'word' : `token, ${name}`}`).join(' | ')} |`);
console.log(`| --- |${' ---: |'.repeat(2 + Object.keys(counters).length)}`);
for (const [source, documents] of bySource) {
  const bytes = sumOf(documents, (document) => document.bytes);
  console.log(`| ${source} | ${documents.length} | ${bytes} | ${Object.keys(counters).map((name) => (bytes / sumOf(documents, ({ counts }) => counts[name])).toFixed(3)).join(' | ')} |`);
}
const megabytes = sumOf([...bySource.values()].flat(), ({ bytes }) => bytes) / 1e6;
console.log(`MB a second of CPU: ${Object.entries(cpu).map(([name, seconds]) => `${name} ${(megabytes / seconds).toFixed(1)}`).join(', ')}`);
console.log(`\n| the interval holds the exact count (its half width) | ${SAMPLES.map((sample) => `sample of ${sample}`).join(' | ')} |`);
console.log(`| --- |${' ---: |'.repeat(SAMPLES.length)}`);
for (const [source, documents] of bySource) {
  for (const name of PACKAGE_TOKENIZERS) console.log(`| ${source}, ${name} | ${SAMPLES.map((sample) => (sample < documents.length ? coverage(documents, name, sample) : 'counted whole')).join(' | ')} |`);
}
