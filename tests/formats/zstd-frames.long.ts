/** Zstandard against programs of others: Python's zstandard reads what is written here and writes what is read, and Node 22, which has an engine, runs the tests again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inflateMembers } from '#src/formats/gzip-members.js';
import { LineWriter } from '#src/formats/line-writer.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { hasNodeZstd } from '#src/formats/zstd-engine.js';
import { openInput } from '#src/storage/input-file.js';
import { PythonOracle } from '../python-oracle.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const oracle = new PythonOracle();
afterAll(() => oracle.remove());

const WRITE = `
import io, json, random, sys, zstandard
folder = json.load(open(sys.argv[1]))['folder']
random.seed(1)
words = ['w%d' % i for i in range(3000)]
texts = {size: ' '.join(random.choices(words, k=size // 5)).encode() for size in (0, 10, 5_000, 400_000, 4_000_000)}
forms = [(level, size, checksum, sized) for level in (-5, 3, 12) for size in (0, 10, 5_000, 400_000) for checksum in (False, True) for sized in (False, True)]
forms += [(1, 4_000_000, True, True), (3, 4_000_000, True, False), (3, 4_000_000, False, True), (19, 400_000, True, False), (22, 5_000, True, False)]
made = []
for level, size, checksum, sized in forms:
  packer = zstandard.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=sized)
  if sized: packed = packer.compress(texts[size])
  else:
    out = io.BytesIO()
    with packer.stream_writer(out, closefd=False) as writer:
      for at in range(0, len(texts[size]), 70_001): writer.write(texts[size][at:at + 70_001])
    packed = out.getvalue()
  name = f'{level}-{size}-{checksum}-{sized}'
  open(f'{folder}/{name}.zst', 'wb').write(packed)
  open(f'{folder}/{name}.txt', 'wb').write(texts[size])
  made.append(name)
print(json.dumps(made))
`;
const READ = `
import hashlib, json, sys, zstandard
hash, size = hashlib.sha256(), 0
with open(json.load(open(sys.argv[1]))['path'], 'rb') as file:
  reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
  while chunk := reader.read(100_000):
    hash.update(chunk)
    size += len(chunk)
print(json.dumps([hash.hexdigest(), size]))
`;

test('Zstandard of another packer is read, of every level and form', async (context) => {
  const missing = await oracle.install(['zstandard']);
  if (missing !== undefined) context.skip(missing);
  const made = await oracle.ask(WRITE, { folder: oracle.folder }) as readonly string[];
  expect(made).toHaveLength(53);
  for (const name of made) {
    const input = await openInput(join(oracle.folder, `${name}.zst`));
    const parts: Uint8Array[] = [];
    const faults: string[] = [];
    for await (const item of inflateMembers(input.blocks())) {
      if (item.kind === 'bytes') parts.push(item.bytes);
      else faults.push(`${item.fault.reason}: ${item.fault.detail}`);
    }
    await input.close();
    expect([faults, Buffer.concat(parts).equals(readFileSync(join(oracle.folder, `${name}.txt`)))], name).toEqual([[], true]);
  }
});

test('Zstandard that is written here is read by another', async (context) => {
  const missing = await oracle.install(['zstandard']);
  if (missing !== undefined) context.skip(missing);
  await loadZstd();
  const path = join(oracle.folder, 'part.jsonl.zst');
  const writer = new LineWriter(path, 'jsonl.zst');
  for (let i = 0; i < 40_000; i++) writer.write(Buffer.from(`{"n":${i},"text":"${'word '.repeat(i % 90)}"}\n`));
  const { plainSha256, plainBytes } = writer.commit();
  expect(await oracle.ask(READ, { path })).toEqual([plainSha256, plainBytes]);
  const { error, status, stderr } = spawnSync('zstd', ['-t', path], { encoding: 'utf8' });
  if (error === undefined) expect([status, stderr]).toEqual([0, expect.stringContaining(`${plainBytes} bytes`)]); // where the command is installed
});

test('Zstandard is read by a Node that has an engine of its own as it is by this one', (context) => {
  if (hasNodeZstd) context.skip('this Node has one: zstd-frames.test.ts has run with it');
  const name = `node-${process.platform}-${process.arch}`;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-node-'));
  try {
    try {
      writeFileSync(join(folder, 'package.json'), '{}');
      execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@22`], { stdio: 'pipe' });
    } catch (error) {
      context.skip(`${name}@22 cannot be installed here: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules', name, 'bin', 'node'),
      [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'tests/vitest.config.ts', 'tests/formats/zstd-frames.test.ts', 'tests/formats/line-writer.test.ts'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    expect(stdout + stderr).toMatch(/Test Files\s+2 passed/);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
