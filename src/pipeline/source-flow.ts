/**
 * How much of each source there was on its way to the mixture: as it was read, and behind its filters. What deduplication left is phase `size`'s result.
 * From ledgers, but for sources that something is decided of as a whole: of these the columns are summed. Memory: one block of columns.
 */
import { columnOf } from '../core/document-batch.js';
import { addAmount, noAmount, type Amount } from '../core/ledger.js';
import type { CurateResult } from './phases/curate.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';
import { Survivors } from './survivors.js';

export interface SourceFlow {
  /** Records found, and their text. */
  readonly read: Readonly<Amount>;
  /** Behind the last stage, decisions by the whole source included. */
  readonly filtered: Readonly<Amount>;
}

/** By source. Once `curate` and `decide` have ended; shards that failed count for nothing. */
export function sourceFlow(run: Run): Record<string, SourceFlow> {
  const survivors = new Survivors(run);
  const deciding = decidingSources(run.plan);
  const flow = Object.fromEntries(Object.keys(run.plan.recipe.sources).map((source) => [source, { read: noAmount(), filtered: noAmount() }]));
  try {
    for (const [rank, { source }] of run.plan.shards.entries()) {
      const stages = run.completion<CurateResult>('curate', rank)?.result.ledger.stages ?? [];
      const { read, filtered } = flow[source]!; // shards are of sources
      if (stages.length === 0) continue;
      addAmount(read, stages[0]!.in); // one at least
      if (deciding.includes(source)) addDecided(survivors, rank, filtered);
      else addAmount(filtered, stages.at(-1)!.out);
    }
  } finally {
    survivors.close();
  }
  return flow;
}

function addDecided(survivors: Survivors, rank: number, to: Amount): void {
  const isKept = survivors.decisions(rank);
  if (survivors.firstRows[rank] === survivors.firstRows[rank + 1]) return;
  for (const block of survivors.keptFile(rank).blocks({ columns: ['bytes', 'tokens'] })) {
    const bytes = columnOf(block, 'bytes', 'uint32').values;
    const tokens = columnOf(block, 'tokens', 'uint32').values;
    for (let i = 0; i < block.length; i++) {
      if (isKept(survivors.firstRows[rank]! + block.firstRow + i)) addAmount(to, { documents: 1, bytes: bytes[i]!, tokens: tokens[i]! });
    }
  }
}
