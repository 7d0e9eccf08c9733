/**
 * Turns the addresses of a recipe or a command line into files, in order of name: each place lists its own (local-files.ts; others beside it). Files are
 * looked at, none is opened.
 */
import { listHttpFiles } from './http-list.js';
import { listLocalFiles, localFile } from './local-files.js';
import { addressesOfList, isPathList } from './path-list.js';
import { placeOf } from './place.js';
import { listS3Files } from './s3-list.js';

export interface ListedFile {
  /** As matched, '/' between parts: relative to the root when the pattern is. */
  readonly name: string;
  /** What `openInput` takes. */
  readonly path: string;
  /** As stored; 0 where the file could not be looked at. */
  readonly bytes: number;
  /** Differs when the file was written again: by name, size and time of change on disks, by what the place offers elsewhere. */
  readonly identity: string;
}

/** The files that the addresses and lists of them name, each once, by name in order of code units; relative ones are under `root`, a local folder. */
export async function listFiles(given: readonly string[], root: string): Promise<ListedFile[]> {
  const addresses = given.flatMap((address) => (isPathList(address) ? addressesOfList(address, root) : [address]));
  const listed: ListedFile[] = [];
  const urls: string[] = [];
  for (const address of addresses) {
    const place = placeOf(address);
    switch (place.kind) {
      case 'local':
        listed.push(...(place.literal ? [localFile(place.path, root)] : listLocalFiles([place.path], root)));
        break;
      case 'http':
        urls.push(place.url); // together: each takes a moment
        break;
      case 's3':
        listed.push(...await listS3Files(place));
    }
  }
  const byName = new Map([...listed, ...await listHttpFiles(urls)].map((file) => [file.name, file]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)); // names differ
}
