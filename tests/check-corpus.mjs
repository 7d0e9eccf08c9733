// Reads a finished run's folder as a stranger would, with Node (and hyparquet, where the corpus is Parquet): checksums, counts, weights and conservation. Exit 1 says what does not fit.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [directory] = process.argv.slice(2);
const problems = [];
const check = (holds, message) => { if (!holds) problems.push(message); };
const json = (name) => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const manifest = json('manifest.json');
const ledger = json('ledger.json');

const digest = createHash('sha256');
const counted = {};
const lines = new Map();
for (const { path, documents, bytes, sha256: expected } of manifest.corpus) {
  const stored = readFileSync(join(directory, path));
  check(stored.length === bytes, `${path}: ${stored.length} bytes, the manifest says ${bytes}`);
  check(sha256(stored) === expected, `${path}: another SHA-256 than the manifest's`);
  const plain = path.endsWith('.parquet') ? await linesOf(stored) : path.endsWith('.gz') ? gunzipSync(stored) : stored;
  digest.update(`${sha256(plain)}\n`);
  const here = plain.toString('utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
  lines.set(path, here.map(({ id, source }) => ({ id, source })));
  check(here.length === documents, `${path}: ${here.length} lines, the manifest says ${documents}`);
  for (const { id, source, text } of here) {
    check(typeof id === 'string' && id !== '' && typeof text === 'string' && text !== '', `${path}: a line without id or text`);
    counted[source] ??= { documents: 0, bytes: 0 };
    counted[source].documents += 1;
    counted[source].bytes += Buffer.byteLength(text);
  }
}
check(digest.digest('hex') === manifest.digest, 'the digest is not that of the corpus');
const filesIn = (folder) => readdirSync(join(directory, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
check(filesIn('corpus') === manifest.corpus.length, 'corpus/ has files that the manifest does not name');
checkOrder();
for (const { name, documents, bytes } of manifest.sources) {
  check((counted[name]?.documents ?? 0) === documents && (counted[name]?.bytes ?? 0) === bytes, `source ${name}: the corpus does not hold what the manifest says`);
}
const weights = manifest.sources.reduce((sum, { realisedWeight }) => sum + realisedWeight, 0);
check(Math.abs(weights - 1) < 1e-9, `realised weights sum to ${weights}`);
for (const { source, stages } of ledger.sources) {
  for (const stage of stages) {
    for (const unit of ['documents', 'bytes', 'tokens']) {
      const dropped = Object.values(stage.dropped).reduce((sum, amount) => sum + amount[unit], 0);
      check(stage.in[unit] === stage.out[unit] + dropped, `ledger: ${source}, ${stage.stage}: ${unit} are not conserved`);
    }
  }
}
const read = ledger.sources.reduce((sum, { stages }) => sum + stages[0].in.documents, 0);
check(read >= 10_000, `${read} documents were read, expected at least 10,000`);

/** The lines that the rows of a Parquet file would be: not those of whole records, which a row has in parts. */
async function linesOf(stored) {
  const file = stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.length);
  const rows = await parquetReadObjects({ file, compressors });
  return Buffer.from(rows.map(({ metadata: carried, ...row }) => {
    const members = Object.entries(row).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return `{${[...members, ...(carried ? [`"metadata":${carried}`] : [])].join(',')}}\n`;
  }).join(''));
}

/** The index of the order, read by its layout (src/formats/order-index.ts): each line of the corpus has one position, copies of a document are numbered and far apart. */
function checkOrder() {
  for (const { path, bytes, sha256: expected } of manifest.order.files) {
    const stored = readFileSync(join(directory, path));
    check(stored.length === bytes && sha256(stored) === expected, `${path}: other bytes than the manifest's`);
  }
  check(filesIn('order') === manifest.order.files.length, 'order/ has files that the manifest does not name');
  const tables = new Map();
  const string = (name, number) => {
    if (!tables.has(name)) tables.set(name, readFileSync(join(directory, 'order', name)));
    const table = tables.get(name);
    const begin = Number(table.readBigUInt64LE(16 * number));
    return table.toString('utf8', begin, begin + table.readUInt32LE(16 * number + 8));
  };
  const [head, places] = [json('order/index.json'), readFileSync(join(directory, 'order/places.bin'))];
  check(head.format === 'sluice-order' && head.version === 1 && head.fingerprint === manifest.order.fingerprint, 'order/index.json is not that of the manifest');
  const written = manifest.corpus.reduce((sum, { documents }) => sum + documents, 0);
  check(head.documents === written && places.length === 16 * written, `the order has ${head.documents} documents, the corpus ${written}`);
  const seen = new Set();
  const copies = new Map();
  let wrong = 0;
  for (let position = 0; position < head.documents; position++) {
    const [file, line] = [places.readUInt32LE(16 * position), places.readUInt32LE(16 * position + 4)];
    const [source, copy] = [head.sources[places.readUInt16LE(16 * position + 8)], places.readUInt16LE(16 * position + 10)];
    const checked = Buffer.alloc(20, places.subarray(16 * position, 16 * position + 12));
    checked.writeBigUInt64LE(BigInt(position), 12);
    const { path } = JSON.parse(string('files.bin', file));
    const id = string(`ids-${String(file).padStart(5, '0')}.bin`, line);
    const found = lines.get(path)?.[line];
    const at = copies.get(`${source} ${id}`) ?? copies.set(`${source} ${id}`, []).get(`${source} ${id}`);
    const isRight = crc32(checked) === places.readUInt32LE(16 * position + 12) && found?.id === id && found.source === source && copy === at.length && !seen.has(`${path} ${line}`);
    if (!isRight) wrong += 1;
    seen.add(`${path} ${line}`);
    at.push(position);
  }
  check(wrong === 0, `${wrong} places of the order are not where the corpus has these documents`);
  const close = [...copies.values()].filter((at) => at.some((position, i) => i > 0 && position - at[i - 1] < head.documents / at.length / 2 - 2 * Math.sqrt(head.documents)));
  check(close.length === 0, `copies of ${close.length} documents lie closer to each other than half an epoch`);
}

for (const problem of problems) console.error(problem);
console.log(`${manifest.corpus.length} corpus files, ${read} documents read, digest ${manifest.digest.slice(0, 16)}: ${problems.length === 0 ? 'all as the manifest and the ledger say' : `${problems.length} problems`}`);
process.exitCode = problems.length === 0 ? 0 : 1;
