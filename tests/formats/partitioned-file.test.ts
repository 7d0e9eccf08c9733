import { mkdtempSync, rmSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ShardError } from '#src/core/errors.js';
import { PartitionedWriter, readPartition } from '#src/formats/partitioned-file.js';
import { appendSurvivorRecord, unpackSurvivorRecord } from '#src/formats/survivor-record.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-partitioned-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a partitioned file', () => {
  it('gives each partition its records, sorted, whatever the memory', () => {
    const record = fc.tuple(fc.nat(4), fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 3, maxLength: 3 }));
    fc.assert(fc.property(fc.array(record, { maxLength: 200 }), fc.constantFrom(256, 4096, 1 << 20), (records, memoryBytes) => {
      const path = join(folder, 'records');
      const options = { words: 3, partitions: 5 };
      const writer = new PartitionedWriter(path, folder, memoryBytes, options);
      for (const [partition, words] of records) writer.add(partition, words);
      writer.commit();
      for (let partition = 0; partition < 5; partition++) {
        const found = [...readPartition(path, partition, options)].flatMap((chunk) => Array.from({ length: chunk.length / 3 }, (_, i) => [...chunk.subarray(3 * i, 3 * i + 3)]));
        const expected = records.filter(([of]) => of === partition).map(([, words]) => words).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
        expect(found).toEqual(expected);
      }
      expect(readdirSync(folder)).toEqual(['records']);
    }), { numRuns: 60, seed: 3 });
  });
});

describe('a survivor record', () => {
  it('comes back as it was framed', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(fc.property(bytes, bytes, bytes, bytes, bytes, bytes, fc.float(), (id, url, language, frame, metadata, text, quality) => {
      const parts: Uint8Array[] = [];
      const length = appendSurvivorRecord({ append: (part: Uint8Array) => parts.push(part.slice()) }, { id, url, language, frame, metadata, text, quality });
      const framed = Buffer.concat(parts);
      expect(framed.length).toBe(length);
      const back = unpackSurvivorRecord(framed);
      expect([back.id, back.url, back.language, back.frame, back.metadata, back.text].map((part) => [...part]))
        .toEqual([id, url, language, frame, metadata, text].map((part) => [...part]));
      expect(back.quality).toBe(quality);
    }));
  });

  it('is refused when its lengths do not fit', () => {
    expect(() => unpackSurvivorRecord(new Uint8Array(8))).toThrow(ShardError);
    expect(() => unpackSurvivorRecord(new Uint8Array(24).fill(255))).toThrow(ShardError);
  });
});
