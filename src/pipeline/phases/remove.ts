/**
 * Phase `remove`, a task per shard: the removals of the shard's documents, from all clusters, in the order of rows. Output: `removals`, a column file with
 * the evidence of each: the kept document, how similar, by which method, and in which cluster. Memory: one sort, and a thousand ids.
 */
import type { Column } from '../../core/document-batch.js';
import { ColumnWriter } from '../../formats/column-writer.js';
import { Utf8ColumnBuilder } from '../../formats/utf8-column-builder.js';
import { shardRecords } from '../exchange.js';
import type { Phase, PhaseOutput, Run } from '../run.js';
import { Survivors } from '../survivors.js';
import { REMOVAL_WORDS } from './cluster.js';

export interface RemoveResult {
  readonly removed: number;
}

const ROWS_AT_ONCE = 1024;

export const remove: Phase<RemoveResult> = {
  name: 'remove',

  inputs(run, rank) {
    return { shard: rank, shards: run.plan.shards.length, curated: run.checksums('curate', ['kept']), clusters: run.checksums('cluster', ['removals']) };
  },

  execute(run, rank) {
    return Promise.resolve(writeRemovals(run, rank));
  },
};

function writeRemovals(run: Run, rank: number): PhaseOutput<RemoveResult> {
  const survivors = new Survivors(run);
  const writer = new ColumnWriter(run.workPath('remove', rank, 'removals'), [
    { name: 'row', kind: 'uint32' }, { name: 'keptRow', kind: 'uint32' }, { name: 'keptId', kind: 'utf8' }, { name: 'jaccard', kind: 'float32' },
    { name: 'exactJaccard', kind: 'float32' }, { name: 'method', kind: 'uint32' }, { name: 'cluster', kind: 'uint32' },
  ]);
  let last = -1;
  try {
    for (const records of shardRecords(run, 'cluster', 'removals', rank, { words: REMOVAL_WORDS, keyWords: 1 })) {
      for (let from = 0; from < records.length; from += ROWS_AT_ONCE * REMOVAL_WORDS) {
        const part = records.slice(from, from + ROWS_AT_ONCE * REMOVAL_WORDS);
        for (let at = 0; at < part.length; at += REMOVAL_WORDS) {
          if (part[at]! <= last) throw new Error(`row ${part[at]} was removed twice: it is in two clusters`);
          last = part[at]!;
        }
        writer.append(columnsOf(survivors, part));
      }
    }
    const removed = writer.rows;
    return { outputs: { removals: writer.commit() }, result: { removed } };
  } finally {
    writer.abort();
    survivors.close();
  }
}

/** Columns of records whose floats are taken from their bits. */
function columnsOf(survivors: Survivors, records: Uint32Array): Map<string, Column> {
  const count = records.length / REMOVAL_WORDS;
  const floats = new Float32Array(records.buffer, records.byteOffset, records.length);
  const word = (at: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => records[i * REMOVAL_WORDS + at]!);
  const float = (at: number): Float32Array => Float32Array.from({ length: count }, (_, i) => floats[i * REMOVAL_WORDS + at]!);
  const keptRows = word(1);
  return new Map<string, Column>([
    ['row', { kind: 'uint32', values: word(0) }], ['keptRow', { kind: 'uint32', values: keptRows }], ['keptId', keptIds(survivors, keptRows)],
    ['jaccard', { kind: 'float32', values: float(4) }], ['exactJaccard', { kind: 'float32', values: float(5) }],
    ['method', { kind: 'uint32', values: word(3) }], ['cluster', { kind: 'uint32', values: word(2) }],
  ]);
}

function keptIds(survivors: Survivors, rows: Uint32Array): Extract<Column, { kind: 'utf8' }> {
  const ids = new Utf8ColumnBuilder();
  for (const row of rows) {
    const { file, at } = survivors.keptAt(row);
    ids.push(file.utf8InPlace(at, 'id'));
  }
  return ids.take();
}
