/**
 * Whether a file that was fetched can be whole, by its own bytes. Two checks: that it ends on a gzip member, which the last megabyte shows (a crawl's members
 * are of some KB), and that every member inflates to its checksum, which takes reading all of it. Neither says that it is the file that was asked for.
 */
import { ShardError } from '../core/errors.js';
import { inflateMembers } from '../formats/gzip-members.js';
import { findMemberStart, tryMember } from '../formats/gzip-trial.js';
import { openLocal } from './local.js';

const TAIL_BYTES = 1 << 20;
/** A member in the tail that inflates to more is checked by reading the whole file. */
const MOST_INFLATED = 64 << 20;
/** Places in the tail that look like a member's start but are none, tried from the last: each costs an attempt to inflate. */
const MOST_TRIALS = 1000;

/** What is wrong with the end of a local file, in words; undefined where it ends on a member whose checksum fits. Throws ShardError where it cannot be read. */
export async function gzipEndFault(path: string): Promise<string | undefined> {
  const input = await openLocal(path);
  try {
    const magic = await input.read(0, 2);
    if (magic[0] !== 0x1f || magic[1] !== 0x8b) return 'found no gzip file';
    const tail = await input.read(Math.max(0, input.size - TAIL_BYTES), TAIL_BYTES);
    const starts: number[] = [];
    for (let at = findMemberStart(tail, 0, tail.length); at >= 0; at = findMemberStart(tail, at + 1, tail.length)) starts.push(at);
    for (const start of starts.reverse().slice(0, MOST_TRIALS)) {
      const trial = tryMember(tail, start, tail.length, MOST_INFLATED);
      if (trial.kind === 'whole') return trial.end === tail.length ? undefined : `found ${tail.length - trial.end} bytes after the last gzip member`;
    }
  } finally {
    await input.close();
  }
  return gzipFault(path); // its last member is a long one, or there is none
}

/** What is wrong with a local file, in words; undefined where every member of it inflates to its checksum. Time: that of inflating it. */
export async function gzipFault(path: string): Promise<string | undefined> {
  const input = await openLocal(path);
  try {
    for await (const item of inflateMembers(input.blocks(), { maxRatio: Number.POSITIVE_INFINITY })) {
      if (item.kind === 'fault') return `at byte ${item.fault.offset}: ${item.fault.detail}`;
      if (item.plain) return 'found no gzip file';
    }
    return input.size === 0 ? 'found an empty file' : undefined;
  } catch (error) {
    if (error instanceof ShardError) return error.message;
    throw error;
  } finally {
    await input.close();
  }
}
