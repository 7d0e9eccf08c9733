import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createKernels } from '#src/kernels/index.js';
import { temporaryFolder } from '../promises/support/sluice.js';
import { editedPairs, type EditedPairs } from './edited-documents.js';
import { editedRow, editedTable, type EditedRow } from './edited-table.js';
import { runDedup, writeDocuments } from './run-dedup.js';
import { ADDRESS_EDITS } from './edits.js';
import { THRESHOLD, DEFAULT_SIGNATURE } from './settings.js';

const { path: folder, remove } = temporaryFolder();
afterAll(remove);
let all: EditedPairs[];
let rows: EditedRow[];
beforeAll(async () => {
  all = editedPairs();
  const kernels = createKernels('wasm');
  rows = [];
  for (const pairs of all) {
    rows.push(editedRow(kernels, pairs, DEFAULT_SIGNATURE, THRESHOLD));
    await pause(1); // the test runner must hear from a file every minute, however busy the machine is
  }
  console.log(editedTable(rows));
});

const idOf = (i: number): string => String(i).padStart(5, '0');
const documents = (texts: readonly string[], url?: (i: number) => string): { id: string; text: string; url?: string }[] => (
  texts.map((text, i) => ({ id: idOf(i), text, ...(url === undefined ? {} : { url: url(i) }) })));

/** Share of the copies that go for what is in the originals. */
async function caught(name: string, options: readonly string[]): Promise<number> {
  const removed = await runDedup(folder, ['copies.jsonl'], name, ['--against', 'originals.jsonl', '--only-against', '--workers', '1', ...options]);
  return removed.size;
}

describe('sluice dedup of documents edited in known ways', () => {
  it('catches what their signatures say', async () => {
    for (const [i, { edit, originals, copies }] of all.entries()) {
      writeDocuments(join(folder, 'originals.jsonl'), documents(edit === 'translation' ? originals.slice(0, 1) : originals));
      writeDocuments(join(folder, 'copies.jsonl'), documents(copies));
      const share = async (name: string, options: readonly string[]): Promise<number> => await caught(`${name}-${i}`, options) / copies.length;
      expect(await share('exact', ['--methods', 'exact']), edit).toBeCloseTo(rows[i]!.exact, 9);
      expect(await share('estimated', ['--verify', 'estimated']), edit).toBeCloseTo(rows[i]!.estimated, 9);
      expect(await share('verified', ['--verify', 'exact']), edit).toBeCloseTo(rows[i]!.verified, 9);
    }
  }, 600_000);

  it('catches by address what was linked in another way, whatever became of its text, and nothing else', async () => {
    const { originals } = all[0]!;
    const lines = ['| address of the copy | url |', '|---|---|'];
    for (const [i, { name, apply, same }] of ADDRESS_EDITS.entries()) {
      const address = (at: number): string => `http://www.example.org/stories/${at}?page=2`;
      writeDocuments(join(folder, 'originals.jsonl'), documents(originals, address));
      writeDocuments(join(folder, 'copies.jsonl'), documents(originals.map((text) => text.slice(0, text.length / 3)), (at) => apply(address(at))));
      const found = await caught(`url-${i}`, ['--methods', 'exact,url,minhash']) / originals.length;
      lines.push(`| ${name} | ${100 * found} % |`);
      expect(found, name).toBe(same ? 1 : 0);
    }
    console.log(lines.join('\n'));
  }, 600_000);
});
