/**
 * The documents of a shard that filters, decisions and deduplication left, as columns, with where their records are. Memory: one block of columns, and two
 * bits a document.
 */
import { columnOf } from '../core/document-batch.js';
import { changedBy, ChangedTexts, type ChangingPhase } from './changed-texts.js';
import type { Run } from './run.js';
import { ShardRemovals } from './shard-removals.js';
import type { Survivors } from './survivors.js';

export interface StayingDocument {
  row: number;
  /** Its key. */
  low: number;
  high: number;
  /** Of the text that is left. */
  bytes: number;
  /** Estimated, as in the ledger. */
  tokens: number;
  /** Its record, in the `text` of `curate`, or where it is cut, of the last phase that changes texts (changed-texts.ts). */
  recordAt: number;
  recordBytes: number;
  isCut: boolean;
}

/** To be filled. */
export const noDocument = (): StayingDocument => ({ row: 0, low: 0, high: 0, bytes: 0, tokens: 0, recordAt: 0, recordBytes: 0, isCut: false });

/** Whether a shard is only there to be compared with: nothing of it stays, and one of an index has no texts. */
export const isOnlyCompared = ({ plan: { recipe, shards } }: Run, rank: number): boolean => recipe.dedup?.against.includes(shards[rank]!.source) === true; // a rank of the plan

/** All of them by row, but those without text. `document` is filled again and again: it is valid until the next. `end`: as they are before that phase. */
export function* stayingDocuments<Document extends StayingDocument>(run: Run, survivors: Survivors, rank: number, document: Document, end?: ChangingPhase): Generator<Document> {
  const first = survivors.firstRows[rank]!;
  if (isOnlyCompared(run, rank) || first === survivors.firstRows[rank + 1]) return;
  const isKept = survivors.decisions(rank);
  const removals = new ShardRemovals(run, rank);
  const changes = new ChangedTexts(run, rank, changedBy(run.plan, end));
  try {
    for (const block of survivors.keptFile(rank).blocks({ columns: ['key', 'bytes', 'tokens', 'recordAt', 'recordBytes'] })) {
      const key = columnOf(block, 'key', 'hash64').values;
      const bytes = columnOf(block, 'bytes', 'uint32').values;
      const tokens = columnOf(block, 'tokens', 'uint32').values;
      const recordAt = columnOf(block, 'recordAt', 'float64').values;
      const recordBytes = columnOf(block, 'recordBytes', 'uint32').values;
      for (let i = 0; i < block.length; i++) {
        const row = first + block.firstRow + i;
        if (removals.has(row) || !isKept(row)) continue;
        const change = changes.at(row);
        if (change?.bytes === 0) continue;
        document.row = row;
        document.low = key[2 * i]!;
        document.high = key[2 * i + 1]!;
        document.bytes = change?.bytes ?? bytes[i]!;
        document.tokens = change?.tokens ?? tokens[i]!;
        document.recordAt = change?.recordAt ?? recordAt[i]!;
        document.recordBytes = change?.recordBytes ?? recordBytes[i]!;
        document.isCut = change !== undefined;
        yield document;
      }
    }
    removals.expectAllFound();
    changes.expectAllFound();
  } finally {
    removals.close();
    changes.close();
  }
}
