/**
 * Where input bytes come from. Readers see only this interface, so a place is added without touching a format. A place is recognised by the form of its path.
 */
import { openHttp } from './http-file.js';
import { openLocal } from './local.js';
import { placeOf } from './place.js';
import { openS3 } from './s3-file.js';

/** One open input. Several readings may run at once; each sees the same bytes. */
export interface InputFile {
  /** How it was named when it was opened: for messages. */
  readonly name: string;
  /** Bytes, when it was opened. */
  readonly size: number;
  /**
   * The bytes from `start` (default 0) to the end, in blocks of about a MiB, in order. Each block is the consumer's to keep. At most
   * one block is read ahead. Throws ShardError when reading fails, and the signal's reason when it is aborted.
   */
  blocks(start?: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** Up to `length` bytes from `position`; fewer only at the end. Throws ShardError when reading fails. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a file for reading. Throws ShardError where it is missing, not a file, or not readable. The caller closes it. */
export function openInput(path: string): Promise<InputFile> {
  const place = placeOf(path);
  switch (place.kind) {
    case 'local': return openLocal(place.path);
    case 'http': return openHttp(place.url);
    case 's3': return openS3(place);
  }
}
