/** The command on data sets of archives, CSV and compressed text, and a corpus in Zstandard: each command is one process, so these are among the long tests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zstdFrame } from '#src/formats/zstd-engine.js';
import { loadZstd } from '#src/formats/zstd-module.js';
import { mails } from '../../dedup/real-documents.js';
import { sluice, temporaryFolder } from '../../promises/support/sluice.js';
import { tarFile } from '../../stages/sources/tar-writer.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);

const [first, second, third] = mails('easy-ham-1').filter((text) => text.length > 1500) as [string, string, string];
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

beforeAll(async () => {
  await loadZstd();
  for (const name of ['mail', 'table', 'notes']) mkdirSync(join(folder, name));
  const one = tarFile({ name: 'a.txt', content: first }, { name: 'b.txt', content: second }, { name: 'link', type: '2' });
  const two = tarFile({ name: 'c.txt', content: first }, { name: '../d.txt', content: third });
  writeFileSync(join(folder, 'mail/one.tar.gz'), gzipSync(one));
  writeFileSync(join(folder, 'mail/two.tar.zst'), zstdFrame(two, 3));
  writeFileSync(join(folder, 'table/rows.csv'), `id,text,label\n7,${quoted(second)},spam\n8,${quoted(third)},"ham, ""really"""\n9,short\n`);
  writeFileSync(join(folder, 'notes/n.txt.gz'), gzipSync(third));
});

test('sluice dedup compares files of tar archives, rows of CSV and compressed texts, tells what was lost, and writes Zstandard that others read', async () => {
  const { code, stdout, stderr } = await sluice(folder, 'dedup', 'mail', 'table', 'notes', '--output', 'out', '--format', 'jsonl.zst', '--keep', 'source', '--json', '--workers', '1');
  expect([code, stderr.includes('failed')]).toEqual([0, false]);
  const manifest = JSON.parse(stdout) as { readonly corpus: readonly { readonly path: string; readonly documents: number; readonly plainBytes: number }[] };
  expect(manifest.corpus.map(({ path, documents }) => [path, documents])).toEqual([['corpus/part-00000.mail.jsonl.zst', 2], ['corpus/part-00001.table.jsonl.zst', 1]]);
  const { error } = spawnSync('zstd', ['--version']);
  if (error !== undefined) return; // no oracle here
  const lines = manifest.corpus.flatMap(({ path }) => execFileSync('zstd', ['-dc', join(folder, 'out', path)], { encoding: 'utf8' }).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown));
  expect(lines).toEqual([
    { id: 'mail/one.tar.gz!/a.txt', source: 'mail', text: first }, { id: 'mail/one.tar.gz!/b.txt', source: 'mail', text: second },
    { id: '8', text: third, label: 'ham, "really"' }, // a row comes back with all its columns
  ]);
});

test('sluice audit counts them, and the recipe of a run names their faults', async () => {
  const { code, stdout } = await sluice(folder, 'audit', 'mail', 'table', 'notes', '--json', '-', '--workers', '1');
  expect(code).toBe(0);
  expect(stdout).toContain('"documents": 6');
  writeFileSync(join(folder, 'recipe.yaml'), `name: small
sources:
  mail: { read: { format: tar, paths: mail/*, exclude: 'b*', maxRatio: 50 } }
  table: { read: { format: csv, paths: table/*.csv, metadata: [label], delimiter: ',' } }
  notes: { read: { format: text, paths: notes/** } }
output: { format: jsonl.zst, order: input }
`);
  const run = await sluice(folder, 'run', 'recipe.yaml', '--output', 'run', '--workers', '1');
  expect([run.code, run.stderr]).toEqual([0, expect.not.stringContaining('failed')]);
  const report = readFileSync(join(folder, 'run/report.md'), 'utf8');
  for (const reason of ['link', 'unsafe-name', 'ragged-row']) expect(report).toContain(reason);
  const { stdout: why } = await sluice(folder, 'why', 'run', '8');
  expect(why).toContain(third.slice(0, 100).split('\n')[0]!);
});
