/**
 * A file being written front to back through one buffer, synchronously. It knows nothing of names or renaming (atomic-file.ts does); what it
 * adds to node:fs is that short writes are completed and that a full or lost device becomes an OutputError.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';
import { asOutputError, errorCode } from './output-error.js';
import { removeFile, temporaryPath } from './temporary-file.js';

export const OUTPUT_BUFFER_BYTES = 1 << 20;

export class OutputFile {
  readonly path: string;
  /** The name that errors speak of: the file this one is going to be. */
  readonly #target: string;
  #descriptor: number | undefined;
  readonly #buffer: Uint8Array;
  #used = 0;
  #written = 0;
  readonly #onBytes: ((bytes: Uint8Array) => void) | undefined;

  private constructor(path: string, target: string, descriptor: number, bufferBytes: number, onBytes?: (bytes: Uint8Array) => void) {
    this.path = path;
    this.#target = target;
    this.#descriptor = descriptor;
    this.#buffer = new Uint8Array(bufferBytes);
    this.#onBytes = onBytes;
  }

  /**
   * Creates a temporary file beside `target`, and the folder it stands in. `onBytes` sees everything in order, in large pieces, before it is
   * written: for checksums. Memory: `bufferBytes`.
   */
  static createTemporary(target: string, bufferBytes = OUTPUT_BUFFER_BYTES, onBytes?: (bytes: Uint8Array) => void): OutputFile {
    try {
      makeFolder(dirname(target));
    } catch (error) {
      throw asOutputError(error, target, 0);
    }
    for (;;) {
      const path = temporaryPath(target);
      try {
        return new OutputFile(path, target, openSync(path, 'wx'), bufferBytes, onBytes);
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw asOutputError(error, target, 0); // a dead attempt of another machine or container had the name: take the next
      }
    }
  }

  /** Bytes given to `write` so far. */
  get bytes(): number {
    return this.#written + this.#used;
  }

  /** Copies `bytes` into the buffer, or writes them through when they are larger. */
  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > this.#buffer.length) this.flush();
    if (bytes.length >= this.#buffer.length) {
      this.#writeThrough(bytes);
    } else {
      this.#buffer.set(bytes, this.#used);
      this.#used += bytes.length;
    }
  }

  /** Hands the buffer to the operating system. */
  flush(): void {
    if (this.#used === 0) return;
    const full = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    this.#writeThrough(full);
  }

  /** Flushes and waits until the device has everything. */
  sync(): void {
    this.flush();
    this.#guard((descriptor) => fsyncSync(descriptor));
  }

  /** Flushes nothing; a second call does nothing. Some file systems report a full disk only here. */
  close(): void {
    if (this.#descriptor === undefined) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      closeSync(descriptor);
    } catch (error) {
      throw asOutputError(error, this.#target, this.#written);
    }
  }

  /** Closes and deletes the file, whatever state it is in. */
  discard(): void {
    try {
      this.close();
    } finally {
      removeFile(this.path);
    }
  }

  #writeThrough(bytes: Uint8Array): void {
    this.#onBytes?.(bytes);
    this.#guard((descriptor) => {
      for (let at = 0; at < bytes.length;) {
        const wrote = writeSync(descriptor, bytes, at, bytes.length - at);
        at += wrote;
        this.#written += wrote;
      }
    });
  }

  #guard(act: (descriptor: number) => void): void {
    if (this.#descriptor === undefined) throw new Error(`${this.path}: written after it was closed`);
    try {
      act(this.#descriptor);
    } catch (error) {
      throw asOutputError(error, this.#target, this.#written);
    }
  }
}
