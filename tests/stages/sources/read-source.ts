/** Reads a whole file through a source and reads every document again by its place. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { columnOf, documentText, utf8At } from '#src/core/document-batch.js';
import type { Fault, Shard, Source } from '#src/core/stage.js';

export interface ReadDocument {
  readonly id: string;
  readonly url: string;
  readonly offset: number;
  readonly inner: number;
  readonly text: string;
  readonly metadata?: string;
}

export interface ReadFile {
  readonly documents: readonly ReadDocument[];
  readonly faults: readonly Fault[];
  /** Of the faults, and texts of the documents: for short comparisons. */
  readonly reasons: readonly string[];
  readonly texts: readonly string[];
}

export function shardOf(folder: string, name: string, bytes: Uint8Array): Shard {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return { source: 'data', name, files: [{ name, path, bytes: bytes.length }] };
}

/** Fails where a place does not lead back to its document, or a fault has a reason that the source does not declare. `again`: documents of which that is asked at most. */
export async function readShard(source: Source, shard: Shard, again = 50): Promise<ReadFile> {
  const documents: ReadDocument[] = [];
  const faults: Fault[] = [];
  for await (const item of source.read(shard)) {
    if (item.kind === 'faults') {
      faults.push(...item.faults);
      continue;
    }
    const { batch } = item;
    const metadata = batch.columns.get('metadata');
    for (let row = 0; row < batch.length; row++) {
      const text = documentText(batch, row);
      const [offset, inner] = [columnOf(batch, 'offset', 'float64').values[row]!, columnOf(batch, 'inner', 'float64').values[row]!];
      documents.push({
        id: utf8At(columnOf(batch, 'id', 'utf8'), row), url: utf8At(columnOf(batch, 'url', 'utf8'), row), offset, inner, text,
        ...(metadata === undefined ? {} : { metadata: utf8At(columnOf(batch, 'metadata', 'utf8'), row) }),
      });
    }
  }
  for (const { offset, inner, text } of documents.slice(0, again)) {
    expect(Buffer.from(await source.readAt(shard, offset, inner)).toString().replace(/^\ufeff/, '')).toBe(text);
  }
  for (const { reason } of faults) expect(source.reasons).toContain(reason);
  return { documents, faults, reasons: faults.map(({ reason }) => reason), texts: documents.map(({ text }) => text) };
}
