/** How the documents of a run are divided into the parts of its index: by shards, so that a part is written by one task and depends on few others. */
import type { Plan } from './plan.js';

/** Shards of one source, by rank, that one part holds. */
export interface IndexPart {
  readonly source: string;
  readonly shards: readonly number[];
}

/** Small shards share a part until they have so many stored bytes: thousands of files of some KB cost more to open than to read. */
const PART_BYTES = 64 << 20;

/** In the order of the plan. Sources under `against` have none: their documents are not of this run. */
export function indexParts({ shards, recipe: { dedup } }: Plan): readonly IndexPart[] {
  const parts: { source: string; shards: number[] }[] = [];
  let bytes = 0;
  shards.forEach(({ source, files }, rank) => {
    if (dedup?.against.includes(source) === true) return;
    const stored = files.reduce((sum, file) => sum + file.bytes, 0);
    const last = parts.at(-1);
    if (last?.source !== source || bytes + stored > PART_BYTES) {
      parts.push({ source, shards: [rank] });
      bytes = stored;
    } else {
      last.shards.push(rank);
      bytes += stored;
    }
  });
  return parts;
}
