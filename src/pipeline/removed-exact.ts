/** The exact duplicates that phase `exact` removed, of all partitions together. Memory: 8 bytes each, twice while they are sorted. */
import type { ExactDuplicates } from '../dedup/exact.js';
import { ExternalSort } from '../formats/external-sort.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { tasksOf } from './tasks.js';
import type { Run } from './run.js';

export function readRemovedExact(run: Run): ExactDuplicates {
  const files = Array.from({ length: tasksOf(run.plan, 'exact') }, (_, rank) => run.completed('exact', rank).outputs['removed']!); // every exact task writes it
  const pairs = files.reduce((sum, { bytes }) => sum + bytes / 8, 0);
  const rows = new Uint32Array(pairs);
  const keptRows = new Uint32Array(pairs);
  const sort = new ExternalSort({ words: 2, keyWords: 1, memoryBytes: Math.max(1 << 16, 32 * pairs), folder: run.path('work', 'shuffle') });
  try {
    for (const { path, bytes } of files) {
      const file = new PositionedFile(run.path(path));
      try {
        sort.addAll(new Uint32Array(file.read(0, bytes).buffer));
      } finally {
        file.close();
      }
    }
    let at = 0;
    for (const chunk of sort.sorted()) {
      for (let i = 0; i < chunk.length; i += 2, at++) {
        rows[at] = chunk[i]!;
        keptRows[at] = chunk[i + 1]!;
      }
    }
  } finally {
    sort.dispose();
  }
  return { rows, keptRows };
}
