/**
 * The documents of the indexes that a run compared with: `sluice why` looks here for the kept document that decision records name and the run itself has
 * not. Memory: the ids of one block (8 MiB), and the texts found.
 */
import { utf8Bytes } from '../core/document-batch.js';
import { openColumnFile } from '../formats/column-reader.js';
import { unpackSurvivorRecord } from '../formats/survivor-record.js';
import { TextReader } from '../formats/text-file.js';
import { indexSources } from '../pipeline/index-checks.js';
import type { Plan, PlannedShard } from '../pipeline/plan.js';

export interface IndexedDocument {
  readonly id: string;
  /** As the recipe calls the index. */
  readonly source: string;
  /** The part of the index. */
  readonly shard: string;
  /** After the stages that the earlier run had; absent where the index has no texts. */
  readonly text?: Uint8Array;
}

/** All documents of this id in a source, in the order of the plan; none where it is no index. Throws ShardError where the index has gone or is damaged. */
export function findIndexed({ recipe, shards }: Plan, source: string, id: string): IndexedDocument[] {
  const wanted = Buffer.from(id);
  return (indexSources(recipe).includes(source) ? shards.filter((shard) => shard.source === source) : []).flatMap((shard) => documentsOf(shard, wanted));
}

function documentsOf({ source, name, files: [columns, texts] }: PlannedShard, wanted: Buffer): IndexedDocument[] {
  const file = openColumnFile(columns!.path); // a shard has a file
  const found: IndexedDocument[] = [];
  try {
    for (const { firstRow, length, columns: values } of file.blocks({ columns: ['id'] })) {
      const ids = values.get('id');
      if (ids?.kind !== 'utf8') throw new Error(`${name}: column "id" is no text`);
      for (let row = 0; row < length; row++) {
        if (!wanted.equals(utf8Bytes(ids, row))) continue;
        const at = firstRow + row;
        const text = texts === undefined ? undefined : textAt(texts.path, file.numberAt(at, 'recordAt'), file.numberAt(at, 'recordBytes'));
        found.push({ id: wanted.toString(), source, shard: name, ...(text === undefined ? {} : { text }) });
      }
    }
  } finally {
    file.close();
  }
  return found;
}

function textAt(path: string, at: number, bytes: number): Uint8Array {
  const reader = new TextReader(path);
  try {
    return unpackSurvivorRecord(reader.read(at, bytes)).text.slice();
  } finally {
    reader.close();
  }
}
