/**
 * A file that is on its way: `NAME.part`, its bytes so far from the first, and `NAME.part.json`, which version of the file (ETag, length) they are of. The version
 * is written before the first byte, and the bytes are removed before it, so that at any end of the process there are no bytes whose version is another.
 */
import { readFileSync } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { makeFolder } from '../formats/make-folder.js';
import { asOutputError } from '../formats/output-error.js';
import { removeFile } from '../formats/temporary-file.js';
import { rangeValidator, type FileVersion } from './http-version.js';

const versionSchema = z.object({ size: z.int().min(0), etag: z.string().optional(), lastModified: z.string().optional() });

const partPath = (path: string): string => `${path}.part`;
const statePath = (path: string): string => `${path}.part.json`;

/** Removes what was fetched so far: the next time begins anew. */
export function dropPart(path: string): void {
  removeFile(partPath(path));
  removeFile(statePath(path));
}

/** Removes what said of which version a part was, when the part has got its own name. */
export const dropPartState = (path: string): void => removeFile(statePath(path));

/** All methods throw OutputError where the disk is full or gone. */
export class PartFile {
  readonly part: string;
  readonly #path: string;
  #file: FileHandle | undefined;
  #version: FileVersion | undefined;
  #held = 0;

  /** Of the file `path`. */
  constructor(path: string) {
    this.#path = path;
    this.part = partPath(path);
  }

  /** Bytes so far. */
  get held(): number {
    return this.#held;
  }

  /** Undefined before the first byte. */
  get version(): FileVersion | undefined {
    return this.#version;
  }

  /** Goes on with what an earlier process left, where it says what it is and the server can be asked for the rest. */
  async takeOver(): Promise<void> {
    const version = readVersion(statePath(this.#path));
    const bytes = await stat(this.part).then(({ size }) => size, () => 0);
    if (version === undefined || bytes === 0 || bytes > version.size || rangeValidator(version) === undefined) return;
    this.#file = await this.#guard(() => open(this.part, 'r+'));
    this.#version = version;
    this.#held = bytes;
  }

  /** Begins anew, with this version. */
  async begin(version: FileVersion): Promise<void> {
    await this.forget();
    await this.#guard(async () => makeFolder(dirname(this.#path)));
    writeFileAtomic(statePath(this.#path), JSON.stringify(version));
    this.#file = await this.#guard(() => open(this.part, 'w'));
    this.#version = version;
  }

  /** There are no bytes, and nothing is known of them. */
  async forget(): Promise<void> {
    await this.close();
    dropPart(this.#path);
    this.#version = undefined;
    this.#held = 0;
  }

  /** Appends, after `takeOver` or `begin`. */
  async write(block: Uint8Array): Promise<void> {
    await this.#guard(async () => {
      for (let at = 0; at < block.length;) at += (await this.#file!.write(block, at, block.length - at, this.#held + at)).bytesWritten; // it is open then
    });
    this.#held += block.length;
  }

  /** Waits until the device has everything. */
  async sync(): Promise<void> {
    await this.#guard(async () => this.#file?.sync());
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #guard<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw asOutputError(error, this.part, this.#held);
    }
  }
}

/** Undefined where there is none that can be understood. */
function readVersion(path: string): FileVersion | undefined {
  try {
    return versionSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
