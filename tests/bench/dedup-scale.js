// Deduplication end to end at scale: a million documents of real passages with planted near-duplicates through `sluice dedup`, its memory watched from
// outside, its removals held against brute force and theory, and killed at random moments.
//   node tests/bench/dedup-scale.js --documents 1000000 --memory 1GB --workers 2 --kills 20
// A million documents are 1.7 GB of text; the files go to the system's temporary folder, some 6 GB with the output. Exits with 1 where a check fails.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseBytes } from '#src/pipeline/quantity.js';
import { checkRemovals } from './dedup-check.js';
import { DedupCorpus } from './dedup-corpus.js';
import { completionTimes, killOften } from './dedup-kills.js';
import { makeDedupShards } from './dedup-shards.js';
import { watch } from './process-watch.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/**
 * One run, and as many kills as asked. Returns { documents, textBytes, memory, workers, seconds, cpuSeconds, peakBytes, peakMark, phases, checks, kills, digest }.
 */
export async function measureDedup({ documents, memory = '1GB', workers = 2, verify = 'estimated', kills = 0, log = console.error }) {
  const made = makeDedupShards({ documents, log });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-dedup-run-'));
  try {
    const commandTo = (output) => [process.execPath, [
      MAIN, 'dedup', `all=${made.folder}/documents-*.jsonl.gz`, '--output', output, '--memory', memory, '--workers', String(workers), '--keep', 'id', '--verify', verify, '--json',
    ]];
    const output = join(folder, 'whole');
    const begin = Date.now();
    const run = await watch(...commandTo(output));
    if (run.code !== 0) throw new Error(`sluice dedup ended with ${run.code ?? run.signal}:\n${run.stderr}`);
    const times = completionTimes(output, begin);
    const { digest } = JSON.parse(run.stdout);
    log('checking removals against the texts');
    const setting = JSON.parse(readFileSync(join(output, 'work', 'plan.json'), 'utf8')).recipe.dedup.minhash; // { bands, rows, threshold, verify }
    const checks = await checkRemovals({ corpus: new DedupCorpus(made), planted: join(made.folder, 'planted.jsonl'), output, setting });
    const peak = Math.max(run.peakBytes, run.peakMark);
    if (peak > parseBytes(memory)) checks.problems.push(`resident memory: ${(peak / 1e6).toFixed(0)} MB at its peak, expected at most ${memory}`);
    const killed = kills === 0 ? undefined : await killOften({ count: kills, commandTo, output: join(folder, 'killed'), times, ms: 1000 * run.seconds, log });
    if (killed !== undefined) await compare(output, join(folder, 'killed'), checks.problems);
    const { seconds, cpuSeconds, peakBytes, peakMark } = run;
    return {
      documents, textBytes: made.textBytes, memory, workers, setting, seconds, cpuSeconds, peakBytes, peakMark, outputBytes: bytesBelow(output),
      phases: phaseTimes(output, begin), checks, kills: killed?.kills ?? 0, digest,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds since the start at which each phase's last task was complete, in that order. */
function phaseTimes(output, begin) {
  const work = join(output, 'work');
  const phases = readdirSync(work, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => {
    const done = readdirSync(join(work, name), { recursive: true }).filter((file) => file.endsWith('.done.json')).map((file) => statSync(join(work, name, file)).mtimeMs);
    return done.length === 0 ? [] : [{ name, tasks: done.length, doneAt: (Math.max(...done) - begin) / 1000 }];
  });
  return phases.sort((a, b) => a.doneAt - b.doneAt);
}

const filesBelow = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
const bytesBelow = (folder) => filesBelow(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** All files must be the same, but for those that name the folder. */
async function compare(whole, killed, problems) {
  const [expected, found] = [whole, killed].map((folder) => filesBelow(folder).filter((name) => name !== 'work/plan.json' && name !== 'report.md'));
  for (const name of new Set([...expected, ...found])) {
    if (!expected.includes(name) || !found.includes(name)) problems.push(`${name}: only in the ${found.includes(name) ? 'killed' : 'whole'} run`);
    else if (await checksum(join(whole, name)) !== await checksum(join(killed, name))) problems.push(`${name}: differs after kills`);
  }
}

async function checksum(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export function printDedup({ documents, textBytes, memory, workers, setting, seconds, cpuSeconds, peakBytes, peakMark, outputBytes, phases, checks, kills, digest }) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(0);
  console.log(`\nsluice dedup --memory ${memory} --workers ${workers} --verify ${setting.verify} (${setting.bands} x ${setting.rows}, ${setting.threshold}): ${documents} documents, ${megabytes(textBytes)} MB of text`);
  console.log(`  ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU), ${(documents / seconds).toFixed(0)} documents/s, ${(textBytes / 1e6 / seconds).toFixed(1)} MB/s`);
  console.log(`  resident memory of all threads: ${megabytes(peakBytes)} MB at most in samples of 100 ms, ${megabytes(peakMark)} MB by the kernel's mark; files written ${megabytes(outputBytes)} MB`);
  console.log(`  phases done at: ${phases.map(({ name, doneAt }) => `${name} ${doneAt.toFixed(1)} s`).join(', ')}`);
  const methods = Object.entries(checks.byMethod).map(([method, count]) => `${count} ${method}`).join(', ');
  console.log(`  removed ${checks.removed} (${methods}); least exact J of a removal ${checks.least.toFixed(3)}; ${checks.unrelated} not planted together`);
  console.log('  found of planted pairs      clusters of two (theory)      larger clusters (theory at least, from .8 on)');
  for (const { range, two, more } of checks.bins) {
    const cell = ({ pairs, found, expected }) => `${found} of ${pairs} (${expected.toFixed(1)})`;
    console.log(`    ${range.padEnd(24)}${cell(two).padEnd(30)}${cell(more)}`);
  }
  if (kills > 0) console.log(`  killed ${kills} times and continued: ${checks.problems.length === 0 ? 'the same files' : 'see below'}, digest ${digest}`);
  for (const problem of checks.problems.slice(0, 20)) console.log(`  PROBLEM: ${problem}`);
  if (checks.problems.length > 20) console.log(`  and ${checks.problems.length - 20} more`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: {
    documents: { type: 'string', default: '100000' }, memory: { type: 'string', default: '1GB' }, workers: { type: 'string', default: '2' },
    verify: { type: 'string', default: 'estimated' }, kills: { type: 'string', default: '0' }, json: { type: 'string' },
  } });
  console.log(`machine: ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}; ${new Date().toISOString()}, load average ${loadavg()[0].toFixed(1)}`);
  const { documents, workers, kills, json, ...rest } = values;
  const result = await measureDedup({ ...rest, documents: Number(documents), workers: Number(workers), kills: Number(kills) });
  printDedup(result);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  if (result.checks.problems.length > 0) process.exitCode = 1;
}
