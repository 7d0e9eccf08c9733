/** Documents of a finished run: their decision records, and their text, from the input they came from. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, ShardError } from '../core/errors.js';
import { readParquetRows, type ParquetRecord } from '../formats/parquet-reader.js';
import type { Plan } from '../pipeline/plan.js';
import { sourceOf } from '../pipeline/source-of.js';

/**
 * All records of an id: more than one where the input names two documents alike. Memory: one row group. Errors: ConfigError where the run has no
 * decisions, or none of this id.
 */
export async function findDecisions(directory: string, id: string): Promise<readonly ParquetRecord[]> {
  const found = await searchDecisions(directory, id);
  if (found.length === 0) throw new ConfigError(`${id}: no decision record in ${join(directory, 'decisions')} has this id`);
  return found;
}

/** The same; none where no record has this id. */
export async function searchDecisions(directory: string, id: string): Promise<readonly ParquetRecord[]> {
  const folder = join(directory, 'decisions');
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.parquet')).sort();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${folder}: cannot be read: ${message}; run the recipe to its end first`, { cause: error });
  }
  const found: ParquetRecord[] = [];
  for (const name of names) {
    for await (const rows of readParquetRows(join(folder, name), { equals: { column: 'id', value: id } })) found.push(...rows);
  }
  return found;
}

/** The document's text as its source reads it, before any stage. Errors: ShardError where the input has changed or gone, or the record has no text. */
export async function readDecidedText(plan: Plan, decision: ParquetRecord): Promise<Uint8Array> {
  const shard = plan.shards.find(({ source, name }) => source === decision['source'] && name === decision['shard']);
  if (shard === undefined) throw new ShardError(`${String(decision['shard'])}: not among the shards of the plan, which is of another run`);
  const source = sourceOf(plan.recipe.sources[shard.source]!.read); // shards are made from sources
  return source.readAt(shard, Number(decision['offset']), Number(decision['inner']));
}
