/**
 * Files that appear whole or not at all: written under a temporary name in the same folder, fsynced, renamed, and the folder fsynced, so that
 * neither a kill nor a power cut leaves a half-written file under its real name. Every output of every task goes through here.
 */
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { createHash, type Hash } from 'node:crypto';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { asOutputError, errorCode } from './output-error.js';
import { PositionedFile } from './positioned-file.js';
import { OUTPUT_BUFFER_BYTES, OutputFile } from './output-file.js';
import { removeFile } from './temporary-file.js';

/** What a completion says about a file. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** CRC-32 (as in gzip) of all bytes, 8 hexadecimal digits. */
  readonly crc32: string;
  /** 64 hexadecimal digits; there when it was asked for at creation. */
  readonly sha256?: string;
}

export interface AtomicFileOptions {
  /** Also compute SHA-256 (about 1.5 ms a MB more). */
  readonly sha256?: boolean;
}

export class AtomicFile {
  readonly path: string;
  readonly #file: OutputFile;
  #crc = 0;
  readonly #sha256: Hash | undefined;
  #done = false;

  private constructor(path: string, options: AtomicFileOptions) {
    this.path = path;
    this.#sha256 = options.sha256 === true ? createHash('sha256') : undefined;
    this.#file = OutputFile.createTemporary(path, undefined, (bytes) => {
      this.#crc = crc32(bytes, this.#crc);
      this.#sha256?.update(bytes);
    });
  }

  /** Opens the temporary file, making its folder where it is missing. Memory: a buffer of 1 MiB. Throws OutputError, as all methods do. */
  static create(path: string, options: AtomicFileOptions = {}): AtomicFile {
    return new AtomicFile(path, options);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Appends; the bytes are copied or written before it returns. After an error the temporary file is gone and the file cannot be used. */
  write(bytes: Uint8Array): void {
    this.#expectOpen();
    try {
      this.#file.write(bytes);
    } catch (error) {
      this.#discardAfterError();
      throw error;
    }
  }

  /** Makes the file appear under its name, replacing one that is there. */
  commit(): WrittenFile {
    if (this.#done) throw new Error(`${this.path}: committed after it was committed or aborted`);
    try {
      this.#file.sync();
      this.#file.close();
      rename(this.#file.path, this.path, this.bytes);
    } catch (error) {
      this.#discardAfterError();
      throw error;
    }
    this.#done = true;
    syncFolder(dirname(this.path), this.path);
    const written = { path: this.path, bytes: this.bytes, crc32: this.#crc.toString(16).padStart(8, '0') };
    return this.#sha256 === undefined ? written : { ...written, sha256: this.#sha256.digest('hex') };
  }

  /** Deletes the temporary file. Does nothing after a commit, so it may stand in a `finally`. */
  abort(): void {
    if (this.#done) return;
    this.#done = true;
    this.#file.discard();
  }

  #expectOpen(): void {
    if (this.#done) throw new Error(`${this.path}: written after it was committed or aborted`);
  }

  /** The first error is the one that counts; removeLeftovers finds what stays. */
  #discardAfterError(): void {
    this.#done = true;
    try {
      this.#file.discard();
    } catch {
      removeQuietly(this.#file.path);
    }
  }
}

function rename(from: string, to: string, bytes: number): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw asOutputError(error, to, bytes);
  }
}

/** Writes a small file whole or not at all. A string is written as UTF-8. */
export function writeFileAtomic(path: string, content: Uint8Array | string, options: AtomicFileOptions = {}): WrittenFile {
  const file = AtomicFile.create(path, options);
  try {
    file.write(typeof content === 'string' ? new TextEncoder().encode(content) : content);
    return file.commit();
  } finally {
    file.abort();
  }
}

/** The completion's words for a file that another program wrote. Memory: 1 MiB. */
export function checksumFile(path: string): WrittenFile {
  const file = new PositionedFile(path);
  try {
    let crc = 0;
    for (let at = 0; at < file.bytes; at += OUTPUT_BUFFER_BYTES) crc = crc32(file.read(at, Math.min(OUTPUT_BUFFER_BYTES, file.bytes - at)), crc);
    return { path, bytes: file.bytes, crc32: crc.toString(16).padStart(8, '0') };
  } finally {
    file.close();
  }
}

/** File systems that cannot sync a folder say so by one of these, and their renames are as durable as they get. */
const NO_FOLDER_SYNC: readonly (string | undefined)[] = ['EINVAL', 'EISDIR', 'EPERM', 'EACCES', 'ENOTSUP', 'EBADF'];

/** Waits until the names in a folder are on the device; `path` is the file that an OutputError speaks of. */
export function syncFolder(folder: string, path: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(errorCode(error))) throw asOutputError(error, path, 0);
  }
}

function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    return;
  }
}
