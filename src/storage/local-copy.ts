/**
 * A file under a local name, for readers that jump about in it (zip): a local one is there already, another is copied into a temporary folder first. The folder
 * is that of the system (TMPDIR); a copy takes at most 16 GiB of it, and a worker has one at a time.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShardError } from '../core/errors.js';
import { asOutputError } from '../formats/output-error.js';
import { openInput } from './input-file.js';
import { placeOf } from './place.js';

const MOST_BYTES = 16 * 2 ** 30;

export interface LocalCopy {
  readonly path: string;
  /** Of the file when it was opened. */
  readonly bytes: number;
  /** Removes what was copied. Where the system lets an open file be removed (all but Windows), do so as soon as it is open: then nothing is left of a killed process. */
  remove(): Promise<void>;
}

export interface LocalCopyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default 16 GiB. */
  readonly mostBytes?: number;
}

/** Errors: ShardError where the file cannot be read, is larger than `mostBytes`, or ends early; OutputError where the temporary folder is full; the signal's reason. */
export async function localCopy(path: string, { signal, mostBytes = MOST_BYTES }: LocalCopyOptions = {}): Promise<LocalCopy> {
  const input = await openInput(path);
  try {
    const { name, size } = input;
    if (placeOf(path).kind === 'local') return { path, bytes: size, remove: async () => undefined };
    if (size > mostBytes) throw new ShardError(`${name}: found ${size} bytes, expected at most ${mostBytes} of a file that is copied to be read: fetch it first`);
    const folder = await mkdtemp(join(tmpdir(), 'sluice-copy-'));
    const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
    try {
      const copy = join(folder, 'copy');
      const written = await write(copy, input.blocks(0, signal));
      if (written !== size) throw new ShardError(`${name}: found ${written} bytes, expected ${size} as when it was opened`);
      return { path: copy, bytes: size, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  } finally {
    await input.close();
  }
}

async function write(path: string, blocks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx');
  let written = 0;
  try {
    for await (const block of blocks) {
      for (let at = 0; at < block.length;) {
        at += (await file.write(block, at).catch((error: unknown) => {
          throw asOutputError(error, path, written);
        })).bytesWritten;
      }
      written += block.length;
    }
    return written;
  } finally {
    await file.close();
  }
}
