// What writing the corpus costs by codec and level: the table in src/formats/README.md. Takes the lines of pipelines/quickstart.yaml, in members of 1 MiB as line-writer.ts has
// them. Build first, then: node tests/bench/output-codecs.js [CORPUS-FOLDER]   (without one: the pipeline is run, into a temporary folder)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { gzipMember } from '#src/formats/gzip-member.js';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd, packZstd, unpackZstd } from '#src/formats/zstd-module.js';
import { openInput } from '#src/storage/input-file.js';

const MEMBER_BYTES = 1 << 20;
const LF = 0x0a;
const LEVEL = 100; // ZSTD_c_compressionLevel
const CHECKSUM = 201; // ZSTD_c_checksumFlag

const members = await quickstartMembers(process.argv[2]);
const plain = members.reduce((sum, member) => sum + member.length, 0);
await loadZstd();
console.log(`${(plain / 1e6).toFixed(1)} MB of lines, Node ${process.version}, MB of plain lines a second of CPU\n`);
console.log('| codec | pack MB/s | size % | unpack MB/s |\n| --- | --- | --- | --- |');
row('plain (copied)', (member) => Buffer.from(member), (member) => Buffer.from(member));
for (let level = 1; level <= 9; level++) row(`gzip ${level}`, (member) => gzipMember(member, level), (packed) => zlib.gunzipSync(packed));
for (const level of [1, 2, 3, 6, 9]) row(`zstd ${level}, as written`, (member) => zstdFrame(member, level), (packed) => unpackZstd(packed));
for (const level of [3]) row(`zstd ${level}, without checksum`, (member) => packZstd(member, level), unpackByFzstd, 'fzstd');
if (zlib.zstdCompressSync !== undefined) {
  for (const level of [1, 3, 6, 9]) row(`zstd ${level}, node:zlib`, (member) => zlib.zstdCompressSync(member, { params: { [LEVEL]: level, [CHECKSUM]: 1 } }), (packed) => zlib.zstdDecompressSync(packed));
}

function row(name, pack, unpack, by = '') {
  let packed = members;
  const packRate = rate(() => { packed = members.map(pack); });
  const size = packed.reduce((sum, member) => sum + member.length, 0);
  const unpackRate = rate(() => { packed.forEach((member) => unpack(member)); });
  console.log(`| ${name} | ${packRate} | ${((100 * size) / plain).toFixed(1)} | ${unpackRate}${by === '' ? '' : ` (${by})`} |`);
}

/** The best of three, in plain MB per second of CPU time. */
function rate(run) {
  return Math.max(...[1, 2, 3].map(() => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return plain / (user + system);
  })).toFixed(0);
}

function unpackByFzstd(packed) {
  const engine = new Decompress(() => undefined);
  engine.push(packed, true);
}

async function quickstartMembers(given) {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'sluice-codecs-'));
  try {
    if (given === undefined) execFileSync(process.execPath, ['dist/cli/main.js', 'run', 'pipelines/quickstart.yaml', '--output', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const corpus = join(folder, 'corpus');
    const parts = [];
    for (const name of readdirSync(corpus, { recursive: true }).sort()) if (/\.jsonl/.test(name)) parts.push(...await partsOf(join(corpus, name)));
    return cut(Buffer.concat(parts));
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true });
  }
}

async function partsOf(path) {
  const input = await openInput(path);
  const parts = [];
  for await (const item of inflateMembers(input.blocks())) {
    if (item.kind === 'fault') throw new Error(`${path}: ${item.fault.detail}`);
    parts.push(item.bytes);
  }
  await input.close();
  return parts;
}

/** Whole lines of 1 MiB and a little more. */
function cut(lines) {
  const cuts = [];
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf(LF, Math.min(lines.length, at + MEMBER_BYTES) - 1) + 1;
    cuts.push(lines.subarray(at, end));
    at = end;
  }
  return cuts;
}
