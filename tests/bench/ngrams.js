// Speed of looking for n-grams of a benchmark in real text in memory, beside inflating the same text in the same run: tables of a few thousand to some
// million names that the text does not hold, and one of names that it does. After the build: node tests/bench/ngrams.js [--quick]
import { cpus } from 'node:os';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createKernels } from '#src/kernels/index.js';
import { ngramTableBytes } from '#src/kernels/ngram-table.js';
import { textBatches } from './text-batches.js';

const batches = textBatches();
const rowsOf = (batch) => Uint32Array.from({ length: batch.length }, (_, row) => row);
const total = batches.reduce((sum, { text }) => sum + text.length, 0);
const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
/** CPU seconds of `work` over all items, best of three. */
function measure(items, work) {
  return Math.min(...[1, 2, 3].map(() => {
    const start = cpuSeconds();
    items.forEach(work);
    return cpuSeconds() - start;
  }));
}

/** Names as good as any, so many of each length: SplitMix64 of their number, sorted. */
function madeUp(countsByLength) {
  const lengths = Uint32Array.from(Object.keys(countsByLength), Number);
  const counts = Uint32Array.from(Object.values(countsByLength));
  const first = new BigUint64Array(counts.reduce((sum, count) => sum + count, 0)).map((_, i) => mixed(BigInt(i)));
  let from = 0;
  for (const count of counts) first.subarray(from, (from += count)).sort();
  return { lengths, counts, first, second: first.map(mixed) };
}
function mixed(value) {
  let z = BigInt.asUintN(64, (value + 1n) * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** A table of every n-gram of some batches. */
function held(some, length) {
  const names = new Map();
  for (const batch of some) {
    const { first, second } = kernels.ngrams(batch, rowsOf(batch), { length, least: length });
    first.forEach((name, i) => names.set(name, second[i]));
  }
  const first = BigUint64Array.from(names.keys()).sort();
  return { lengths: Uint32Array.of(length), counts: Uint32Array.of(first.length), first, second: BigUint64Array.from(first, (name) => names.get(name)) };
}

const kernels = createKernels('wasm');
const inflating = measure(batches.map(({ text }) => gzipSync(text)), (bytes) => gunzipSync(bytes));
console.log(`${cpus()[0].model}, Node ${process.version}; ${(total / 1e6).toFixed(1)} MB, one thread, CPU time, best of 3`);
function line(name, seconds, note = '') {
  console.log(`${name.padEnd(62)}${(total / 1e6 / seconds).toFixed(1).padStart(7)} MB/s ${(seconds / inflating).toFixed(2).padStart(6)} x inflate  ${note}`);
}
line('inflate (node:zlib)', inflating);
function describe(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
const million = process.argv.includes('--quick') ? 10_000 : 1_000_000;
for (const [name, table] of [
  ['10,000 n-grams of 13 words', madeUp({ 13: 10_000 })], [`${describe(million)} n-grams of 13 words`, madeUp({ 13: million })],
  [`${describe(5 * million)} n-grams of 13 words`, madeUp({ 13: 5 * million })],
  [`${describe(5 * million)} n-grams of 13 words, 50,000 of 8 to 12`, madeUp({ 8: 10_000, 9: 10_000, 10: 10_000, 11: 10_000, 12: 10_000, 13: 5 * million })],
  ['every 13-gram of a tenth of the text', held(batches.slice(0, Math.ceil(batches.length / 10)), 13)],
]) {
  const scanner = kernels.ngramScanner(table);
  let hits = 0;
  const seconds = measure(batches, (batch) => { hits += scanner.scan({ ...batch }, rowsOf(batch)).ngrams.length; }); // a batch that was not loaded before
  line(`look for ${name}`, seconds, `${(ngramTableBytes(table.counts) / table.first.length).toFixed(1)} bytes an n-gram, ${hits / 3} hits`);
}
