/**
 * Many files of one server into a folder, under their paths, several at once. A file that is there whole is not asked for again; one that came whole is looked
 * at (check-gzip.ts), gets its name in one step, and is written down (fetched-files.ts). A file that fails is fetched once more if its bytes were wrong, and
 * reported; the others go on. A refusal by the server or a full disk ends all.
 *
 * Checked of each file: as many bytes as the server declared; its end is the end of a gzip member whose checksum fits. Where an earlier process began
 * it, every member is inflated, because a power cut may have left a hole in the middle.
 */
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ShardError } from '../core/errors.js';
import { syncFolder } from '../formats/atomic-file.js';
import { asOutputError } from '../formats/output-error.js';
import { gzipEndFault, gzipFault } from './check-gzip.js';
import { DiskRoom } from './disk-room.js';
import { fetchFile } from './fetch-file.js';
import { FetchedFiles } from './fetched-files.js';
import type { FileHost } from './file-host.js';
import { dropPart, dropPartState } from './part-file.js';

export interface FetchEvents {
  /** Before the first is asked for: how many there are, and how many of them are whole already. */
  started?(files: number, whole: number): void;
  /** Bytes that came; fewer than none where they were thrown away. */
  bytes?(bytes: number): void;
  ended?(path: string): void;
  failed?(failure: FetchFailure): void;
}

export interface FetchFailure {
  readonly path: string;
  readonly message: string;
}

export interface FetchShardsOptions {
  readonly folder: string;
  /** Relative to the folder and to the server's base. */
  readonly paths: readonly string[];
  readonly host: FileHost;
  /** Files under way at once: more than may be asked for at once only wait. */
  readonly atOnce: number;
  /** Inflate the files that are there, and fetch those that are damaged. Default: their sizes are believed. */
  readonly verify?: boolean;
  readonly events?: FetchEvents;
  readonly signal?: AbortSignal | undefined;
}

export interface FetchedShards {
  /** Whole before, and fetched now. */
  readonly whole: number;
  readonly fetched: number;
  readonly failures: readonly FetchFailure[];
}

/** Those of `paths` that are not whole in the folder: by their sizes where these are known, by their ends where not, by all their bytes for `verify`. */
export async function missingShards(journal: FetchedFiles, paths: readonly string[], verify = false): Promise<string[]> {
  const missing: string[] = [];
  for (const path of paths) {
    const { expected, found } = journal.look(path);
    if (found === undefined) {
      missing.push(path);
    } else if (expected !== undefined && expected !== found) {
      missing.push(path);
    } else if (verify || expected === undefined) { // nobody wrote down that it is whole: somebody copied it, or was ended just then
      const fault = await (verify ? gzipFault : gzipEndFault)(join(journal.folder, path));
      if (fault !== undefined) missing.push(path);
      else if (expected === undefined) journal.add(path, found);
    }
  }
  return missing;
}

/** Fetches what is missing. Errors: OutputError, RefusedError and the signal's reason end it; what else fails is among the failures, in the order of `paths`. */
export async function fetchShards({ folder, paths, host, atOnce, verify = false, events = {}, signal }: FetchShardsOptions): Promise<FetchedShards> {
  const journal = new FetchedFiles(folder);
  const missing = await missingShards(journal, paths, verify);
  events.started?.(paths.length, paths.length - missing.length);
  const room = new DiskRoom(folder);
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const failures = new Map<string, string>();
  const queue = missing.values();
  const work = async (): Promise<void> => {
    for (const path of queue) {
      if (stop.signal.aborted) return;
      try {
        await fetchWhole(path);
        events.ended?.(path);
      } catch (error) {
        if (!(error instanceof ShardError) || both.aborted) {
          stop.abort(error);
          throw error;
        }
        failures.set(path, error.message);
        events.failed?.({ path, message: error.message });
      } finally {
        room.leave(path);
      }
    }
  };
  const fetchWhole = async (path: string): Promise<void> => {
    const target = join(folder, path);
    for (let attempt = 1; ; attempt++) {
      const { part, bytes, resumed } = await fetchFile({
        shown: host.shown(path), path: target, signal: both, ask: (headers) => host.ask(path, headers, both),
        expectRoom: (wanted) => room.take(path, wanted),
        onBytes: (count) => {
          room.wrote(path, count);
          events.bytes?.(count);
        },
      });
      const fault = await (resumed ? gzipFault : gzipEndFault)(part);
      if (fault === undefined) return finish(part, target, path, bytes);
      dropPart(target);
      events.bytes?.(-bytes);
      if (attempt === 2) throw new ShardError(`${host.shown(path)}: ${fault}, in ${bytes} bytes as declared, fetched twice; expected a gzip file that ends on a member`);
    }
  };
  const finish = (part: string, target: string, path: string, bytes: number): void => {
    try {
      renameSync(part, target);
    } catch (error) {
      throw asOutputError(error, target, bytes);
    }
    syncFolder(dirname(target), target);
    dropPartState(target);
    journal.add(path, bytes);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, missing.length) }, work));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken !== undefined) throw stop.signal.reason; // the error that was first
  const inOrder = missing.filter((path) => failures.has(path)).map((path): FetchFailure => ({ path, message: failures.get(path)! })); // it has one
  return { whole: paths.length - missing.length, fetched: missing.length - inOrder.length, failures: inOrder };
}
