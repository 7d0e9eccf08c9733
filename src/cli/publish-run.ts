/** Publishes what a run left in its folder, where the run is to do so; and looks at the place beforehand, so that wrong addresses and credentials end a run before it reads. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ConfigError, OutputError, RefusedError, ShardError } from '../core/errors.js';
import type { Plan } from '../pipeline/plan.js';
import { openDestination } from '../storage/destination.js';
import { MANIFEST_NAME, publish, unpublished } from '../storage/publish.js';
import { PublishJournal } from '../storage/publish-journal.js';
import { expectOwnManifest, readList } from '../storage/published-list.js';
import { RESULT_FILES, RESULT_FOLDERS } from './run-folder.js';

export const journalPath = (directory: string): string => join(directory, 'work', 'published.jsonl');

/** Throws ConfigError where the place cannot be asked, holds something else than a run's output, or the input. */
export async function expectDestination({ publishTo, shards }: Plan, signal?: AbortSignal): Promise<void> {
  if (publishTo === undefined) return;
  const input = shards.flatMap(({ files }) => files).find(({ path }) => RESULT_FOLDERS.some((folder) => path.startsWith(`${publishTo}/${folder}/`)));
  if (input !== undefined) throw new ConfigError(`${input.name}: found an input in ${publishTo}, which the run replaces: expected another place for the output`);
  const destination = openDestination(publishTo);
  try {
    await readList(destination, signal);
    await expectOwnManifest(destination, signal);
  } catch (error) {
    if (error instanceof ShardError) throw new ConfigError(`${publishTo}: cannot be published to: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Throws OutputError where it cannot be finished; the same command goes on then. */
export async function publishRun({ publishTo, directory }: Plan, log: (line: string) => void, signal?: AbortSignal): Promise<void> {
  if (publishTo === undefined) return;
  let left = 0;
  try {
    const { sent, sentBytes, removed } = await publish({
      destination: openDestination(publishTo), folder: directory, paths: outputFiles(directory), journal: PublishJournal.open(journalPath(directory)), signal,
      events: {
        started: (files, bytes) => {
          left = files;
          log(`publish  to ${publishTo}: ${files} files, ${megabytes(bytes)}`);
        },
        sent: (file, bytes) => log(`publish  ${file}, ${megabytes(bytes)}, ${--left} left`),
        note: (text) => log(`publish  ${text}`),
      },
    });
    log(sent === 0 ? `publish  ${publishTo} has all files already` : `publish  done: ${sent} files sent (${megabytes(sentBytes)}), ${removed} removed`);
  } catch (error) {
    if (signal?.aborted === true || error instanceof RefusedError) throw error;
    if (!(error instanceof ShardError || error instanceof OutputError)) throw error;
    throw new OutputError(`${error.message}\nthe corpus is whole in ${directory}, but not at ${publishTo}: run the same command again to go on`, { cause: error });
  }
}

/** What is not published yet of a whole run; undefined where nothing is to be, or the run is not whole. */
export async function unpublishedFiles({ publishTo, directory }: Plan): Promise<readonly string[] | undefined> {
  if (publishTo === undefined || !existsSync(join(directory, MANIFEST_NAME))) return undefined;
  return unpublished({ to: openDestination(publishTo).name, folder: directory, paths: outputFiles(directory), journal: PublishJournal.read(journalPath(directory)) });
}

/** All files of the result, as their names are below the run's folder, in order. */
function outputFiles(directory: string): string[] {
  const inFolders = RESULT_FOLDERS.filter((folder) => existsSync(join(directory, folder))).flatMap((folder) => readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/')));
  return [...inFolders, ...RESULT_FILES.filter((name) => existsSync(join(directory, name)))].sort();
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
