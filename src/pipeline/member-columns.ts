/**
 * What the keep policy looks at, fetched for the rows of clusters alone, each value from its place: rows of a cluster lie scattered over all shards, and
 * reading the blocks around them would read the whole corpus for every partition.
 */
import type { Column } from '../core/document-batch.js';
import type { KeepRule, MemberColumns } from '../dedup/keep-policy.js';
import { Utf8ColumnBuilder } from '../formats/utf8-column-builder.js';
import type { Survivors } from './survivors.js';

/** Bytes of ids and dates that are held at once: a row more may pass it. */
const MOST_TEXT_BYTES = 16 << 20;

/**
 * The columns of ascending `rows`, or of so many of the first as take 16 MiB of ids and dates: the result's `rows` say which. Columns that no rule looks at are
 * left empty. Memory: those 16 MiB, one longer id, and 40 bytes a row.
 */
export function memberColumns(survivors: Survivors, sourceOfShard: Uint16Array, policy: readonly KeepRule[], rows: Uint32Array): MemberColumns {
  const quality = new Float32Array(rows.length).fill(NaN);
  const bytes = new Float64Array(rows.length);
  const source = new Uint16Array(rows.length);
  const id = new Utf8ColumnBuilder();
  const date = new Utf8ColumnBuilder();
  const asked = new Set(policy);
  let count = 0;
  for (; count < rows.length && id.bytes + date.bytes <= MOST_TEXT_BYTES; count++) {
    const { file, at, shard } = survivors.keptAt(rows[count]!);
    source[count] = sourceOfShard[shard]!;
    if (asked.has('quality')) quality[count] = file.numberInPlace(at, 'quality');
    if (asked.has('longest')) bytes[count] = file.numberInPlace(at, 'bytes');
    if (asked.has('newest')) date.push(file.utf8InPlace(at, 'date'));
    id.push(file.utf8InPlace(at, 'id'));
  }
  return { rows: rows.subarray(0, count), source, quality, bytes, id: id.take(), date: asked.has('newest') ? date.take() : noText(count) };
}

const noText = (rows: number): Extract<Column, { kind: 'utf8' }> => ({ kind: 'utf8', bytes: new Uint8Array(0), offsets: new Uint32Array(rows + 1) });
