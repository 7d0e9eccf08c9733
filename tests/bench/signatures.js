// Speed of MinHash signatures (14 x 8, 5 units) on real text in memory by unit and kind, beside inflating the same text, the reference and the npm
// package `minhash`. After the build: node tests/bench/signatures.js
import { cpus } from 'node:os';
import { gunzipSync, gzipSync } from 'node:zlib';
import minhash from 'minhash';
import { documentText } from '#src/core/document-batch.js';
import { createKernels } from '#src/kernels/index.js';
import { tokenise } from '#src/kernels/reference/tokenise.js';
import { WasmRuntime } from '#src/kernels/runtime.js';
import { shingleSets } from '#src/kernels/shingle-sets.js';
import { signatures } from '#src/kernels/signatures.js';
import { textBatches } from './text-batches.js';

const PARAMETERS = { bands: 14, rows: 8, shingle: { length: 5, unit: 'script' }, kind: 'permutations', seed: 7 };

const batches = textBatches();
const rowsOf = (batch) => Uint32Array.from({ length: batch.length }, (_, row) => row);
const bytesOf = (some) => some.reduce((sum, { text }) => sum + text.length, 0);

const cpuSeconds = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
/** CPU seconds of `work` over some batches, best of three; `prepare` is done before each and not counted. */
function measure(some, work, prepare = () => {}) {
  return Math.min(...[1, 2, 3].map(() => some.reduce((sum, item) => {
    prepare(item);
    const start = cpuSeconds();
    work(item);
    return sum + cpuSeconds() - start;
  }, 0)));
}

const runtime = new WasmRuntime();
const packed = batches.map(({ text }) => gzipSync(text));
const words = batches.reduce((sum, batch) => sum + signatures(runtime, batch, rowsOf(batch), PARAMETERS).units.reduce((a, b) => a + b, 0), 0);
const sign = (parameters) => (batch) => signatures(runtime, batch, rowsOf(batch), parameters);
const by = (unit, kind = 'permutations') => ({ ...PARAMETERS, shingle: { length: 5, unit }, kind });
const KINDS = [
  ['by script', by('script')], ['by word', by('word')], ['by character', by('character')],
  ['by script, one-permutation', by('script', 'one-permutation')], ['by character, one-permutation', by('character', 'one-permutation')],
];
const inflating = measure(packed, (bytes) => gunzipSync(bytes));
const tokenising = measure(batches, (batch) => runtime.loadWords({ ...batch }));
const signing = KINDS.map(([name, parameters]) => [
  name, measure(batches, sign(parameters), (batch) => runtime.loadWords(batch)), measure(batches, (batch) => sign(parameters)({ ...batch })),
]);
const setting = measure(batches, (batch) => shingleSets(runtime, batch, rowsOf(batch), PARAMETERS.shingle), (batch) => runtime.loadWords(batch));
const sample = batches.slice(0, 4);
const reference = createKernels('reference');
const referenceSeconds = measure(sample, (batch) => reference.signatures(batch, rowsOf(batch), PARAMETERS), tokenise);
const compatible = ['datasketch', 'datatrove'].map((kind) => [kind, measure(sample.slice(0, 1), sign(by('script', kind)), tokenise)]);
const shingles = Array.from({ length: 40 }, (_, row) => {
  const list = documentText(batches[0], row).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return { bytes: batches[0].offsets[row + 1] - batches[0].offsets[row], grams: list.slice(4).map((_, i) => list.slice(i, i + 5).join(' ')) };
});
const npmSeconds = measure(shingles, ({ grams }) => {
  const signature = new minhash.Minhash({ numPerm: PARAMETERS.bands * PARAMETERS.rows });
  grams.forEach((gram) => signature.update(gram));
});

const total = bytesOf(batches);
const documents = batches.reduce((sum, { length }) => sum + length, 0);
console.log(`${cpus()[0].model}, Node ${process.version}; ${documents} documents, ${(total / 1e6).toFixed(1)} MB, ${words} words`);
console.log('one thread, CPU time, best of 3');
function line(name, bytes, seconds, wordsOfThem) {
  const per600 = wordsOfThem === undefined ? '' : `${((600e6 * seconds) / wordsOfThem).toFixed(1)} us for 600 words`;
  const toInflate = (seconds / bytes) / (inflating / total);
  console.log(`${name.padEnd(62)}${(bytes / 1e6 / seconds).toFixed(1).padStart(7)} MB/s ${toInflate.toFixed(2).padStart(7)} x inflate  ${per600}`);
}
const share = (some) => (words * bytesOf(some)) / total;
line('inflate (node:zlib)', total, inflating);
line('tokenise (shared by all kernels)', total, tokenising, words);
for (const [name, alone, all] of signing) {
  line(`signatures ${name}, tokenised already`, total, alone, words);
  line(`tokenise and signatures ${name}`, total, all, words);
}
line('sets of shingles, tokenised already', total, setting, words);
for (const [kind, seconds] of compatible) line(`signatures of ${kind}, tokenised already`, bytesOf(sample.slice(0, 1)), seconds, share(sample.slice(0, 1)));
line('signatures, reference, tokenised already', bytesOf(sample), referenceSeconds, share(sample));
const npmWords = shingles.reduce((sum, { grams }) => sum + grams.length + 4, 0);
line('npm minhash, 112 permutations, shingles given', shingles.reduce((sum, { bytes }) => sum + bytes, 0), npmSeconds, npmWords);
