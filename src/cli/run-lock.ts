/**
 * The lock that keeps two runs, or two fetches, out of one folder: a file in it holds the number of the process at work. It appears with its content in one step (a
 * hard link), so nobody sees it half-written; a lock whose process is gone is taken over.
 */
import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, OutputError } from '../core/errors.js';
import { makeFolder } from '../formats/make-folder.js';
import { errorCode } from '../formats/output-error.js';
import { removeFile, temporaryPath } from '../formats/temporary-file.js';

/** Tries to take the folder so often: once, and once more behind each stale lock. */
const ATTEMPTS = 3;

/** Takes the folder of a run for this process; gives the function that lets it go. ConfigError where another run is at work, OutputError where nothing can be written. */
export const lockFolder = (directory: string): (() => void) => lockBy(directory, join(directory, 'work', 'lock'));

/** The same of a folder that files are fetched to. */
export const lockFetched = (directory: string): (() => void) => lockBy(directory, join(directory, '.fetching'));

function lockBy(directory: string, path: string): () => void {
  makeLockFolder(dirname(path));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (createLock(path)) return () => removeFile(path);
      const holder = holderOf(path);
      if (holder !== process.pid && isAlive(holder)) throw new ConfigError(`${directory}: process ${holder} is at work there, expected no other; wait for it or choose another folder`);
      removeFile(path);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new OutputError(`${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  throw new ConfigError(`${directory}: other runs took the folder at the same moment, expected none`);
}

function makeLockFolder(directory: string): void {
  try {
    makeFolder(directory);
  } catch (error) {
    throw new OutputError(`${directory}: cannot be made: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** false where there is a lock. On a file system without hard links the lock is created first and written then. */
function createLock(path: string): boolean {
  const own = temporaryPath(path);
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(errorCode(error) ?? '')) throw error;
    return createPlainLock(path);
  } finally {
    removeFile(own);
  }
}

function createPlainLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The process that a lock names; 0 where it is gone by now. */
function holderOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
