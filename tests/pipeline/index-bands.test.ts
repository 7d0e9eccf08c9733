import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { BAND_RECORD_WORDS, packBandRecords, partitionOf } from '#src/dedup/partition.js';
import { PartitionedWriter } from '#src/formats/partitioned-file.js';
import { DocumentBands } from '#src/pipeline/index-bands.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-bands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const word = fc.nat(0xffff_ffff);

/** Writes records as `curate` does: only of documents with hashes, mixed with the scope, by partition. */
function write(documents: readonly (readonly number[] | undefined)[], bands: number, [low, high]: readonly [number, number], partitions: number): string {
  const path = join(folder, 'bands');
  const writer = new PartitionedWriter(path, folder, 1 << 16, { words: BAND_RECORD_WORDS, partitions });
  documents.forEach((hashes, document) => {
    if (hashes === undefined) return;
    const records = new Uint32Array(bands * BAND_RECORD_WORDS);
    packBandRecords(Uint32Array.from(hashes), 0, bands, document, records, 0);
    for (let at = 0; at < records.length; at += BAND_RECORD_WORDS) {
      records[at + 1]! ^= high;
      records[at + 2]! ^= low;
      writer.add(partitionOf(records[at + 1]!, partitions), records, at);
    }
  });
  writer.commit();
  return path;
}

describe('band hashes by document', () => {
  test('are those that were dealt out, whatever the partitions, the scope and the memory', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.tuple(word, word), fc.infiniteStream(word), fc.array(fc.boolean(), { maxLength: 400 }), (bands, partitions, scope, words, signed) => {
      const documents = signed.map((has) => (has ? Array.from({ length: 2 * bands }, () => words.next().value!) : undefined));
      const found = new DocumentBands(write(documents, bands, scope, partitions), { bands, scope, partitions, memoryBytes: 4096, folder });
      const hashes = new Uint32Array(2 * bands);
      try {
        documents.forEach((expected, document) => {
          expect([document, found.take(document, hashes, 0)]).toEqual([document, expected !== undefined]);
          if (expected !== undefined) expect([...hashes]).toEqual(expected);
        });
      } finally {
        found.dispose();
      }
    }), { numRuns: 40 });
  });

  test('are an error where a document has the records of some bands alone', () => {
    const path = write([[1, 2, 3, 4]], 2, [0, 0], 3);
    const found = new DocumentBands(path, { bands: 3, scope: [0, 0], partitions: 3, memoryBytes: 4096, folder });
    expect(() => found.take(0, new Uint32Array(6), 0)).toThrow('document 0: found records of 2 bands, expected 3 or none');
    found.dispose();
  });
});
