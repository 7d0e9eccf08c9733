/**
 * Publishes an index for deduplication (layout: dedup-index.ts) of parts that a run has written and vouches for. index.json goes first and comes back
 * last, so a kill in between leaves no index, and the next attempt the same bytes. Parts are linked, not copied, where the file system can do it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { syncFolder, writeFileAtomic, type WrittenFile } from './atomic-file.js';
import { INDEX_FORMAT, INDEX_PART_NAME, INDEX_VERSION, MOST_PARTS, indexPartPath, indexPath, indexSchema, type DedupIndex } from './dedup-index.js';
import { readJsonFile } from './json-file.js';
import { makeFolder } from './make-folder.js';
import { asOutputError, errorCode } from './output-error.js';
import { placeFile } from './place-file.js';
import { removeFile, removeLeftovers } from './temporary-file.js';

/** A part where the run has it; its files stay there too. */
export interface WrittenIndexPart {
  readonly source: string;
  readonly documents: number;
  readonly columns: WrittenFile;
  readonly text?: WrittenFile;
}

/**
 * Before a run begins: ConfigError where `directory` holds anything but an index (or a part of one) that this recipe wrote, since publishing replaces
 * what is there. A folder that is not there is fine.
 */
export function expectIndexFolder(directory: string, fingerprint: string): void {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new ConfigError(`${directory}: cannot be written to as an index: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const foreign = names.map((name) => name.replace(/\.\d+-\d+-\d+\.tmp$/, '')).find((name) => name !== 'index.json' && !INDEX_PART_NAME.test(name));
  if (foreign !== undefined) throw new ConfigError(`${directory}: found ${foreign}, which is of no index, expected an empty folder`);
  if (!names.includes('index.json')) return;
  const found = indexSchema.safeParse(readJsonFile(indexPath(directory)));
  if (found.success && found.data.made.fingerprint === fingerprint) return;
  const whose = found.success ? `an index that another recipe wrote (${found.data.made.recipe})` : 'a damaged index';
  throw new ConfigError(`${directory}: found ${whose}, expected an empty folder; remove it to write another`);
}

/** Makes the index appear in `directory`, in place of what was there. Throws OutputError. Memory: 1 MiB for parts that cannot be linked. */
export function publishDedupIndex(directory: string, head: Pick<DedupIndex, 'made' | 'parameters'>, parts: readonly WrittenIndexPart[]): DedupIndex {
  if (parts.length > MOST_PARTS) {
    throw new ConfigError(`${directory}: found ${parts.length} parts, expected at most ${MOST_PARTS} in one index: split the sources`);
  }
  const path = indexPath(directory);
  const index: DedupIndex = {
    format: INDEX_FORMAT, version: INDEX_VERSION, made: head.made, parameters: head.parameters,
    documents: parts.reduce((sum, { documents }) => sum + documents, 0),
    parts: parts.map(({ source, documents, columns, text }) => (
      { source, documents, columns: sums(columns), ...(text === undefined ? {} : { text: sums(text) }) })),
  };
  try {
    makeFolder(directory);
  } catch (error) {
    throw asOutputError(error, directory, 0);
  }
  removeFile(path);
  removeLeftovers(directory);
  const named = new Set(['index.json']);
  parts.forEach(({ columns, text }, part) => {
    for (const [role, file] of [['columns', columns], ['text', text]] as const) {
      if (file === undefined) continue;
      const target = indexPartPath(directory, part, role);
      named.add(target.slice(join(directory, '/').length));
      placeFile(file, target);
    }
  });
  for (const name of readdirSync(directory)) if (!named.has(name) && INDEX_PART_NAME.test(name)) removeFile(join(directory, name));
  syncFolder(directory, path);
  writeFileAtomic(path, `${JSON.stringify(indexSchema.parse(index), null, 2)}\n`);
  return index;
}

const sums = ({ bytes, crc32 }: WrittenFile) => ({ bytes, crc32 });
