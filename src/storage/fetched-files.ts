/**
 * What a folder says of the files that were fetched into it: `.fetched.jsonl`, a line each, appended when a file is whole under its name. So the next time a
 * file is known to be whole by its size alone, without asking the server. Losing lines costs a look at the file's end, nothing else.
 */
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { makeFolder } from '../formats/make-folder.js';
import { asOutputError, errorCode } from '../formats/output-error.js';

const NAME = '.fetched.jsonl';
const line = z.object({ path: z.string(), bytes: z.int().min(0) });

export class FetchedFiles {
  readonly folder: string;
  readonly #bytes = new Map<string, number>();

  /** Reads what an earlier process wrote; a line that it did not finish is as if it were not there. Memory: 200 bytes a file. Throws OutputError. */
  constructor(folder: string) {
    this.folder = folder;
    const lines = this.#read().split('\n');
    for (const text of lines) {
      const parsed = parse(text);
      if (parsed !== undefined) this.#bytes.set(parsed.path, parsed.bytes);
    }
    if (lines.at(-1) !== '') this.#rewrite(); // an unfinished line would be joined with the next
  }

  /** The file as it is expected, and as it is: undefined where there is none. `path` is relative to the folder. */
  look(path: string): { readonly expected: number | undefined; readonly found: number | undefined } {
    return { expected: this.#bytes.get(path), found: sizeOf(join(this.folder, path)) };
  }

  /** The file is whole. Throws OutputError. */
  add(path: string, bytes: number): void {
    this.#bytes.set(path, bytes);
    try {
      makeFolder(this.folder);
      appendFileSync(join(this.folder, NAME), lineOf(path, bytes));
    } catch (error) {
      throw asOutputError(error, join(this.folder, NAME), 0);
    }
  }

  #read(): string {
    try {
      return readFileSync(join(this.folder, NAME), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return '';
      throw asOutputError(error, join(this.folder, NAME), 0);
    }
  }

  #rewrite(): void {
    writeFileAtomic(join(this.folder, NAME), [...this.#bytes].map(([path, bytes]) => lineOf(path, bytes)).join(''));
  }
}

const lineOf = (path: string, bytes: number): string => `${JSON.stringify({ path, bytes })}\n`;

function parse(text: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() === true ? status.size : undefined;
}
