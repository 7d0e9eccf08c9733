// Speed of what mixtures and their tuning take: training a proxy and measuring with it, counting tokens and words, choosing and ordering copies. Real text in
// memory, one thread. After the build: node --expose-gc tests/bench/mixing.js [--quick]
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTokenizer, PACKAGE_TOKENIZERS } from '#src/kernels/tokenizer.js';
import { orderHashKey, orderKeys } from '#src/mixture/order.js';
import { selectionHash, selectionHashKey, ThresholdSearch } from '#src/mixture/select.js';
import { NgramCounts } from '#src/mixture/tune/ngram-counts.js';
import { bitsOf } from '#src/mixture/tune/witten-bell.js';
import { countWords } from '#src/mixture/words.js';
import { draws } from '../accuracy/draws.js';
import { cpuOf, median } from './measure.js';
import { npmSources } from './texts.js';

const SOURCES = ['mails', 'sotu', 'moby-dick', 'tiddlywiki'];
const PROXY_BYTES = 4_000_000;
const HELD_OUT_BYTES = 1_000_000;
const DOCUMENTS = 1_000_000;
const COPIES = 3;
const PASSES = 3;

/** Rows { name, seconds, amount, unit }: an amount of bytes or documents, and CPU seconds of one pass, the median of some. */
export async function measureMixing({ quick = false } = {}) {
  const share = quick ? 0.1 : 1;
  const texts = readTexts((PROXY_BYTES + HELD_OUT_BYTES) * share);
  const [training, heldOut] = split(texts, PROXY_BYTES * share);
  const rows = [];
  const row = async (name, amount, unit, work) => {
    const seconds = [];
    for (let pass = 0; pass < (quick ? 1 : PASSES); pass++) seconds.push(await cpuOf(work));
    rows.push({ name, seconds: median(seconds), amount, unit });
  };
  for (const order of [3, 5]) {
    const trained = trainedOn(training, order);
    await row(`proxy of order ${order}: training`, bytesOf(training), 'bytes', () => trainedOn(training, order));
    await row(`proxy of order ${order}: bits of held-out text`, bytesOf(heldOut), 'bytes', () => heldOut.reduce((bits, text) => bits + bitsOf(trained, text), 0));
  }
  for (const name of PACKAGE_TOKENIZERS) {
    const tokenizer = await openTokenizer(name);
    await row(`tokens of ${name}`, bytesOf(heldOut), 'bytes', () => heldOut.reduce((tokens, text) => tokens + tokenizer.count(text), 0));
  }
  await row('words', bytesOf(training), 'bytes', () => training.reduce((words, text) => words + countWords(text), 0));
  const documents = Math.round(DOCUMENTS * share);
  const { keys, sizes, total } = makeColumns(documents);
  await row('threshold of a fractional copy, all its passes', documents, 'documents', () => findThreshold(keys, sizes, 0.37 * total));
  await row(`order keys of ${COPIES} copies each`, documents * COPIES, 'copies', () => keyCopies(keys));
  return rows;
}

/** Documents of real text in turn from all kinds, some bytes at least. */
function readTexts(wanted) {
  const found = [];
  let held = 0;
  const readers = SOURCES.map((name) => npmSources[name]());
  while (held < wanted && readers.length > 0) {
    for (const reader of [...readers]) {
      const { done, value } = reader.next();
      if (done) {
        readers.splice(readers.indexOf(reader), 1);
        continue;
      }
      const bytes = Buffer.from(value.text);
      found.push(bytes);
      held += bytes.length;
    }
  }
  return found;
}

function split(texts, firstBytes) {
  let held = 0;
  const at = texts.findIndex(({ length }) => (held += length) >= firstBytes) + 1;
  return [texts.slice(0, at), texts.slice(at)];
}

const bytesOf = (texts) => texts.reduce((sum, { length }) => sum + length, 0);

function trainedOn(texts, order) {
  const counts = new NgramCounts(order);
  for (const text of texts) counts.add(text);
  return counts;
}

/** Keys and skewed sizes of documents, as phase `select` reads them from columns. */
function makeColumns(documents) {
  const draw = draws('columns');
  const keys = Uint32Array.from({ length: 2 * documents }, () => draw() * 2 ** 32);
  const sizes = Float64Array.from({ length: documents }, () => Math.ceil(100 * Math.exp(1.5 * normal(draw))));
  return { keys, sizes, total: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Box and Muller's. */
const normal = (draw) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

function findThreshold(keys, sizes, wanted) {
  const search = new ThresholdSearch(wanted);
  const key = selectionHashKey(7);
  const hash = new Uint32Array(2);
  do {
    for (let i = 0; i < sizes.length; i++) {
      selectionHash(key, keys[2 * i], keys[2 * i + 1], hash);
      search.add(hash[0], hash[1], sizes[i]);
    }
  } while (search.nextPass());
  return search.threshold;
}

function keyCopies(keys) {
  const key = orderHashKey(7);
  const out = new Uint32Array(2 * COPIES);
  for (let at = 0; at < keys.length; at += 2) orderKeys(key, keys[at], keys[at + 1], COPIES, out);
}

export function printMixing(rows) {
  console.log('\nmixtures and their tuning, one thread, CPU time');
  for (const { name, seconds, amount, unit } of rows) {
    const speed = unit === 'bytes' ? `${(amount / 1e6 / seconds).toFixed(1)} MB/s` : `${(amount / 1e6 / seconds).toFixed(2)} million ${unit}/s`;
    console.log(`${`  ${name}`.padEnd(52)}${seconds.toFixed(2).padStart(7)} s  ${speed}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  console.log(`machine: ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${new Date().toISOString()}, load average ${loadavg()[0].toFixed(1)}`);
  printMixing(await measureMixing(values));
}
