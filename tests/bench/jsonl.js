// What reading JSON Lines costs: bytes of the file a second of CPU time, from a plain file in the page cache to batches, beside JSON.parse of the same lines.
// Records are laid out as dolma's and datatrove's (id, text, url, source, added, nested metadata); texts are those of the npm packages (texts.js), whole ones
// and their paragraphs.
//   node --expose-gc tests/bench/jsonl.js [--quick]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jsonlSource } from '#src/stages/sources/jsonl.js';
import { cpuOf, median } from './measure.js';
import { npmSources } from './texts.js';

const LF = 0x0a;
/** A pass reads the file so often, as a worker reads one file after another: code that was compiled for the first is there for the next. */
const READS = 4;
const METADATA = ['source', 'added', 'metadata.nested.dump', 'metadata.score'];

/** Rows { name, records, bytes, seconds: { text, metadata, wholeRecords, parse } }: seconds of reading the file once, medians of passes that take turns. */
export async function measureJsonl({ quick = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-jsonl-'));
  try {
    const files = writeFiles(folder, quick ? 2_000_000 : 40_000_000);
    const rows = [];
    for (const { name, path, records } of files) rows.push(await measureFile(name, path, records, quick ? { passes: 1, reads: 1 } : { passes: 3, reads: READS }));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines themselves are gone when reading is measured: a heap full of them would cost every collection. */
function writeFiles(folder, wanted) {
  return Object.entries(linesOf(wanted)).map(([name, lines]) => {
    const path = join(folder, `${name}.jsonl`);
    writeFileSync(path, lines.join(''));
    return { name, path, records: lines.length };
  });
}

async function measureFile(name, path, records, { passes, reads }) {
  const bytes = readFileSync(path).length;
  const ways = {
    text: () => readAll(path, bytes, records, {}),
    metadata: () => readAll(path, bytes, records, { metadata: METADATA }),
    wholeRecords: () => readAll(path, bytes, records, { frames: true }),
    parse: () => parseAll(path, records),
  };
  for (const work of Object.values(ways)) await work(); // warm
  const found = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let pass = 0; pass < passes; pass++) for (const [way, work] of Object.entries(ways)) found[way].push((await cpuOf(() => repeat(work, reads))) / reads);
  return { name, records, bytes, seconds: Object.fromEntries(Object.entries(found).map(([way, seconds]) => [way, median(seconds)])) };
}

async function repeat(work, times) {
  for (let i = 0; i < times; i++) await work();
}

async function readAll(path, bytes, records, options) {
  let documents = 0;
  for await (const item of jsonlSource({ text: 'text', ...options }).read({ source: 'bench', name: 'bench', files: [{ name: 'bench', path, bytes }] })) {
    if (item.kind === 'faults') throw new Error(item.faults[0].detail);
    documents += item.batch.length;
  }
  if (documents !== records) throw new Error(`read ${documents} documents, expected ${records}`);
}

/** What any program does at least: finds the lines, decodes them and parses them. */
function parseAll(path, records) {
  const file = readFileSync(path);
  let documents = 0;
  for (let at = 0, end; (end = file.indexOf(LF, at)) >= 0; at = end + 1) if (typeof JSON.parse(file.toString('utf8', at, end)).text === 'string') documents++;
  if (documents !== records) throw new Error(`parsed ${documents} documents, expected ${records}`);
}

/** Lines of whole texts and of their paragraphs, about so many bytes of each. */
function linesOf(wanted) {
  const long = [];
  const short = [];
  let bytes = { long: 0, short: 0 };
  for (const [source, read] of Object.entries(npmSources)) for (const { name, text } of read()) {
    if (text.trim() === '') continue;
    if (bytes.long < wanted) long.push(lineOf(source, name, text));
    if (bytes.short < wanted) for (const paragraph of text.split(/\n\n+/)) if (paragraph.trim() !== '') short.push(lineOf(source, `${name}/${short.length}`, paragraph));
    bytes = { long: bytes.long + text.length, short: bytes.short + text.length };
  }
  return { long, short };
}

function lineOf(source, name, text) {
  const metadata = { length: text.length, score: text.length / 7, tags: ['web', source, null, true], nested: { language: 'en', dump: 'CC-MAIN-2024-10', file_path: `s3://bucket/${source}/${name}` } };
  return `${JSON.stringify({ id: `${source}/${name}`, text, url: `https://example.org/${source}/${encodeURI(name)}`, source, added: '2024-03-01T12:00:00.000Z', metadata })}\n`;
}

const WAYS = { text: 'text, id and address', metadata: `the same and ${METADATA.length} more fields`, wholeRecords: 'the same and the rest of the record' };

export function printJsonl(rows) {
  console.log('\nreading JSON Lines, plain file to batches, CPU time; ratio to JSON.parse of the same lines');
  for (const { name, records, bytes, seconds } of rows) {
    console.log(`  ${name} texts: ${records} records, ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / records)} bytes each`);
    for (const [way, title] of [...Object.entries(WAYS), ['parse', 'JSON.parse']]) {
      console.log(`${`    ${title}`.padEnd(52)}${seconds[way].toFixed(2).padStart(7)} s${(bytes / 1e6 / seconds[way]).toFixed(1).padStart(8)} MB/s${(seconds.parse / seconds[way]).toFixed(2).padStart(8)} x JSON.parse`);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) printJsonl(await measureJsonl({ quick: process.argv.includes('--quick') }));
