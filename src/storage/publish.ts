/**
 * Publishes the result of a run: every file, and last the manifest, which vouches for all others and is therefore the first to go when anything changes. Files that are
 * there already in the same bytes are left; those that the list there names and the run does not have are removed. Each step may be repeated, so a
 * run that is killed anywhere is finished by the next. One run at a time may publish to a place: nothing there can lock it.
 *
 * Memory: UPLOADS files at once, each with one request's body (s3-upload.ts), so 64 MiB for files of up to 80 GB; and the names.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '../core/errors.js';
import type { Destination, RemoteFile } from './destination.js';
import { openLocal } from './local.js';
import type { JournalEntry, PublishJournal } from './publish-journal.js';
import { LIST_NAME, listText, readList, type PublishedFile } from './published-list.js';
import type { UploadSource } from './s3-upload.js';

const UPLOADS = 4;
export const MANIFEST_NAME = 'manifest.json';

export interface PublishEvents {
  /** What is to be sent, once that is known. */
  started?(files: number, bytes: number): void;
  sent?(file: string, bytes: number): void;
  /** Something that the user should know. */
  note?(text: string): void;
}

export interface PublishInputs {
  readonly destination: Destination;
  /** The run's folder. */
  readonly folder: string;
  /** Files below it, '/' between parts, the manifest among them. */
  readonly paths: readonly string[];
  readonly journal: PublishJournal;
  readonly events?: PublishEvents;
  readonly signal?: AbortSignal | undefined;
}

export interface Published {
  readonly sent: number;
  readonly sentBytes: number;
  readonly removed: number;
}

interface LocalOutput extends PublishedFile {
  readonly mtimeMs: number;
}

/** Errors: OutputError and ShardError with the address, ConfigError where the place holds something else, RefusedError, the signal's reason. */
export async function publish({ destination, folder, paths, journal, events = {}, signal }: PublishInputs): Promise<Published> {
  const files = await outputsOf(folder, paths, destination, journal, signal);
  const manifest = files.find(({ path }) => path === MANIFEST_NAME);
  if (manifest === undefined) throw new Error(`${folder}: published without ${MANIFEST_NAME}`);
  const results = files.filter((file) => file !== manifest);
  const listed = await readList(destination, signal);
  const there = await destination.look(new Set(paths), signal);
  const isThere = (file: LocalOutput): boolean => isSame(file, journal.get(destination.name, file.path), there.get(file.path));
  for (const file of files) { // written anew in the same bytes, as reports are: the journal is to know it without reading it
    const entry = journal.get(destination.name, file.path);
    if (entry !== undefined && isThere(file) && entry.mtimeMs !== file.mtimeMs) journal.add({ ...entry, mtimeMs: file.mtimeMs });
  }
  const missing = results.filter((file) => !isThere(file));
  const names = new Set(paths);
  const stale = listed.map(({ path }) => path).filter((path) => !names.has(path));
  const listIsRight = listText(listed) === listText(results);
  if (missing.length === 0 && listIsRight && isThere(manifest)) return { sent: 0, sentBytes: 0, removed: 0 };

  events.started?.(missing.length + 1, [...missing, manifest].reduce((sum, { bytes }) => sum + bytes, 0));
  const note = await destination.endLeftovers(new Set([...names, LIST_NAME, ...stale]), signal);
  if (note !== undefined) events.note?.(note);
  const send = async (file: LocalOutput): Promise<void> => {
    const { version } = await sendFile(destination, folder, file, signal);
    journal.add({ to: destination.name, path: file.path, bytes: file.bytes, mtimeMs: file.mtimeMs, sha256: file.sha256, version });
    events.sent?.(file.path, file.bytes);
  };
  if (there.has(MANIFEST_NAME)) await destination.remove(MANIFEST_NAME, signal);
  const before = listText([...listed.filter(({ path }) => !names.has(path)), ...results]);
  if (!listIsRight && before !== listText(listed)) await putText(destination, LIST_NAME, before, signal);
  await inTurns(missing, send, signal);
  await inTurns(stale, (path) => destination.remove(path, signal), signal);
  if (stale.length > 0) await putText(destination, LIST_NAME, listText(results), signal);
  await send(manifest);
  return { sent: missing.length + 1, sentBytes: [...missing, manifest].reduce((sum, { bytes }) => sum + bytes, 0), removed: stale.length };
}

/** Which of the files are not known to be published as they are now, by the journal alone: nothing is asked of the destination, and no file is read. */
export async function unpublished({ to, folder, paths, journal }: { readonly to: string; readonly folder: string; readonly paths: readonly string[]; readonly journal: PublishJournal }): Promise<string[]> {
  const open: string[] = [];
  for (const path of paths) {
    const { size, mtimeMs } = await stat(join(folder, path));
    const entry = journal.get(to, path);
    if (entry?.bytes !== size || entry.mtimeMs !== mtimeMs) open.push(path);
  }
  return open;
}

const isSame = (file: LocalOutput, entry: JournalEntry | undefined, there: RemoteFile | undefined): boolean =>
  entry?.sha256 === file.sha256 && entry.bytes === file.bytes && there?.bytes === file.bytes && there.version === entry.version;

/** With checksums: of files that are as the journal knows them, its own; others are read. */
async function outputsOf(folder: string, paths: readonly string[], destination: Destination, journal: PublishJournal, signal?: AbortSignal): Promise<LocalOutput[]> {
  const outputs: LocalOutput[] = [];
  for (const path of paths) {
    const { size, mtimeMs } = await stat(join(folder, path));
    const known = journal.get(destination.name, path);
    const sha256 = known?.bytes === size && known.mtimeMs === mtimeMs ? known.sha256 : await checksum(join(folder, path), signal);
    outputs.push({ path, bytes: size, mtimeMs, sha256 });
  }
  return outputs;
}

async function checksum(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const file = await openLocal(path);
  try {
    for await (const block of file.blocks(0, signal)) hash.update(block);
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function sendFile(destination: Destination, folder: string, { path, bytes }: LocalOutput, signal?: AbortSignal): Promise<RemoteFile> {
  const file = await openLocal(join(folder, path));
  try {
    if (file.size !== bytes) throw new OutputError(`${join(folder, path)}: found ${file.size} bytes, expected ${bytes}: it changed while the run published it`);
    return await destination.put(path, file, signal);
  } finally {
    await file.close();
  }
}

async function putText(destination: Destination, name: string, text: string, signal?: AbortSignal): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const source: UploadSource = { size: bytes.length, read: (position, length) => Promise.resolve(bytes.subarray(position, position + length)) };
  await destination.put(name, source, signal);
}

/** UPLOADS at once; the first error ends it when those under way have ended. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>, signal?: AbortSignal): Promise<void> {
  const queue = items.values();
  let failed = false;
  const one = async (): Promise<void> => {
    for (const item of queue) {
      signal?.throwIfAborted();
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: UPLOADS }, one));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
