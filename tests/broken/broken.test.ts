/** The corpus of broken files, each read by its reader: what is whole and not at the damage is delivered byte for byte, and what is lost is counted with its reason and place. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Source } from '#src/core/stage.js';
import { csvSource } from '#src/stages/sources/csv.js';
import { jsonlSource } from '#src/stages/sources/jsonl.js';
import { parquetSource } from '#src/stages/sources/parquet.js';
import { tarSource } from '#src/stages/sources/tar.js';
import { textSource } from '#src/stages/sources/text.js';
import { warcSource } from '#src/stages/sources/warc.js';
import { wetSource } from '#src/stages/sources/wet.js';
import { zipSource } from '#src/stages/sources/zip.js';
import { allCases } from './all-cases.js';
import type { BrokenFormat } from './case.js';
import { differences } from './read-case.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-broken-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCES: Readonly<Record<BrokenFormat, Source>> = { wet: wetSource(), warc: warcSource(), parquet: parquetSource({ text: 'text' }), jsonl: jsonlSource({ text: 'text' }), csv: csvSource({ text: 'text' }), tar: tarSource(), zip: zipSource(), text: textSource() };
const families = await allCases();

describe('a file', () => {
  it.each([...families.keys()])('%s gives what is whole in it, and tells the rest', async (family) => {
    const wrong: string[] = [];
    for (const broken of families.get(family)!) { // one of its keys
      const path = join(folder, 'file');
      writeFileSync(path, broken.bytes);
      const shard = { source: 'a', name: broken.name, files: [{ name: broken.name, path, bytes: broken.bytes.length }] };
      for (const difference of await differences(SOURCES[broken.format], shard, broken)) wrong.push(`${broken.name} (${broken.what}): ${difference}`);
    }
    expect(wrong).toEqual([]);
  });

  it('of this corpus is one of many, each with a name of its own', () => {
    const names = [...families.values()].flat().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(2000);
  });
});
