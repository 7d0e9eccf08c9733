/** Reading JSON Lines takes memory for a line and a batch, whatever the file: peak resident memory of a process that reads one file, beside that of one that reads a line. */
import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sluice-jsonl-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));
const MIB = 1 << 20;

const CHILD = `
import { statSync } from 'node:fs';
const { jsonlSource } = await import('#src/stages/sources/jsonl.js');
const path = process.argv[1];
const counts = { documents: 0 };
const shard = { source: 's', name: 'n', files: [{ name: 'n', path, bytes: statSync(path).size }] };
for await (const item of jsonlSource({ text: 'text', metadata: ['m'] }).read(shard)) {
  if (item.kind === 'documents') counts.documents += item.batch.length;
  else for (const { reason } of item.faults) counts[reason] = (counts[reason] ?? 0) + 1;
}
process.stdout.write(JSON.stringify({ counts, peak: process.resourceUsage().maxRSS * 1024 }));
`;

/** Writes the parts so many times each, and reads them in a process of their own. */
async function reading(...parts: readonly (readonly [string, number])[]): Promise<{ counts: Record<string, number>; peak: number }> {
  const path = join(folder, 'lines.jsonl');
  const file = openSync(path, 'w');
  for (const [part, times] of parts) for (let i = 0; i < times; i++) writeSync(file, part);
  closeSync(file);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', CHILD, path], { cwd: process.cwd() });
  return JSON.parse(stdout) as { counts: Record<string, number>; peak: number }; // as the script above writes it
}

let idle: number;
beforeAll(async () => {
  ({ peak: idle } = await reading(['{"text":"a"}\n', 1]));
});

const half = 'xyz\\n'.repeat(3 * MIB); // 15 MiB in the file, 12 MiB of text
test.each([
  ['five million lines of 12 bytes', [['{"text":"a"}\n'.repeat(100_000), 50]], { documents: 5_000_000 }, 120],
  ['lines of 30 MiB with a text of 12', [[`{"text":"${half}","m":"${half}"}\n`, 6]], { documents: 6 }, 320],
  ['a line of 400 MiB', [['{"text":"', 1], ['x'.repeat(MIB), 400], ['"}\n{"text":"a"}\n', 1]], { documents: 1, 'oversize-line': 1 }, 160],
  ['lines of 30 MiB of brackets', [[`{"text":"x","a":${'['.repeat(15 * MIB)}${']'.repeat(15 * MIB)}}\n`, 6]], { documents: 6 }, 250],
  ['lines of 30 MiB of brackets that nothing closes', [[`{"text":"x","a":${'['.repeat(30 * MIB)}\n`, 6]], { 'invalid-json': 6 }, 250],
] as const)('%s take bounded memory', async (_, parts, counts, megabytes) => {
  const found = await reading(...parts);
  expect(found.counts).toEqual({ documents: 0, ...counts });
  expect((found.peak - idle) / MIB).toBeLessThan(megabytes);
}, 300_000);
