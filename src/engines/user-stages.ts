/**
 * The user's own stages: read from the files that `--stages` names, in the main thread, where the recipe is checked against them, and again in every
 * worker. What a file exports is checked before a document is read, and what its stages hand back is checked while they run.
 */
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { addStages, catalog } from '../pipeline/chain-of.js';
import type { StageFile } from '../pipeline/plan.js';
import { stageKit, type StageFactory } from '../stages/kit.js';
import { importStageFile } from './stage-module.js';
import { checkedDefinition } from './user-stage-checks.js';

/**
 * Adds the stages of some files to this thread's catalog, and gives the files for the plan. Throws ConfigError where a file cannot be run, exports
 * something else, or names a stage that is there already.
 */
export async function loadUserStages(paths: readonly string[]): Promise<readonly StageFile[]> {
  const files: StageFile[] = [];
  for (const [i, shown] of paths.entries()) {
    const path = resolve(shown);
    const isNew = paths.findIndex((other) => resolve(other) === path) === i;
    if (isNew) files.push(await loadFile(path, shown));
  }
  return files;
}

/** The same in a worker, for the files of a plan. Throws ConfigError where one is not the file that the plan was made with. */
export async function useStageFiles(files: readonly StageFile[]): Promise<void> {
  for (const { path, sha256 } of files) await loadFile(path, path, sha256);
}

async function loadFile(path: string, shown: string, expected?: string): Promise<StageFile> {
  const { sha256, exported } = await importStageFile(shown, expected);
  const definitions = definitionsOf(exported, shown).map((definition) => checkedDefinition(definition, shown));
  if (definitions.length === 0) throw new ConfigError(`${shown}: default export: found no stage, expected at least one`);
  for (const [i, { name }] of definitions.entries()) {
    if (definitions.findIndex((other) => other.name === name) < i) {
      throw new ConfigError(`${shown}: found two stages named "${name}", expected each name once`);
    }
    if (catalog().some((other) => other.name === name)) {
      throw new ConfigError(`${shown}: found a stage named "${name}", expected another name: a stage of that name is there already`);
    }
  }
  addStages(definitions);
  return { path, sha256 };
}

/** The default export, or what it returns when it is a function, as a list. */
function definitionsOf(exported: unknown, file: string): readonly unknown[] {
  let value = exported;
  if (typeof exported === 'function') {
    try {
      value = (exported as StageFactory)(stageKit); // a class or a function of another kind throws or returns something else
    } catch (error) {
      const thrown = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new ConfigError(`${file}: default export: threw ${thrown}, expected it to return stages`, { cause: error });
    }
  }
  if (exported === undefined) throw new ConfigError(`${file}: found no default export, expected a function that is handed the kit, or a stage`);
  return Array.isArray(value) ? value as readonly unknown[] : [value];
}

