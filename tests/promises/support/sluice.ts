/** Drives the real program as a child process, in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the talk on stderr has had `text` in it; rejects when the process ends before. */
  saying(text: string): Promise<void>;
}

export function start(cwd: string, ...parameters: string[]): Started {
  return startWith(cwd, process.execPath, [MAIN, ...parameters]);
}

/** Any program, with the same bookkeeping. */
export function startWith(cwd: string, command: string, parameters: readonly string[], as: { readonly uid?: number; readonly gid?: number } = {}): Started {
  const child = spawn(command, parameters, { cwd, ...as, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const saying = (text: string): Promise<void> => new Promise((resolve, reject) => {
    const look = (): void => {
      if (!stderr.includes(text)) return;
      listeners.delete(look);
      resolve();
    };
    listeners.add(look);
    look();
    ended.then(() => reject(new Error(`ended without saying "${text}":\n${stderr}`)), reject);
  });
  return { child, ended, saying };
}

export function sluice(cwd: string, ...parameters: string[]): Promise<Ended> {
  return start(cwd, ...parameters).ended;
}

/** A run that must succeed; its manifest. One worker unless told: a second one costs more than it gains on so little text. */
export async function runWhole(cwd: string, recipe: string, output: string, ...options: string[]): Promise<Manifest> {
  const { code, stdout, stderr } = await sluice(cwd, 'run', recipe, '--output', output, '--json', '--workers', '1', ...options);
  if (code !== 0) throw new Error(`sluice run ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as Manifest; // --json prints the manifest
}

/** What the tests look at of a manifest. */
export interface Manifest {
  readonly recipe: { readonly fingerprint: string };
  readonly seed: number;
  readonly digest: string;
  readonly failedShards: readonly string[];
  readonly sources: readonly {
    readonly name: string; readonly requestedWeight: number; readonly realisedWeight: number;
    readonly size: number; readonly tokens: number; readonly bytes: number; readonly documents: number;
  }[];
  readonly corpus: readonly { readonly path: string; readonly documents: number; readonly bytes: number; readonly sha256: string; readonly plainSha256: string }[];
}

export const mainPath = (): string => MAIN;

/** A temporary folder, and its removal. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-promises-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
