/** Input files on local disks. */
import { Buffer } from 'node:buffer';
import { constants } from 'node:fs';
import { access, open, stat, type FileHandle } from 'node:fs/promises';
import { ShardError } from '../core/errors.js';
import type { InputFile } from './input-file.js';

const BLOCK_BYTES = 1024 * 1024;

/** Opens a local file. Throws ShardError where it is missing, not a regular file, or not readable. */
export async function openLocal(path: string): Promise<InputFile> {
  let handle: FileHandle | undefined;
  try {
    await expectFile(path, stat(path)); // before opening: opening a pipe would wait for its writer
    handle = await open(path, constants.O_RDONLY);
    const { size } = await expectFile(path, handle.stat());
    return new LocalFile(path, size, handle);
  } catch (error) {
    await handle?.close();
    throw openError(path, error);
  }
}

class LocalFile implements InputFile {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(name: string, size: number, handle: FileHandle) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  async *blocks(start = 0, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
    let position = start;
    let next = this.#readSome(position);
    try {
      while (position < this.size) { // what is written behind it meanwhile is no part of the file that was opened
        const block = await next;
        signal?.throwIfAborted();
        if (block.length === 0) throw new ShardError(`${this.name}: found its end at byte ${position}, expected ${this.size} bytes as when it was opened: it was cut while it was read`);
        position += block.length;
        next = this.#readSome(position); // the disk works while the consumer does
        yield block;
      }
    } finally {
      await next.catch(() => undefined); // a reading nobody waits for must not be left behind
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - position)));
    let filled = 0;
    while (filled < bytes.length) {
      const got = await this.#readInto(bytes.subarray(filled), position + filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #readSome(position: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, Math.max(0, this.size - position))); // only what was read is shown
    return bytes.length === 0 ? bytes : bytes.subarray(0, await this.#readInto(bytes, position));
  }

  async #readInto(bytes: Uint8Array, position: number): Promise<number> {
    try {
      return (await this.#handle.read(bytes, 0, bytes.length, position)).bytesRead;
    } catch (error) {
      throw new ShardError(`${this.name}: reading at byte ${position}: ${messageOf(error)}, expected ${bytes.length} bytes`, { cause: error });
    }
  }
}

async function expectFile<S extends { isFile(): boolean; isDirectory(): boolean }>(path: string, stats: Promise<S>): Promise<S> {
  const found = await stats;
  if (found.isFile()) return found;
  if (found.isDirectory()) await access(path, constants.R_OK | constants.X_OK); // a glob walks folders: the one it could not walk is listed itself
  throw new ShardError(`${path}: found ${found.isDirectory() ? 'a directory' : 'a device, pipe or socket'}, expected a file`);
}

function openError(path: string, error: unknown): ShardError {
  if (error instanceof ShardError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new ShardError(`${path}: found no such file, expected one to read`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM') return new ShardError(`${path}: found no permission to read it, expected a readable file`, { cause: error });
  return new ShardError(`${path}: cannot be opened: ${messageOf(error)}, expected a readable file`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
