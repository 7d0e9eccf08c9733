/** The edges that phases `exact` and `match` found, of one level, file by file. Memory: a chunk of them; one open file. */
import type { RowPairs } from '../dedup/components.js';
import { EDGE_WORDS } from '../dedup/partition.js';
import { linkEstimate } from '../dedup/resolve.js';
import { reaches } from '../dedup/similarity.js';
import { PositionedFile } from '../formats/positioned-file.js';
import type { PhaseName, Plan } from './plan.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

const EDGES_AT_ONCE = 1 << 16;
const EDGE_BYTES = 4 * EDGE_WORDS;

/** Tasks that write edges, in their order: `[phase, rank]`. */
export function edgeTasks(plan: Plan): (readonly [phase: PhaseName, rank: number])[] {
  return (['exact', 'match'] as const).flatMap((phase) => Array.from({ length: tasksOf(plan, phase) }, (_, rank) => [phase, rank] as const));
}

/** The pairs of those tasks that are linked at a level, and in `counts.read` how many there were in all. */
export function* edgesOf(run: Run, tasks: Iterable<readonly [phase: PhaseName, rank: number]>, level: number, counts: { read: number }): Generator<RowPairs> {
  const { minhash } = run.plan.recipe.dedup!; // there are edges only with dedup
  const least = minhash === undefined ? 1 : linkEstimate(level, minhash.bands * minhash.rows);
  for (const [phase, rank] of tasks) {
    const file = new PositionedFile(run.outputPath(run.completed(phase, rank), 'edges'));
    try {
      for (let at = 0; at < file.bytes; at += EDGES_AT_ONCE * EDGE_BYTES) {
        const edges = new Uint32Array(file.read(at, Math.min(EDGES_AT_ONCE * EDGE_BYTES, file.bytes - at)).buffer);
        counts.read += edges.length / EDGE_WORDS;
        yield pairsReaching(edges, least);
      }
    } finally {
      file.close();
    }
  }
}

function pairsReaching(edges: Uint32Array, least: number): RowPairs {
  const estimates = new Float32Array(edges.buffer);
  const rowA = new Uint32Array(edges.length / EDGE_WORDS);
  const rowB = new Uint32Array(edges.length / EDGE_WORDS);
  let count = 0;
  for (let at = 0; at < edges.length; at += EDGE_WORDS) {
    if (!reaches(estimates[at + 2]!, least)) continue;
    rowA[count] = edges[at]!;
    rowB[count++] = edges[at + 1]!;
  }
  return { rowA: rowA.subarray(0, count), rowB: rowB.subarray(0, count) };
}
