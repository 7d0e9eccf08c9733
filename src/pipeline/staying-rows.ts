/** Which documents of a shard deduplication leaves to the corpus: what later phases count and cut are these alone. */
import { columnOf } from '../core/document-batch.js';
import { openColumnFile } from '../formats/column-reader.js';
import type { Run } from './run.js';
import { isOnlyCompared } from './staying-documents.js';
import type { Survivors } from './survivors.js';
import { tasksOf } from './tasks.js';

/** Whether a row of the shard stays: kept by decisions over its source, not removed, and not only there to be compared with. Memory: two bits a document. */
export function stayingRows(run: Run, survivors: Survivors, shard: number): (row: number) => boolean {
  if (isOnlyCompared(run, shard)) return () => false;
  const isKept = survivors.decisions(shard);
  if (tasksOf(run.plan, 'remove') === 0) return isKept;
  const first = survivors.firstRows[shard]!;
  const removed = new Uint8Array(Math.ceil((survivors.firstRows[shard + 1]! - first) / 8));
  const file = openColumnFile(run.outputPath(run.completed('remove', shard), 'removals'));
  try {
    for (const block of file.blocks({ columns: ['row'] })) {
      for (const row of columnOf(block, 'row', 'uint32').values) removed[(row - first) >> 3]! |= 1 << ((row - first) & 7);
    }
  } finally {
    file.close();
  }
  return (row) => isKept(row) && ((removed[(row - first) >> 3]! >> ((row - first) & 7)) & 1) === 0;
}
