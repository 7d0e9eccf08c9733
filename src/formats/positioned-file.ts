/**
 * A file opened for positioned synchronous reads, with its size checked before anything is reserved. What tasks wrote is read back through
 * this; raw shards are streamed elsewhere.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ShardError } from '../core/errors.js';

export class PositionedFile {
  readonly path: string;
  /** Size when it was opened. */
  readonly bytes: number;
  #descriptor: number | undefined;

  /** Opens `path`; ShardError when it is missing, unreadable or not a file. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#descriptor = openSync(path, 'r');
      const status = fstatSync(this.#descriptor);
      if (!status.isFile()) throw new Error('not a file');
      this.bytes = status.size;
    } catch (error) {
      this.close();
      throw new ShardError(`${path}: cannot be opened: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  /** Fills `into` from byte `position`; ShardError when the file ends before. */
  readInto(position: number, into: Uint8Array): void {
    if (this.#descriptor === undefined) throw new Error(`${this.path}: read after it was closed`);
    if (position < 0 || position + into.length > this.bytes) {
      throw new ShardError(`${this.path}: ${into.length} bytes at byte ${position}: the file has ${this.bytes} bytes; it is damaged or truncated`);
    }
    for (let at = 0; at < into.length;) {
      let got;
      try {
        got = readSync(this.#descriptor, into, at, into.length - at, position + at);
      } catch (error) {
        throw new ShardError(`${this.path}: cannot be read at byte ${position + at}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
      if (got === 0) throw new ShardError(`${this.path}: ends at byte ${position + at}, expected ${position + into.length}; it was truncated while open`);
      at += got;
    }
  }

  /** Bytes `position .. position + length`, in memory of their own. */
  read(position: number, length: number): Uint8Array {
    if (!(length >= 0 && position + length <= this.bytes)) {
      throw new ShardError(`${this.path}: ${length} bytes at byte ${position}: the file has ${this.bytes} bytes; it is damaged or truncated`);
    }
    const into = new Uint8Array(length);
    this.readInto(position, into);
    return into;
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
