/**
 * Puts a set of generated files into a folder so that it is either whole or known not to be. Everything is written beside its place first;
 * then the folders are exchanged, and a marker with all names and sizes is written last.
 */
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../core/errors.js';
import { makeFolder } from '../../formats/make-folder.js';
import { asOutputError } from '../../formats/output-error.js';
import type { SampleFile } from './sample-file.js';

/** Present from before the first folder is exchanged until the set is whole. */
const UNFINISHED = '.unfinished';
const COMPLETE = '.complete';

export interface SampleSet {
  /** What the bytes depend on: a complete set made of something else is made again. */
  readonly madeOf: Readonly<Record<string, string>>;
  /** By folder, what makes its files; each name begins with the folder. */
  readonly folders: Readonly<Record<string, () => Iterable<SampleFile> | AsyncIterable<SampleFile>>>;
}

export interface SamplesOptions {
  /** Write the set again even if it is complete. */
  readonly force?: boolean | undefined;
  /** Called with a line for a person before a longer step. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface SamplesResult {
  /** false: a complete set of the same origin was there. */
  readonly written: boolean;
  readonly files: number;
  readonly documents: number;
  /** Bytes of text in all documents, uncompressed. */
  readonly bytes: number;
}

interface Marker {
  readonly madeOf: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly documents: number;
  readonly bytes: number;
}

/** Makes the set in `directory` unless it is complete there. Other files of the directory are left alone. Errors as `ensureSamples`. */
export async function ensureSet(directory: string, set: SampleSet, { force = false, log }: SamplesOptions = {}): Promise<SamplesResult> {
  const present = force ? undefined : completeSet(directory, set.madeOf);
  if (present !== undefined) return result(present, false);
  refuseForeignFolders(directory, set);
  log?.(`writing samples to ${directory} (once; from installed packages)`);
  const writing = join(directory, `.writing-${process.pid}`);
  output(directory, () => {
    makeFolder(directory);
    removeLeftovers(directory);
  });
  try {
    const marker = await writeFiles(writing, set, log);
    output(directory, () => exchange(directory, writing, set, marker));
    return result(marker, true);
  } finally {
    try {
      rmSync(writing, { recursive: true, force: true });
    } catch {
      // A disk that fails here failed above, and that error says more. What stays is removed by the next call.
    }
  }
}

function result({ files, documents, bytes }: Marker, written: boolean): SamplesResult {
  return { written, files: files.length, documents, bytes };
}

/** The marker of a complete set of this origin, every file of which is there in its size; else undefined. */
function completeSet(directory: string, madeOf: SampleSet['madeOf']): Marker | undefined {
  if (existsSync(join(directory, UNFINISHED))) return undefined;
  try {
    // Written by exchange below; a marker that was edited or cut fails to parse or to compare, and the set is made again.
    const marker = JSON.parse(readFileSync(join(directory, COMPLETE), 'utf8')) as Marker;
    const isSame = JSON.stringify(marker.madeOf) === JSON.stringify(madeOf);
    return isSame && marker.files.every(({ name, bytes }) => statSync(join(directory, name)).size === bytes) ? marker : undefined;
  } catch {
    return undefined; // no marker, no valid marker, or a file is gone
  }
}

/** Folders are replaced whole, so one that has no marker beside it may be somebody's own and is never touched. */
function refuseForeignFolders(directory: string, { folders }: SampleSet): void {
  if (existsSync(join(directory, COMPLETE)) || existsSync(join(directory, UNFINISHED))) return;
  for (const folder of Object.keys(folders)) {
    if (!existsSync(join(directory, folder))) continue;
    const found = `${join(directory, folder)}: found a folder that "sluice samples" did not write`;
    throw new ConfigError(`${found}, expected none; move it away or give another --output`);
  }
}

async function writeFiles(writing: string, { madeOf, folders }: SampleSet, log: SamplesOptions['log']): Promise<Marker> {
  const files: { name: string; bytes: number }[] = [];
  let documents = 0;
  let bytes = 0;
  let written = 0;
  for (const [folder, make] of Object.entries(folders)) {
    log?.(`  ${folder}`);
    output(writing, () => makeFolder(join(writing, folder)), written);
    for await (const file of make()) {
      const path = join(writing, file.name);
      output(path, () => {
        makeFolder(dirname(path));
        writeFileSync(path, file.data);
      }, written);
      files.push({ name: file.name, bytes: file.data.length });
      documents += file.documents;
      bytes += file.textBytes;
      written += file.data.length;
    }
  }
  return { madeOf, files, documents, bytes };
}

/** Puts the new folders in the place of the old ones. A stop at any point leaves UNFINISHED behind, and the next call starts over. */
function exchange(directory: string, writing: string, { folders }: SampleSet, marker: Marker): void {
  writeFileSync(join(directory, UNFINISHED), '');
  rmSync(join(directory, COMPLETE), { force: true });
  for (const folder of Object.keys(folders)) {
    rmSync(join(directory, folder), { recursive: true, force: true });
    renameSync(join(writing, folder), join(directory, folder));
  }
  writeFileSync(join(writing, COMPLETE), `${JSON.stringify(marker, null, 1)}\n`);
  renameSync(join(writing, COMPLETE), join(directory, COMPLETE));
  rmSync(join(directory, UNFINISHED));
}

/** Removes what a killed process was writing; another one at work keeps its own. */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const owner = /^\.writing-(\d+)$/.exec(name);
    if (owner !== null && !isRunning(Number(owner[1]))) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Runs what writes to the output folder: its failures stop the run in one form. Reading packages is outside of it. */
function output<T>(path: string, act: () => T, bytesSoFar = 0): T {
  try {
    return act();
  } catch (error) {
    throw asOutputError(error, path, bytesSoFar);
  }
}
