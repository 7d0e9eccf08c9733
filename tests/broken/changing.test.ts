/** Files that change while they are read: what was there when they were opened is read, or the shard fails and says so. */
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import type { Source } from '#src/core/stage.js';
import { jsonlSource } from '#src/stages/sources/jsonl.js';
import { textSource } from '#src/stages/sources/text.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { zipSource } from '#src/stages/sources/zip.js';
import { goodFiles, texts, zipOf } from './good.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-changing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'file');

/** Some MiB: more than is read ahead. */
const TIMES = 400;

/** Documents read of a file that `change` changes once the first batch has come. */
async function readChanged(source: Source, bytes: Uint8Array, change: () => void): Promise<number> {
  writeFileSync(path, bytes);
  let documents = 0;
  for await (const item of source.read({ source: 'a', name: 'file', files: [{ name: 'file', path, bytes: bytes.length }] })) {
    if (item.kind !== 'documents') continue;
    if (documents === 0) change();
    documents += item.batch.length;
  }
  return documents;
}

describe.each([['WET', wetSource(), goodFiles.wet.bytes], ['JSON Lines', jsonlSource({ text: 'text' }), goodFiles.jsonl.bytes]])('a file of %s', (_, source, good) => {
  const bytes = Buffer.concat(Array.from({ length: TIMES }, () => good));

  it('that grows while it is read is read as it was when it was opened', async () => {
    expect(bytes.length).toBeGreaterThan(4 << 20);
    expect(await readChanged(source, bytes, () => appendFileSync(path, bytes))).toBe(TIMES * texts.length);
    expect(statSync(path).size).toBe(2 * bytes.length);
  });

  it('that shrinks while it is read fails, even where a record ends there', async () => {
    const cut = Math.floor(TIMES / 1.1) * good.length;
    await expect(readChanged(source, bytes, () => truncateSync(path, cut))).rejects.toThrow(ShardError);
    await expect(readChanged(source, bytes, () => truncateSync(path, cut))).rejects.toThrow(`found its end at byte ${cut}, expected ${bytes.length} bytes as when it was opened`);
  });
});

describe('a file of another size than planned', () => {
  it.each([1, -1])('(%i byte) is not read as text, and not as a zip', async (more) => {
    for (const [source, bytes] of [[textSource(), texts[0]!], [zipSource(), await zipOf([['a.txt', texts[0]!]])]] as const) {
      writeFileSync(path, bytes);
      const shard = { source: 'a', name: 'file', files: [{ name: 'file', path, bytes: bytes.length + more }] };
      const reading = async (): Promise<void> => {
        for await (const _ of source.read(shard));
      };
      await expect(reading()).rejects.toThrow(/found \d+ bytes, expected \d+ as when the run was planned/);
    }
  });
});
