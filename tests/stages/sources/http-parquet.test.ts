import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentText } from '#src/core/document-batch.js';
import { UnreachableError } from '#src/core/errors.js';
import { parquetSource } from '#src/stages/sources/parquet.js';
import { quickNetwork, ScriptedServer, status } from '../../storage/scripted-server.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 2000;
const hash = (text: string): string => createHash('sha512').update(text).digest('base64');
const ids = Array.from({ length: ROWS }, (_, i) => `row-${i}`);
const texts = ids.map((id) => `The text of ${id}, ${hash(id)}`);
const wide = ids.map((id) => Array.from({ length: 12 }, (_, i) => hash(`${id} ${i}`)).join('')); // ten times what is wanted
const file = Buffer.from(parquetWriteBuffer({
  columnData: [{ name: 'id', data: ids, type: 'STRING' }, { name: 'wide', data: wide, type: 'STRING' }, { name: 'text', data: texts, type: 'STRING' }], rowGroupSize: 500,
}));

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start(file);
  quickNetwork({ tries: 3 });
});
afterEach(() => server.stop());

async function read(path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const item of parquetSource({ text: 'text' }).read({ source: 's', name: 'rows', files: [{ name: 'rows', path, bytes: file.length }] })) {
    if (item.kind === 'faults') found.push(...item.faults.map(({ detail }) => detail));
    else for (let row = 0; row < item.batch.length; row++) found.push(documentText(item.batch, row));
  }
  return found;
}

describe('Parquet behind HTTP', () => {
  it('is read by parts: the columns asked for alone, through cuts and failures, as from a disk', async () => {
    const path = join(folder, 'rows.parquet');
    writeFileSync(path, file);
    let served = 0;
    server.script = (number, { method, headers }) => {
      if (number % 4 === 2) return status(503);
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
      if (method === 'GET') served += first === undefined ? file.length : Math.min(file.length, last === '' ? Infinity : Number(last) + 1) - Number(first);
      return number % 5 === 3 ? { cutAfter: 10_000 } : undefined;
    };
    expect(await read(`${server.origin}/rows.parquet`)).toEqual(texts);
    expect(await read(path)).toEqual(texts);
    expect(served).toBeLessThan(file.length / 3);
    expect(server.asked.filter(({ method }) => method === 'GET').every(({ headers }) => headers.range !== undefined)).toBe(true);
  });

  it('that cannot be reached in the middle fails its shard, and is no damage', async () => {
    server.script = (number) => (number < 4 ? undefined : status(503));
    await expect(read(`${server.origin}/rows.parquet`)).rejects.toBeInstanceOf(UnreachableError);
    server.script = (number) => (number < 9 ? undefined : { etag: '"two"' });
    await expect(read(`${server.origin}/rows.parquet`)).rejects.toThrow(/changed while it was read/);
  });
});
