import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnOf, documentText, utf8At, utf8Column, type Column, type DocumentBatch } from '#src/core/document-batch.js';
import type { Fault, Shard, Source } from '#src/core/stage.js';
import { someDocuments } from '#src/stages/sources/some-documents.js';

const shard: Shard = { source: 's', name: 'a', files: [] };
const FAULT: Fault = { reason: 'empty-text', offset: 0, inner: 0, bytes: 1, lost: true, detail: 'found none' };

/** Documents numbered from `first`, with a column of every kind. */
function batchOf(first: number, length: number): DocumentBatch {
  const numbers = Array.from({ length }, (_, i) => first + i);
  const text = utf8Column(numbers.map((n) => `t${n}`.repeat(n % 4 + 1)));
  const columns = new Map<string, Column>([
    ['id', utf8Column(numbers.map((n) => 'x'.repeat(n % 3) + n))],
    ['f32', { kind: 'float32', values: Float32Array.from(numbers) }],
    ['f64', { kind: 'float64', values: Float64Array.from(numbers) }],
    ['u32', { kind: 'uint32', values: Uint32Array.from(numbers) }],
    ['hash', { kind: 'hash64', values: Uint32Array.from(numbers.flatMap((n) => [n, n + 1])) }],
    ['bytes', { kind: 'bytes', width: 3, values: Uint8Array.from(numbers.flatMap((n) => [n, n + 1, n + 2])) }],
  ]);
  return { length, text: text.bytes, offsets: text.offsets, columns };
}

/** A source that yields batches of these sizes, a fault behind each, and counts the batches asked for. */
function sourceOf(sizes: readonly number[]): { readonly source: Source; readonly asked: () => number; readonly closed: () => boolean } {
  let asked = 0;
  let closed = false;
  const source: Source = {
    kind: 'source', name: 'numbers', reasons: ['empty-text'],
    async *read() {
      try {
        let first = 0;
        for (const size of sizes) {
          asked++;
          yield { kind: 'documents', batch: batchOf(first, size) };
          first += size;
          yield { kind: 'faults', faults: [FAULT] };
        }
      } finally {
        closed = true;
      }
    },
    readAt: () => Promise.resolve(new Uint8Array(1)),
  };
  return { source, asked: () => asked, closed: () => closed };
}

/** Every document as what all its columns say. */
async function rowsOf(source: Source): Promise<{ rows: unknown[][]; faults: number }> {
  const rows: unknown[][] = [];
  let faults = 0;
  for await (const item of source.read(shard)) {
    if (item.kind === 'faults') {
      faults += item.faults.length;
      continue;
    }
    const { batch } = item;
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.offsets[0]).toBe(0);
    for (let row = 0; row < batch.length; row++) {
      rows.push([
        documentText(batch, row), utf8At(columnOf(batch, 'id', 'utf8'), row), columnOf(batch, 'f32', 'float32').values[row], columnOf(batch, 'f64', 'float64').values[row],
        columnOf(batch, 'u32', 'uint32').values[row], [...columnOf(batch, 'hash', 'hash64').values.subarray(2 * row, 2 * row + 2)],
        [...columnOf(batch, 'bytes', 'bytes').values.subarray(3 * row, 3 * row + 3)],
      ]);
    }
  }
  return { rows, faults };
}

describe('some documents of a source', () => {
  test('are the same whatever the batches, with every column', async () => {
    const all = (await rowsOf(sourceOf([60]).source)).rows;
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), fc.nat(40), fc.integer({ min: 1, max: 40 }), async (sizes, skip, limit) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const expected = all.slice(0, total).slice(skip, skip + limit);
      expect((await rowsOf(someDocuments(sourceOf(sizes).source, { skip, limit }))).rows).toEqual(expected);
      expect((await rowsOf(someDocuments(sourceOf(sizes).source, { skip }))).rows).toEqual(all.slice(skip, total));
      expect((await rowsOf(someDocuments(sourceOf(sizes).source, { limit }))).rows).toEqual(all.slice(0, Math.min(total, limit)));
    }), { numRuns: 100, seed: 5 });
  });

  test.each([
    ['one less than a batch', { limit: 4 }, 4, 1], ['a batch', { limit: 5 }, 5, 1], ['one more than a batch', { limit: 6 }, 6, 2],
    ['one less than all', { limit: 9 }, 9, 2], ['all', { limit: 10 }, 10, 2], ['one more than all', { limit: 11 }, 10, 2],
    ['behind one less than all', { skip: 9 }, 1, 2], ['behind all', { skip: 10 }, 0, 2], ['behind one more than all', { skip: 11 }, 0, 2],
    ['up to the end of the first batch', { skip: 2, limit: 3 }, 3, 1], ['over the end of the first batch', { skip: 2, limit: 4 }, 4, 2],
  ])('%s: reading stops where enough were read, and the file is left', async (_, options, documents, batches) => {
    const { source, asked, closed } = sourceOf([5, 5]);
    expect((await rowsOf(someDocuments(source, options))).rows).toHaveLength(documents);
    expect([asked(), closed()]).toEqual([batches, true]);
  });

  test('come with the faults that were met on the way', async () => {
    expect((await rowsOf(someDocuments(sourceOf([2, 2, 2]).source, { skip: 3, limit: 3 }))).faults).toBe(2);
    expect((await rowsOf(someDocuments(sourceOf([2, 2, 2]).source, { limit: 3 }))).faults).toBe(1);
  });

  test('are the source itself where nothing is left out', () => {
    const { source } = sourceOf([1]);
    expect(someDocuments(source, {})).toBe(source);
  });
});
