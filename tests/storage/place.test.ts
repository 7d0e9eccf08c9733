import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listFiles } from '#src/storage/list-files.js';
import { fileNameOf, placeOf } from '#src/storage/place.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-place-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('an address', () => {
  it.each([
    ['data/*.jsonl', { kind: 'local', path: 'data/*.jsonl', literal: false }], ['path:a*b', { kind: 'local', path: 'a*b', literal: true }],
    ['path:http://x', { kind: 'local', path: 'http://x', literal: true }], ['HTTPS://example.org/a', { kind: 'http', url: 'HTTPS://example.org/a' }],
    ['http:/a', { kind: 'local', path: 'http:/a', literal: false }],
  ])('%s is told by its form', (address, place) => {
    expect(placeOf(address)).toEqual(place);
  });

  it('behind path: is the name of one file, whatever characters it has', async () => {
    for (const name of ['a*b?.txt', 'a1b2.txt', '{x,y}.txt', 'path:z']) writeFileSync(join(folder, name), name);
    for (const name of ['a*b?.txt', '{x,y}.txt', 'path:z']) expect(await listFiles([`path:${name}`], folder)).toMatchObject([{ name, path: join(folder, name), bytes: name.length }]);
    expect(await listFiles([`path:${folder}/a*b?.txt`], '/')).toMatchObject([{ name: `${folder}/a*b?.txt`, bytes: 8 }]);
    expect((await listFiles(['a*b?.txt'], folder)).map(({ name }) => name)).toEqual(['a*b?.txt', 'a1b2.txt']);
    expect(await listFiles(['path:gone*'], folder)).toMatchObject([{ name: 'gone*', bytes: 0 }]);
  });

  it('of a URL has its format in front of the query', () => {
    expect(fileNameOf('https://example.org/x.parquet?download=true#y')).toBe('https://example.org/x.parquet');
    expect(fileNameOf('odd?name.txt')).toBe('odd?name.txt');
  });
});
