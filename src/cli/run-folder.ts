/**
 * The folder of a run: its plan, whose files it may hold, and what is removed when a run has ended. Layout:
 *   corpus/ order/ decisions/ rejects/ manifest.json ledger.json report.md   the result
 *   work/plan.json, work/<phase>/...                         what a rerun with another threshold, policy or weight starts from
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { writeFileAtomic } from '../formats/atomic-file.js';
import { removeFile, removeLeftovers } from '../formats/temporary-file.js';
import type { Plan } from '../pipeline/plan.js';

/** What a run replaces: its result, and its work. */
export const RESULT_FOLDERS = ['corpus', 'order', 'decisions', 'rejects'] as const;
/** Beside its folders. */
export const RESULT_FILES = ['ledger.json', 'manifest.json', 'report.md'] as const;
export const RUN_FOLDERS = [...RESULT_FOLDERS, 'work'] as const;

/** A job that only prepares a corpus has its plan beside the corpus's own. */
export const planPath = (directory: string, job: Plan['job'] = 'corpus'): string => join(directory, 'work', PREPARING.includes(job) ? `plan-${job}.json` : 'plan.json');

const PREPARING: readonly Plan['job'][] = ['mixture', 'tune'];
/** What tuning made: it is swept by itself (tune-sweep.ts), as it knows what is of use to it. */
const OF_TUNING = ['pool', 'target', 'proxy'].map((phase) => join('work', phase, '/'));

/** The plan of the run last started in a folder. */
export function readPlan(directory: string): Plan {
  try {
    return { ...JSON.parse(readFileSync(planPath(directory), 'utf8')), directory } as Plan; // written by writePlan; a folder may have been moved since
  } catch (error) {
    throw new ConfigError(`${directory}: holds no run (work/plan.json cannot be read): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export function writePlan(plan: Plan): string {
  return writeFileAtomic(planPath(plan.directory, plan.job), JSON.stringify(plan)).path;
}

/** A run replaces the folders of RUN_FOLDERS in its own: throws ConfigError where these hold what a run did not put there, or its own input. */
export function expectOwnFolder({ directory, shards, benchmarks = [] }: Plan): void {
  const owned = RUN_FOLDERS.map((name) => join(directory, name));
  for (const { name, path } of [...shards, ...benchmarks.flatMap((benchmark) => benchmark.shards)].flatMap(({ files }) => files)) {
    const folder = owned.find((own) => resolve(path).startsWith(join(own, sep)));
    if (folder !== undefined) throw new ConfigError(`${name}: found an input in ${folder}, which the run replaces: expected another --output`);
  }
  if (existsSync(planPath(directory)) || existsSync(join(directory, 'manifest.json'))) return;
  for (const folder of RESULT_FOLDERS.map((name) => join(directory, name))) {
    if (existsSync(folder) && statSync(folder).isDirectory() && readdirSync(folder).length > 0) throw new ConfigError(`${folder}: found files that are of no run, expected an empty folder or another --output`);
  }
}

/** Before anything changes: what vouches for the files beside it, and what was counted of them, goes. */
export function removeResults(directory: string): void {
  for (const name of ['manifest.json', join('order', 'index.json'), 'ledger.json', 'report.md']) removeFile(join(directory, name));
}

/** Before a run: removes what dead attempts left under temporary names. */
export function clearAttempts(directory: string): void {
  for (const folder of RUN_FOLDERS) removeLeftovers(join(directory, folder));
  removeLeftoversHere(directory);
}

/** At the end of a run: removes every file of the folders of RUN_FOLDERS that is not in `named` (paths relative to the folder). */
export function removeUnnamed(directory: string, named: ReadonlySet<string>): void {
  const preparing = new Set(PREPARING.map((job) => planPath(directory, job)));
  for (const folder of RUN_FOLDERS) {
    let entries: string[];
    try {
      entries = readdirSync(join(directory, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    } catch {
      continue; // the folder is not there
    }
    for (const path of entries) {
      const name = relative(directory, path);
      if (!named.has(name) && !preparing.has(path) && !OF_TUNING.some((tuning) => name.startsWith(tuning))) removeFile(path);
    }
    removeEmptyFolders(join(directory, folder));
  }
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function removeLeftoversHere(directory: string): void {
  for (const name of readdirSync(directory)) if (/^(manifest\.json|ledger\.json|report\.md)\..*\.tmp$/.test(name)) removeFile(join(directory, name));
}
