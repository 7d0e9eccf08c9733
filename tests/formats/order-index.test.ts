/** The index of an order: what was put in comes out, by our reader and by one that knows nothing but the layout at the head of order-index.ts. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, ShardError } from '#src/core/errors.js';
import { orderHead, PLACE_BYTES } from '#src/formats/order-index.js';
import { readOrder, readOrderHead, type OrderedDocument } from '#src/formats/order-index-reader.js';
import { indexFile, PlaceWriter, writeOrderHead, writeOrderIds } from '#src/formats/order-index-writer.js';
import { stringTable } from '#src/formats/string-table.js';
import { PythonOracle } from '../python-oracle.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-order-'));
const oracle = new PythonOracle();
afterAll(() => {
  rmSync(root, { recursive: true });
  oracle.remove();
});
const DIGEST = 'd'.repeat(64);
const SOURCES = ['web', 'wiki'];
const DOCUMENTS = 500;

/** Documents that fill three files in turns of different length. */
const EXPECTED: readonly OrderedDocument[] = (() => {
  const lines = [0, 0, 0];
  return Array.from({ length: DOCUMENTS }, (_, position): OrderedDocument => {
    const file = (position * position + (position >> 3)) % 3;
    return { position, id: `id ${position % 200} \u00e9\u{1f600}`, source: SOURCES[file % 2]!, copy: Math.floor(position / 200), file: `corpus/part-${file}.jsonl`, line: lines[file]!++ };
  });
})();

function writeIndex(name: string): string {
  const directory = join(root, name);
  const places = new PlaceWriter(directory);
  const ids: Uint8Array[][] = [[], [], []];
  for (const { id, source, copy, file, line } of EXPECTED) {
    const number = Number(/part-(\d)/.exec(file)![1]);
    places.add({ file: number, line, source: SOURCES.indexOf(source), copy });
    ids[number]!.push(new TextEncoder().encode(id));
  }
  const { bytes, sha256 } = indexFile(directory, places.commit());
  const files = ids.map((strings, file) => ({ path: `corpus/part-${file}.jsonl`, documents: strings.length, ids: writeOrderIds(directory, file, stringTable(strings)).bytes }));
  writeOrderHead(directory, { recipe: { name: 'small', fingerprint: DIGEST }, digest: DIGEST, documents: DOCUMENTS, sources: SOURCES, placesFile: { bytes, sha256 } }, files);
  writeFileSync(join(directory, 'manifest.json'), '{}');
  return directory;
}

let whole: string;
beforeAll(() => { whole = writeIndex('whole'); });
const at = (directory: string, first: number, count: number): OrderedDocument[] => readOrder(directory, readOrderHead(directory), first, count);

describe('an index of an order', () => {
  test('gives back every document where it was put, from anywhere', () => {
    expect(at(whole, 0, DOCUMENTS)).toEqual(EXPECTED);
    for (const [first, count] of [[0, 1], [499, 1], [123, 77], [500, 0]] as const) expect(at(whole, first, count)).toEqual(EXPECTED.slice(first, first + count));
    expect(() => at(whole, 499, 2)).toThrow(RangeError);
  });

  test('is the same bytes when it is written again, and its fingerprint changes with any place, file, source or line of the corpus', () => {
    const head = readOrderHead(whole);
    expect(readOrderHead(writeIndex('again'))).toEqual(head);
    const { format: _, version: __, fingerprint, check: ___, ...parts } = head;
    const other = { bytes: 1, sha256: 'e'.repeat(64) };
    for (const changed of [{ digest: other.sha256 }, { documents: 501 }, { sources: ['wiki', 'web'] }, { placesFile: other }, { filesFile: other }]) expect(orderHead({ ...parts, ...changed }).fingerprint).not.toBe(fingerprint);
    expect(orderHead({ ...parts, recipe: { name: 'other', fingerprint: 'e'.repeat(64) } }).fingerprint).toBe(fingerprint); // the same documents at the same places
  });

  test('is read by a program that knows the layout alone', () => {
    const directory = join(whole, 'order');
    const [places, files] = [readFileSync(join(directory, 'places.bin')), readFileSync(join(directory, 'files.bin'))];
    const head = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { documents: number; sources: string[] };
    const string = (table: Buffer, number: number): string => {
      const begin = Number(table.readBigUInt64LE(16 * number));
      const bytes = table.subarray(begin, begin + table.readUInt32LE(16 * number + 8));
      expect(crc32(bytes)).toBe(table.readUInt32LE(16 * number + 12));
      return bytes.toString('utf8');
    };
    const found = Array.from({ length: head.documents }, (_, position) => {
      const record = places.subarray(16 * position, 16 * position + 16);
      const [file, line] = [record.readUInt32LE(0), record.readUInt32LE(4)];
      return {
        position, id: string(readFileSync(join(directory, `ids-0000${file}.bin`)), line), source: head.sources[record.readUInt16LE(8)], copy: record.readUInt16LE(10),
        file: (JSON.parse(string(files, file)) as { path: string }).path, line,
      };
    });
    expect(found).toEqual(EXPECTED);
    expect(places).toHaveLength(16 * DOCUMENTS);
  });

  test('is read by Python\'s struct', async (context) => {
    const missing = await oracle.find();
    if (missing !== undefined) return context.skip(missing);
    const program = `
import json, struct, sys, zlib
folder = json.load(open(sys.argv[1])) + '/order/'
load = lambda name: open(folder + name, 'rb').read()
def string(table, number):
    begin, length, crc = struct.unpack_from('<QII', table, 16 * number)
    assert zlib.crc32(table[begin:begin + length]) == crc
    return table[begin:begin + length].decode('utf-8')
head, places, files = json.loads(load('index.json')), load('places.bin'), load('files.bin')
assert head['format'] == 'sluice-order' and head['version'] == 1
found = []
for position in range(head['documents']):
    file, line, source, copy, crc = struct.unpack_from('<IIHHI', places, 16 * position)
    assert zlib.crc32(places[16 * position:16 * position + 12] + struct.pack('<Q', position)) == crc
    found.append({'position': position, 'id': string(load('ids-%05d.bin' % file), line), 'source': head['sources'][source], 'copy': copy, 'file': json.loads(string(files, file))['path'], 'line': line})
print(json.dumps(found))`;
    expect(await oracle.ask(program, whole)).toEqual(EXPECTED);
  });

  test('is not read through to find a batch: one in the middle of four billion documents is', () => {
    const directory = join(root, 'large');
    mkdirSync(join(directory, 'order'), { recursive: true });
    const [documents, position] = [2 ** 32 + 5, 2 ** 32 - 1];
    const places = openSync(join(directory, 'order', 'places.bin'), 'w'); // 64 GiB, of which 32 bytes are written
    for (const line of [0, 1]) {
      const record = Buffer.alloc(24);
      record.writeUInt32LE(line, 4);
      record.writeBigUInt64LE(BigInt(position + line), 12);
      record.writeUInt32LE(crc32(record.subarray(0, 20)), 12);
      writeSync(places, record, 0, 16, 16 * (position + line));
    }
    closeSync(places);
    truncateSync(join(directory, 'order', 'places.bin'), documents * PLACE_BYTES);
    const ids = writeOrderIds(directory, 0, stringTable(['a', 'b'].map((id) => new TextEncoder().encode(id))));
    writeOrderHead(directory, { recipe: { name: 'large', fingerprint: DIGEST }, digest: DIGEST, documents, sources: SOURCES, placesFile: { bytes: documents * PLACE_BYTES, sha256: DIGEST } }, [{ path: 'corpus/a', documents: 2, ids: ids.bytes }]);
    writeFileSync(join(directory, 'manifest.json'), '{}');
    expect(at(directory, position, 2)).toEqual(['a', 'b'].map((id, line) => ({ position: position + line, id, source: 'web', copy: 0, file: 'corpus/a', line })));
    expect(() => at(directory, position + 2, 1)).toThrow(/position 4294967297: CRC-32 is/);
  });

  test('takes no numbers that its records cannot hold', () => {
    const places = new PlaceWriter(join(root, 'wide'));
    for (const wide of [{ file: 2 ** 32 }, { line: 2 ** 32 }, { source: 2 ** 16 }, { copy: 2 ** 16 }]) expect(() => places.add({ file: 0, line: 0, source: 0, copy: 0, ...wide })).toThrow(RangeError);
    places.abort();
    expect(existsSync(join(root, 'wide', 'order', 'places.bin'))).toBe(false);
  });
});

describe('a folder', () => {
  let copies = 0;
  const copy = (): string => {
    const directory = join(root, `copy-${copies++}`);
    cpSync(whole, directory, { recursive: true });
    return directory;
  };
  const edit = (name: string, change: (bytes: Buffer) => void): string => {
    const directory = copy();
    const bytes = readFileSync(join(directory, 'order', name));
    change(bytes);
    writeFileSync(join(directory, 'order', name), bytes);
    return directory;
  };

  test.each([
    ['without a manifest', 'manifest.json', ConfigError, /holds no whole run \(manifest\.json is not there\)/],
    ['without an index', 'order/index.json', ConfigError, /index\.json: found no such file, expected the index that a run writes/],
    ['without places', 'order/places.bin', ShardError, /places\.bin: cannot be opened/],
    ['without the ids of a file', 'order/ids-00001.bin', ShardError, /ids-00001\.bin: cannot be opened/],
  ] as const)('%s is refused', (_, name, kind, message) => {
    const directory = copy();
    rmSync(join(directory, name));
    expect(() => at(directory, 0, 100)).toThrow(kind);
    expect(() => at(directory, 0, 100)).toThrow(message);
  });

  test.each(['places.bin', 'files.bin', 'ids-00000.bin'])('with a truncated %s is refused by its size', (name) => {
    const directory = edit(name, () => undefined);
    const size = readFileSync(join(directory, 'order', name)).length;
    truncateSync(join(directory, 'order', name), size - 1);
    expect(() => at(directory, 0, 100)).toThrow(`${name}: has ${size - 1} bytes, expected ${size}; the index is damaged or truncated`);
  });

  test('with any changed byte of what a batch reads is refused', () => {
    const tables = new Map(['places.bin', 'files.bin', 'ids-00000.bin', 'index.json'].map((name) => [name, readFileSync(join(whole, 'order', name)).length]));
    for (const [name, bytes] of tables) {
      for (let i = 0; i < 15; i++) {
        const place = Math.floor((bytes * (i + 0.5)) / 15);
        const directory = edit(name, (content) => { content[place]! ^= 0x21; });
        expect(() => at(directory, 0, DOCUMENTS), `${name}, byte ${place}`).toThrow(ShardError);
        rmSync(directory, { recursive: true });
      }
    }
  });

  test('with two records of places exchanged is refused, though each is whole', () => {
    const directory = edit('places.bin', (bytes) => { bytes.set(Buffer.concat([bytes.subarray(16, 32), bytes.subarray(0, 16)])); });
    expect(() => at(directory, 0, 2)).toThrow(/places\.bin: position 0: CRC-32 is/);
    expect(at(directory, 2, 3)).toEqual(EXPECTED.slice(2, 5));
  });

  test('of another version of the format is told apart from a damaged one', () => {
    const directory = copy();
    const path = join(directory, 'order', 'index.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 1', '"version": 2'));
    expect(() => readOrderHead(directory)).toThrow('index.json: found version 2, expected 1');
  });
});
