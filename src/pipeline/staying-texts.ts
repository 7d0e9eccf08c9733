/**
 * The texts of a shard's staying documents in batches for kernels, read from their records as they lie. Memory: two batches (1 MiB each, or one longer
 * document), and what staying-documents.ts states.
 */
import type { DocumentBatch } from '../core/document-batch.js';
import { unpackSurvivorRecord } from '../formats/survivor-record.js';
import { TextReader } from '../formats/text-file.js';
import { changedBy, type ChangingPhase } from './changed-texts.js';
import type { Run } from './run.js';
import { isOnlyCompared, noDocument, stayingDocuments } from './staying-documents.js';
import type { Survivors } from './survivors.js';
import { TextBatch } from './text-batch.js';

export interface StayingTexts {
  readonly batch: DocumentBatch;
  /** Rows of the job, one a document of the batch. */
  readonly rows: Uint32Array;
}

/** All of them by row. `end`: as they are before that phase. */
export function* stayingTexts(run: Run, survivors: Survivors, rank: number, end?: ChangingPhase): Generator<StayingTexts> {
  if (isOnlyCompared(run, rank) || run.completion('curate', rank) === undefined) return; // a shard that failed is listed as such at the end
  const changed = changedBy(run.plan, end);
  const curated = new TextReader(run.outputPath(run.completed('curate', rank), 'text'));
  const cut = changed === undefined ? curated : new TextReader(run.outputPath(run.completed(changed, rank), 'text'));
  const texts = new TextBatch();
  let rows: number[] = [];
  const take = (): StayingTexts => {
    const taken = { batch: texts.take(), rows: Uint32Array.from(rows) };
    rows = [];
    return taken;
  };
  try {
    for (const { row, recordAt, recordBytes, isCut } of stayingDocuments(run, survivors, rank, noDocument(), end)) {
      texts.add(unpackSurvivorRecord((isCut ? cut : curated).read(recordAt, recordBytes)).text.slice());
      rows.push(row);
      if (texts.isFull) yield take();
    }
    if (texts.length > 0) yield take();
  } finally {
    curated.close();
    if (cut !== curated) cut.close();
  }
}
