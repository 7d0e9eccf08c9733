/**
 * Where an audit works: a folder of its own under the system's for temporary files, gone at the end however it ends (but for a killed process), or the
 * one that --output names, which stays, so that the same command goes on where it was stopped.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError, OutputError } from '../core/errors.js';
import { localFolder } from './output-place.js';
import { planPath, readPlan } from './run-folder.js';
import { lockFolder } from './run-lock.js';

export interface AuditFolder {
  readonly directory: string;
  /** Whether it stays. */
  readonly kept: boolean;
  /** Lets the folder go, or removes it. */
  close(): void;
}

/** Errors: ConfigError where the folder holds something else than an audit's work, or another process is at work there; OutputError where it cannot be made. */
export function openAuditFolder(output: string | undefined): AuditFolder {
  if (output === undefined) {
    const directory = temporaryFolder();
    return { directory, kept: false, close: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }) };
  }
  const directory = resolve(localFolder(output));
  expectAudit(directory);
  const unlock = lockFolder(directory);
  return { directory, kept: true, close: unlock };
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'sluice-audit-'));
  } catch (error) {
    throw new OutputError(`${tmpdir()}: no folder can be made there: ${error instanceof Error ? error.message : String(error)}; name another one by --output`, { cause: error });
  }
}

function expectAudit(directory: string): void {
  if (!existsSync(directory)) return;
  if (existsSync(planPath(directory))) {
    const { job } = readPlan(directory);
    if (job !== 'audit') throw new ConfigError(`${directory}: found the work of a run, expected an empty folder or that of an audit`);
    return;
  }
  const found = readdirSync(directory).find((name) => name !== 'work');
  if (found !== undefined) throw new ConfigError(`${directory}: found ${found}, expected an empty folder or that of an audit`);
}
