// Feeds broken files to the readers and looks that none is believed, none ends the process, and nothing is lost without a word (README.md).
//   node tests/fuzz/fuzz.js                                     10,000 inputs for every reader
//   node tests/fuzz/fuzz.js --reader wet --inputs 1000000 --seed 1
//   node tests/fuzz/fuzz.js --reader wet --file FILE            this file alone
// Each finding is written to --findings FOLDER (default: a new one under the temporary folder); exit code 1 where there is one.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { READERS } from './readers.js';
import { fuzzReader } from './watch.js';

const { values: options } = parseArgs({
  options: {
    reader: { type: 'string', multiple: true }, inputs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, first: { type: 'string', default: '0' },
    file: { type: 'string' }, findings: { type: 'string' }, most: { type: 'string', default: '20' },
  },
});
const names = options.reader ?? [...READERS.keys()];
for (const name of names) if (!READERS.has(name)) throw new Error(`--reader: found ${name}, expected one of ${[...READERS.keys()].join(', ')}`);
const inputs = options.file === undefined ? undefined : [readFileSync(options.file)];
let folder;
for (const reader of names) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const found = await fuzzReader({ reader, inputs, seed: Number(options.seed), first: Number(options.first), count: Number(options.inputs), mostFindings: Number(options.most), onProgress: sayProgress(reader) });
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log([
    reader, `seed ${options.seed}`, `${found.inputs} inputs from ${options.first}`, `${found.fruitful} gave something`, `${found.refused} refused`, `${found.findings.length} findings`,
    `${seconds.toFixed(0)} s`, `${((user + system) / 1e6).toFixed(0)} s of processor`, `at most ${found.peakMb.toFixed(0)} MB`,
  ].join(', '));
  for (const { number, what, bytes } of found.findings) {
    process.exitCode = 1;
    folder ??= options.findings ?? mkdtempSync(join(tmpdir(), 'sluice-findings-'));
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${reader}-${options.seed}-${number}.bin`);
    writeFileSync(path, bytes);
    console.log(`  ${path}: ${what.split('\n').slice(0, 4).join('\n    ')}`);
  }
}

function sayProgress(reader) {
  if (!process.stderr.isTTY) return undefined;
  return ({ at }) => process.stderr.write(`\r\x1b[K${reader}: input ${at}`);
}
