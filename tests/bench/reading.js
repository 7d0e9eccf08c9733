// What reading costs: inflating alone, by node:zlib in the two ways that suit it, and inflating with parsing into batches; of files with a member for
// each record, as a crawl's are, and of the same text as one member.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { openInput } from '#src/storage/input-file.js';
import { cpuOf } from './measure.js';

const OUTPUT_CHUNK = 1 << 20;

/** CPU seconds of one pass: { wholeFile, runs, parse }, and the same of one member: { oneWholeFile, oneRuns, oneParse }. */
export async function measureReading(shards) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-reading-'));
  try {
    const single = join(folder, 'one.warc.wet.gz');
    writeFileSync(single, gzipSync(Buffer.concat(shards.map(({ path }) => gunzipSync(readFileSync(path)))), { level: 6 }));
    const many = await measure(shards);
    const one = await measure([{ name: 'one', path: single, bytes: 0 }]);
    return { ...many, oneWholeFile: one.wholeFile, oneRuns: one.runs, oneParse: one.parse };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(shards) {
  const bytes = { wholeFile: 0, runs: 0 };
  const wholeFile = await warmCpuOf(shards, ({ path }) => { bytes.wholeFile += gunzipSync(readFileSync(path), { chunkSize: OUTPUT_CHUNK }).length; });
  const runs = await warmCpuOf(shards, async ({ path }) => {
    const input = await openInput(path);
    for await (const item of inflateMembers(input.blocks())) {
      if (item.kind === 'fault') throw new Error(`${path}: ${item.fault.detail}`);
      bytes.runs += item.bytes.length;
    }
    await input.close();
  });
  if (bytes.runs !== bytes.wholeFile) throw new Error(`inflated ${bytes.wholeFile} bytes in one way, ${bytes.runs} in the other`);
  const parse = await warmCpuOf(shards, async (shard) => {
    for await (const item of wetSource({}).read(shardOf(shard))) if (item.kind === 'faults') throw new Error(item.faults[0].detail);
  });
  return { wholeFile, runs, parse };
}

/**
 * The clock starts after the first shard was read once: the collection that goes before it throws away compiled code of which no object is left, which
 * happens to no worker that reads shard after shard. Compiling again takes some 70 ms.
 */
function warmCpuOf(shards, read) {
  return cpuOf(async () => {
    for (const shard of shards) await read(shard);
  }, () => read(shards[0]));
}

/** Prints the medians of passes. */
export function printReading(reading, textBytes) {
  console.log('\nreading WET, CPU time; ratio to the faster way of inflating alone');
  const kinds = [['a member for each record', reading.wholeFile, reading.runs, reading.parse], ['one member in all', reading.oneWholeFile, reading.oneRuns, reading.oneParse]];
  for (const [kind, wholeFile, runs, parse] of kinds) {
    const inflate = Math.min(wholeFile, runs);
    for (const [name, seconds] of [['gunzipSync of a whole file', wholeFile], ['runs, as the reader inflates', runs], ['inflate and parse', parse]]) {
      console.log(`${`  ${kind}: ${name}`.padEnd(60)}${seconds.toFixed(2).padStart(7)} s${(textBytes / 1e6 / seconds).toFixed(0).padStart(6)} MB/s${(seconds / inflate).toFixed(2).padStart(7)} x inflate`);
    }
  }
}

const shardOf = ({ name, path, bytes }) => ({ source: 'web', name, files: [{ name, path, bytes }] });

/** All batches of the shards. */
export async function readBatches(shards) {
  const batches = [];
  for (const shard of shards) for await (const item of wetSource({}).read(shardOf(shard))) if (item.kind === 'documents') batches.push(item.batch);
  return batches;
}
