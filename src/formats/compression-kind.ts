/**
 * How a file is compressed, told by what its first window holds and never by its name; also where its beginning is damaged. A file that is not compressed may
 * well hold what is: a tar archive its files, a WARC file pages as they were sent.
 */
import { Buffer } from 'node:buffer';
import { ShardError } from '../core/errors.js';
import type { BlockInput } from './block-input.js';
import { type Trial, findMemberStart, tryMember } from './gzip-trial.js';
import { isTar } from './tar-header.js';
import { inflateFrame } from './zstd-engine.js';
import { findFrame, isZstd, lookAtFrame } from './zstd-frame.js';
import { loadZstd } from './zstd-module.js';

/** Inflated bytes held at a time; members that would exceed it are streamed. */
export const MAX_RUN_BYTES = 16 * 1024 * 1024;
/** Places in a window that are looked at as members. */
export const MAX_LATER_TRIALS = 64;
/** So much does not inflate by chance. */
const PROOF_BYTES = 4096;

/**
 * Looks at the window up to `to`. `mark`: how records of the format begin. Where it stands before what inflates, and that does not begin so itself, the file is not
 * compressed. ShardError for a WARC file that needs a Zstandard dictionary.
 */
export async function compressionOf(input: BlockInput, to: number, mark: Uint8Array | undefined): Promise<'gzip' | 'zstd' | 'none'> {
  const { bytes, start, end } = input;
  if (mark !== undefined) refuseDictionary(input);
  if (isZstd(bytes, start, end)) return 'zstd';
  if (isTar(bytes, start, end)) return 'none';
  if ((bytes[start] === 0x1f && bytes[start + 1] === 0x8b) || hasMember(input, to, mark)) return 'gzip';
  return await hasFrame(input, to, mark) ? 'zstd' : 'none';
}

/**
 * Whether a gzip member is found, where the beginning itself is damaged: a whole one, or one that goes on and has inflated to
 * much. Some bytes of magic in a plain file are no member: taken for one, they would cost the whole file.
 */
function hasMember(input: BlockInput, to: number, mark: Uint8Array | undefined): boolean {
  const { bytes, start } = input;
  for (let at = findMemberStart(bytes, start, to), trials = 0; at >= 0 && trials < MAX_LATER_TRIALS; at = findMemberStart(bytes, at + 1, to), trials++) {
    const trial = tryMember(bytes, at, to, MAX_RUN_BYTES);
    const inflates = trial.kind === 'whole' || trial.kind === 'large' || (trial.kind === 'open' && trial.bytes.length >= PROOF_BYTES);
    if (inflates && (beginsWith(trial, mark) || !isMarked(input, at, mark))) return true;
  }
  return false;
}

/** As above, for Zstandard: a frame that is whole in the window and inflates. No text in UTF-8 has the four bytes that one begins with, so this costs a search. */
async function hasFrame(input: BlockInput, to: number, mark: Uint8Array | undefined): Promise<boolean> {
  const { bytes, start } = input;
  for (let at = findFrame(bytes, start, to), trials = 0; at >= 0 && trials < MAX_LATER_TRIALS; at = findFrame(bytes, at + 1, to), trials++) {
    const look = lookAtFrame(bytes, at, to);
    if (look.kind !== 'whole') continue;
    if (isMarked(input, at, mark)) return false;
    await loadZstd();
    const inflated = inflateFrame(bytes.subarray(at, look.end), look.header, MAX_RUN_BYTES);
    if (inflated === 'large' || inflated instanceof Uint8Array) return true;
  }
  return false;
}

/** The frame that IIPC's specification of .warc.zst puts in front of frames that need the dictionary in it. */
const DICTIONARY_MAGIC = [0x5d, 0x2a, 0x4d, 0x18];

function refuseDictionary({ bytes, start, position }: BlockInput): void {
  if (DICTIONARY_MAGIC.some((byte, i) => bytes[start + i] !== byte)) return;
  throw new ShardError(`found a Zstandard dictionary at byte ${position}, as .warc.zst files of web archives have, which is not read: `
    + 'expected frames without one, or gzip');
}

/** Whether a member is of records, not content of one. */
function beginsWith(trial: Trial, mark: Uint8Array | undefined): boolean {
  return mark !== undefined && 'bytes' in trial && mark.every((byte, i) => trial.bytes[i] === byte);
}

/** Whether a record begins before a place that looks compressed. */
function isMarked({ bytes, start }: BlockInput, before: number, mark: Uint8Array | undefined): boolean {
  return mark !== undefined && Buffer.from(bytes.buffer, bytes.byteOffset + start, before - start).includes(Buffer.from(mark));
}
