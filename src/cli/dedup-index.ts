/**
 * Indexes for deduplication on the command line: `--write-index DIR` leaves one of the documents that a run kept, and a source of format `index` compares
 * with it. Here they are opened, checked against the recipe before anything is read, and published when a run has ended.
 */
import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { Option } from 'commander';
import { ConfigError, ShardError } from '../core/errors.js';
import type { TaskFailure } from '../engines/engine.js';
import { INDEX_JSON, indexPartPath } from '../formats/dedup-index.js';
import { openDedupIndex } from '../formats/dedup-index-reader.js';
import { expectIndexFolder, publishDedupIndex, type WrittenIndexPart } from '../formats/dedup-index-writer.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { createKernels } from '../kernels/index.js';
import { indexSources } from '../pipeline/index-checks.js';
import { expectFit, indexParameters } from '../pipeline/index-parameters.js';
import type { IndexResult } from '../pipeline/phases/write-index.js';
import type { Plan } from '../pipeline/plan.js';
import type { IdentifiedFile } from '../pipeline/plan-shards.js';
import type { Recipe } from '../pipeline/recipe.js';
import { openRun } from '../pipeline/task.js';
import { clusteredBy, tasksOf } from '../pipeline/tasks.js';
import { listLocalFiles } from '../storage/local-files.js';
import { placeOf } from '../storage/place.js';
import { RUN_FOLDERS } from './run-folder.js';

export function writeIndexOption(): Option {
  return new Option('--write-index <dir>', 'also write an index of the documents kept, for --against in later runs');
}

/** The folders of a source of format `index`, in order of name. */
function indexFolders({ sources }: Recipe, source: string): string[] {
  const { paths } = sources[source]!.read; // called for the recipe's sources
  const elsewhere = paths.find((path) => placeOf(path).kind !== 'local');
  if (elsewhere !== undefined) throw new ConfigError(`${elsewhere}: found an address, expected a folder on a local disk: an index is read from many places at once, so copy it here first`);
  const files = listLocalFiles(paths.map((path) => `${path.replace(/\/+$/, '')}/${INDEX_JSON}`), process.cwd());
  return files.map(({ name }) => name.slice(0, -INDEX_JSON.length - 1));
}

/**
 * The files of such a source: of each part its columns and, where it has them, its texts. ConfigError where an index is damaged, or was made in another way
 * than this recipe needs. Their identity is their checksum, so a copied or touched index is the same work.
 */
export function indexFiles(recipe: Recipe, source: string): IdentifiedFile[] {
  return indexFolders(recipe, source).flatMap((folder) => {
    const index = openDedupIndex(folder);
    expectFit(folder, index, recipe.dedup!, createKernels('wasm')); // a checked recipe has an index under dedup.against alone
    return index.parts.flatMap(({ columns, text }, part) => (['columns', 'text'] as const).flatMap((role): IdentifiedFile[] => {
      const file = role === 'columns' ? columns : text;
      if (file === undefined) return [];
      const name = indexPartPath(folder, part, role);
      return [{ name, path: resolve(name), bytes: file.bytes, identity: `${name}\0${file.bytes}\0${file.crc32}` }];
    }));
  });
}

/** Before a run with `--write-index`: ConfigError where no index could be written to `directory`, or it would replace something else. */
export function expectIndexTarget(plan: Plan, directory: string): void {
  const { recipe, recipeFingerprint } = plan;
  if (clusteredBy(plan) === undefined) {
    throw new ConfigError('--write-index: the recipe compares no documents, expected dedup with a method among exact, url and minhash');
  }
  const target = real(directory);
  for (const name of RUN_FOLDERS) {
    if (!join(target, sep).startsWith(join(real(plan.directory), name, sep))) continue;
    throw new ConfigError(`--write-index: found ${directory}, which the run replaces: expected another folder`);
  }
  for (const folder of indexSources(recipe).flatMap((source) => indexFolders(recipe, source))) {
    if (real(folder) !== target) continue;
    throw new ConfigError(`--write-index: found ${directory}, which is compared with: expected another folder; `
      + 'an index holds the new documents alone, and several can be compared with');
  }
  expectIndexFolder(directory, recipeFingerprint);
}

/** The folder itself, where it exists, behind symbolic links. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}

/**
 * When a run has ended: makes its index appear in `directory`; the line that says so. With failed shards there is none, as it would lack their documents
 * unnoticed: then ShardError, which the same command puts right when the shards have been repaired.
 */
export function publishIndex(plan: Plan, directory: string, failures: readonly TaskFailure[]): string {
  if (failures.length > 0) {
    const some = `${failures.length} of ${plan.shards.length} shards failed`;
    throw new ShardError(`${directory}: no index was written, since ${some}: repair them and run the same command again`);
  }
  const run = openRun(plan);
  const parts = Array.from({ length: tasksOf(plan, 'index') }, (_, rank): WrittenIndexPart => {
    const completion = run.completed<IndexResult>('index', rank);
    const file = (role: string): WrittenFile => ({ ...completion.outputs[role]!, path: run.outputPath(completion, role) }); // asked for those that are there
    const { source, documents } = completion.result;
    return { source, documents, columns: file('columns'), ...(completion.outputs['text'] === undefined ? {} : { text: file('text') }) };
  });
  const { version, recipe, recipeFingerprint } = plan;
  const parameters = indexParameters(recipe.dedup!, createKernels(plan.kernels)); // expectIndexTarget looked
  const index = publishDedupIndex(directory, { made: { sluice: version, recipe: recipe.name, fingerprint: recipeFingerprint }, parameters }, parts);
  return `index of ${index.documents} documents: ${directory}\n`;
}
