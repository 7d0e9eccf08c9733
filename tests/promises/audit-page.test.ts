// The command on an audit's page, read back by a shell, removes what the audit has counted.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHTML } from 'linkedom';
import { afterAll, expect, it } from 'vitest';
import { tiddlers } from '../dedup/real-documents.js';
import { auditOf, jsonl, nearAt, runAudit } from './support/audit.js';
import { startWith } from './support/sluice.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-audit-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** One word in so many is another. */
const edited = (text: string, every: number): string => text.split(' ').map((word, i) => (i % every === every - 1 ? 'other' : word)).join(' ');

it('the command that the page suggests removes, of each source, the documents that the audit has counted', { timeout: 60_000 }, async () => {
  const texts = tiddlers().filter((text) => text.length > 600).slice(0, 120);
  const own = texts.map((text, i) => ({ id: `a${i}`, text }));
  const copies = texts.slice(0, 60).map((text, i) => ({ id: `b${i}`, text: i < 10 ? text : edited(text, 20 + i * 3) }));
  mkdirSync(join(folder, "it's data"));
  writeFileSync(join(folder, "it's data", 'first $(x).jsonl'), jsonl([...own, ...copies.slice(0, 20)]));
  writeFileSync(join(folder, 'second.jsonl'), jsonl(copies.slice(20)));
  const paths = ["one=it's data/first $(x).jsonl", 'two=second.jsonl', '--threshold', '0.75', '--shingle', '3 words'];
  const audit = await auditOf(folder, paths);
  expect((await runAudit(folder, ...paths, '--html', 'page.html')).code).toBe(0);

  const { document } = parseHTML(readFileSync(join(folder, 'page.html'), 'utf8'));
  const command = String(document.querySelector('pre.command')?.textContent).replace(/^sluice /, `"$NODE" "$MAIN" `).replace(/ DIR$/, ' out --workers 1 --json');
  const { code, stdout, stderr } = await startWith(folder, 'env', [`NODE=${process.execPath}`, `MAIN=${MAIN}`, 'sh', '-c', command]).ended;
  expect([code, stderr.split('\n').filter((line) => /error|expected/i.test(line))]).toEqual([0, []]);
  const { sources } = JSON.parse(stdout) as { readonly sources: readonly { readonly name: string; readonly documents: number }[] };
  const left = Object.fromEntries(sources.map(({ name, documents }) => [name, documents]));
  expect(left).toEqual(Object.fromEntries(Object.entries(audit.sources).map(([name, { documents, near }]) => [name, documents - near.documents])));
  expect(nearAt(audit, 0.75).documents).toBeGreaterThan(audit.exact.documents + 10); // the near-copies too
});
