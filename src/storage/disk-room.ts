/** The room on a disk, shared by files that are written to it at once: what they still will write is not free. */
import { statfs } from 'node:fs/promises';
import { OutputError } from '../core/errors.js';
import { makeFolder } from '../formats/make-folder.js';

/** What stays free: a file system that is filled to its end serves nobody. */
const LEFT_BYTES = 64 << 20;

export class DiskRoom {
  readonly #folder: string;
  /** Bytes still to be written, by file. */
  readonly #open = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws OutputError where so many bytes more would not fit. */
  async take(path: string, bytes: number): Promise<void> {
    this.#open.set(path, bytes);
    const free = await freeBytes(this.#folder);
    const wanted = [...this.#open.values()].reduce((sum, one) => sum + one, 0) + LEFT_BYTES;
    if (free === undefined || wanted <= free) return;
    const files = `${this.#open.size} file${this.#open.size === 1 ? '' : 's'} under way`;
    throw new OutputError(`${this.#folder}: found ${free} bytes free on its disk, expected ${wanted} for ${files}; free space or choose another folder, and run again`);
  }

  wrote(path: string, bytes: number): void {
    const open = this.#open.get(path);
    if (open !== undefined) this.#open.set(path, Math.max(0, open - bytes));
  }

  leave(path: string): void {
    this.#open.delete(path);
  }
}

/** Bytes that this user may still write on the folder's disk; undefined where that cannot be found out. Makes the folder. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    makeFolder(folder);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
