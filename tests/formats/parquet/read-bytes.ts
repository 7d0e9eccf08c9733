/** Bytes as a Parquet file: what the reader makes of them. */
import type { Fault } from '#src/core/stage.js';
import type { ParquetFields } from '#src/formats/parquet/columns.js';
import { ParquetDocuments, type ParquetLimits } from '#src/formats/parquet/documents.js';

export interface ReadBytes {
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly rows: readonly number[];
  readonly metadata: readonly string[];
  readonly faults: readonly Fault[];
  /** The largest reading of the file. */
  readonly largest: number;
  /** Bytes read in all. */
  readonly read: number;
}

/** Throws ShardError where the file cannot be read at all. */
export async function readBytes(bytes: Uint8Array, fields: Partial<ParquetFields> = {}, limits: ParquetLimits = {}): Promise<ReadBytes> {
  let [largest, read] = [0, 0];
  const input = {
    name: 'made.parquet',
    size: bytes.length,
    read: (position: number, length: number): Promise<Uint8Array> => {
      if (!(position >= 0 && length >= 0 && position <= bytes.length)) throw new Error(`asked for ${length} bytes at ${position} of ${bytes.length}`);
      largest = Math.max(largest, length);
      read += length;
      return Promise.resolve(bytes.slice(position, position + length));
    },
  };
  const found = { texts: [] as string[], ids: [] as string[], rows: [] as number[], metadata: [] as string[], faults: [] as Fault[] };
  const documents = await ParquetDocuments.open(input, { text: 'text', id: 'id', url: 'url', ...fields }, limits);
  const sink = {
    add: ({ text, id, offset, metadata }: { text: Uint8Array; id: string | Uint8Array; offset: number; metadata?: Uint8Array }): void => {
      found.texts.push(Buffer.from(text).toString());
      found.ids.push(typeof id === 'string' ? id : Buffer.from(id).toString());
      found.rows.push(offset);
      found.metadata.push(Buffer.from(metadata ?? []).toString());
    },
    fault: (fault: Fault): void => { found.faults.push(fault); },
  };
  for await (const _ of documents.read(sink)) { /* the sink has it */ }
  return { ...found, largest, read };
}
