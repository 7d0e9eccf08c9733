// Parquet: reading the texts of a file, here and by DuckDB on one thread, CPU time of both by turns; and what the codecs of its pages cost. DuckDB writes the
// files, from the benchmark's texts. pip installs it into a temporary folder; where it cannot, its part is skipped with a message.
//   node --expose-gc tests/bench/parquet.js [--quick]
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { documentText } from '#src/core/document-batch.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { parquetSource } from '#src/stages/sources/parquet.js';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { makeShards } from './make-shards.js';
import { cpuOf, cpuSeconds, median } from './measure.js';
import { readBatches } from './reading.js';

const PAGE_BYTES = 1 << 20;
const CODECS = ['uncompressed', 'snappy', 'zstd'];

/** Takes commands on stdin, a line of JSON each, and answers with a line: bytes of text and seconds of CPU. `length` has to decode every text. */
const DUCKDB = `
import duckdb, json, sys, time
db = duckdb.connect(config={"threads": 1})
db.execute("set enable_progress_bar = false")
for line in sys.stdin:
    asked = json.loads(line)
    if "texts" in asked:
        db.execute("copy (select id, text from read_json('%s', columns={id: 'VARCHAR', text: 'VARCHAR'}, maximum_object_size=100000000)) to '%s' (format parquet, compression %s)" % (asked["texts"], asked["path"], asked["codec"]))
        print(json.dumps({}), flush=True)
    else:
        start = time.process_time()
        documents, total, hashed = db.execute("select count(*), sum(strlen(text)), bit_xor(hash(text)) from '%s'" % asked["path"]).fetchone()
        print(json.dumps({"documents": documents, "bytes": int(total), "seconds": time.process_time() - start}), flush=True)
`;

class DuckDb {
  #process;
  #answers;

  constructor(packages) {
    const env = { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' };
    this.#process = spawn('python3', ['-c', DUCKDB], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(command) {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('DuckDB ended before it answered');
    return JSON.parse(value);
  }

  end() {
    this.#process.stdin.end();
  }
}

/** Undefined where pip cannot. */
function installDuckDb(folder) {
  try {
    execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-compile', '--only-binary', ':all:', '--no-deps', '--target', folder, 'duckdb'], { stdio: 'pipe', timeout: 180_000 });
    return folder;
  } catch (error) {
    console.error(`DuckDB cannot be installed here, so Parquet is not compared with it: ${String(error).split('\n')[0]}`);
    return undefined;
  }
}

async function readTexts(path) {
  let [documents, bytes] = [0, 0];
  for await (const item of parquetSource({ text: 'text', id: 'none' }).read({ source: 'bench', name: 'bench', files: [{ name: 'bench', path, bytes: statSync(path).size }] })) {
    if (item.kind === 'faults') throw new Error(item.faults[0].detail);
    documents += item.batch.length;
    bytes += item.batch.text.length;
  }
  return { documents, bytes };
}

/** { reading: [{ codec, stored, bytes, documents, seconds, duckdb, ratio }], codecs: [{ codec, seconds, share }] }; `reading` is empty without DuckDB. */
export async function measureParquet(input, { quick = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-parquet-'));
  try {
    const batches = await readBatches(input.shards);
    return { reading: await measureReads(folder, batches, quick ? 1 : 3), codecs: await measureCodecs(batches) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureReads(folder, batches, passes) {
  const packages = installDuckDb(join(folder, 'packages'));
  if (packages === undefined) return [];
  const texts = join(folder, 'texts.jsonl');
  const file = openSync(texts, 'w');
  for (const batch of batches) for (let row = 0; row < batch.length; row++) writeSync(file, `${JSON.stringify({ id: `${row}`, text: documentText(batch, row) })}\n`);
  closeSync(file);
  const duckdb = new DuckDb(packages);
  try {
    const rows = [];
    for (const codec of CODECS) {
      const path = join(folder, `${codec}.parquet`);
      await duckdb.ask({ texts, path, codec });
      const [ours, theirs] = [[], []];
      let found = await readTexts(path); // warm, as is theirs
      const expected = await duckdb.ask({ path });
      if (found.bytes > expected.bytes || found.documents > expected.documents) throw new Error(`${codec}: ${JSON.stringify(found)}, DuckDB ${JSON.stringify(expected)}`);
      for (let pass = 0; pass < passes; pass++) {
        ours.push(await cpuOf(async () => { found = await readTexts(path); }));
        theirs.push((await duckdb.ask({ path })).seconds);
      }
      const [seconds, other] = [median(ours), median(theirs)];
      rows.push({ codec, stored: statSync(path).size, ...found, seconds, duckdb: other, ratio: seconds / other });
    }
    return rows;
  } finally {
    duckdb.end();
  }
}

/** Of pages of the texts, end to end, as a corpus has them. */
async function measureCodecs(batches) {
  await loadZstd();
  const pages = [];
  let bytes = 0;
  for (const { text } of batches) {
    for (let at = 0; at + PAGE_BYTES <= text.length; at += PAGE_BYTES) pages.push(text.subarray(at, at + PAGE_BYTES));
    if (text.length < PAGE_BYTES) pages.push(text);
  }
  for (const page of pages) bytes += page.length;
  const codecs = [['snappy', snappy], ...[1, 2, 4, 6].map((level) => [`gzip ${level}`, (page) => gzipSync(page, { level })]), ...[1, 2, 3, 5].map((level) => [`zstd ${level}`, (page) => zstdFrame(page, level)])];
  return codecs.map(([codec, compress]) => {
    for (const page of pages.slice(0, 2)) compress(page);
    let stored = 0;
    const start = cpuSeconds();
    for (const page of pages) stored += compress(page).length;
    const seconds = cpuSeconds() - start;
    return { codec, megabytesPerSecond: bytes / 1e6 / seconds, share: stored / bytes };
  });
}

/** hyparquet-writer does not export its compressor: a file of one page less one of none. */
function snappy(page) {
  const writer = new ByteWriter();
  const encoder = new ParquetWriter({ writer, schema: [{ name: 'root', num_children: 1 }, { name: 'text', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' }], statistics: false });
  encoder.write({ columnData: [{ name: 'text', data: [page], encoding: 'PLAIN' }] });
  encoder.finish();
  return writer.getBytes();
}

export function printParquet({ reading, codecs }) {
  console.log('\nParquet: reading the texts of a file that DuckDB wrote, CPU time, beside DuckDB on one thread');
  if (reading.length === 0) console.log('  not measured: DuckDB cannot be installed here');
  for (const { codec, bytes, seconds, duckdb, ratio } of reading) {
    console.log(`${`  ${codec}, ${(bytes / 1e6).toFixed(1)} MB of text`.padEnd(52)}${(bytes / 1e6 / seconds).toFixed(0).padStart(7)} MB/s  DuckDB ${(bytes / 1e6 / duckdb).toFixed(0)} MB/s  ${ratio.toFixed(2)} x its time`);
  }
  console.log('compressing pages of a MiB');
  for (const { codec, megabytesPerSecond, share } of codecs) console.log(`${`  ${codec}`.padEnd(52)}${megabytesPerSecond.toFixed(0).padStart(7)} MB/s  ${(100 * share).toFixed(1)} % of the size`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const quick = process.argv.includes('--quick');
  printParquet(await measureParquet(makeShards({ quick }), { quick }));
}
