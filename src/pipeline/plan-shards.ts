/**
 * From the files of a source to its shards, the unit of work, retry and resumption: a file each, but for text files, which are small and many.
 */
import { createHash } from 'node:crypto';
import type { ShardFile } from '../core/stage.js';
import type { PlannedShard } from './plan.js';

export interface IdentifiedFile extends ShardFile {
  /** Changes when the file does. */
  readonly identity: string;
}

/** Small text files share a shard: a task per file of some KB would cost more than its work. */
const TEXT_SHARD_BYTES = 4 << 20;
const TEXT_SHARD_FILES = 4096;

/** The shards of files that are sorted by name, in that order. */
export function shardsOfFiles(source: string, format: string, files: readonly IdentifiedFile[]): PlannedShard[] {
  const groups = format === 'text' ? groupTextFiles(files) : format === 'index' ? groupIndexFiles(files) : files.map((file) => [file]);
  return groups.map((group) => shardOf(source, group));
}

function shardOf(source: string, files: readonly IdentifiedFile[]): PlannedShard {
  const hash = (texts: readonly string[]): string => createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
  return {
    source,
    name: files[0]!.name, // groups are never empty
    files: files.map(({ name, path, bytes }) => ({ name, path, bytes })),
    key: `${source}-${hash(files.map(({ name }) => name))}`,
    identity: hash(files.map(({ identity }) => identity)),
  };
}

/** The columns and the texts of a part of an index: names that differ in their ending alone. */
function groupIndexFiles(files: readonly IdentifiedFile[]): IdentifiedFile[][] {
  const groups = new Map<string, IdentifiedFile[]>();
  for (const file of files) {
    const part = file.name.replace(/\.[a-z]+$/, '');
    groups.set(part, [...(groups.get(part) ?? []), file]);
  }
  return [...groups.values()];
}

function groupTextFiles(files: readonly IdentifiedFile[]): IdentifiedFile[][] {
  const groups: IdentifiedFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const group = groups.at(-1);
    if (group === undefined || bytes + file.bytes > TEXT_SHARD_BYTES || group.length >= TEXT_SHARD_FILES) {
      groups.push([file]);
      bytes = file.bytes;
    } else {
      group.push(file);
      bytes += file.bytes;
    }
  }
  return groups;
}
