/** From the command line to a plan: reads and checks the recipe, lists the files of its sources, and computes the tasks. Reads no document. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../core/errors.js';
import { catalog } from '../pipeline/chain-of.js';
import { memoryFor } from '../pipeline/memory.js';
import { makePlan, type Plan, type StageFile } from '../pipeline/plan.js';
import { parseRecipe, type Recipe } from '../pipeline/recipe.js';
import type { TunePlan } from '../pipeline/tuning.js';
import { listFiles, type ListedFile } from '../storage/list-files.js';
import { listLocalFiles } from '../storage/local-files.js';
import { checkLists } from './check-lists.js';
import { checkTokenizer, countingBytes } from './check-tokenizer.js';
import { codeVersion } from './code-version.js';
import { filesOfCrawls } from './crawl-inputs.js';
import { indexFiles } from './dedup-index.js';
import { outputPlace } from './output-place.js';
import { withoutSecrets } from './recipe-secrets.js';

const MAX_RECIPE_BYTES = 1 << 20;

export interface PlanOptions {
  /** Of the command line: a local folder, or where the result is published. Default: output/<name of the recipe>, and the recipe's `output.to`. */
  readonly output?: string | undefined;
  /** In place of the recipe's. */
  readonly seed?: number | undefined;
  readonly kernels?: 'wasm' | 'reference' | undefined;
  /** Default: a corpus. */
  readonly job?: Plan['job'];
  /** Of an audit: similarities that documents are clustered at, and sources that the others are held against. */
  readonly levels?: readonly number[];
  readonly overlap?: readonly string[];
  readonly sample?: number | undefined;
  /** Of job tune. */
  readonly tune?: TunePlan;
  readonly workers: number;
  /** Bytes; undefined: what suffices. */
  readonly memory?: number | undefined;
  /** Whether the run writes an index. */
  readonly indexed?: boolean;
  /** The user's files of stages, loaded before the recipe was. */
  readonly stageFiles?: readonly StageFile[];
  /** Nothing will be read by this plan: crawls are not fetched to their caches. */
  readonly onlyLook?: boolean;
}

/** The recipe in a file, with the seed of the command line where there is one; it may name the stages of this thread's catalog. */
export function loadRecipe(file: string, seed?: number): Recipe {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > MAX_RECIPE_BYTES) throw new Error(`has ${size} bytes, expected at most ${MAX_RECIPE_BYTES}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const recipe = parseRecipe(text, { file, catalog: catalog() });
  return seed === undefined ? recipe : { ...recipe, seed };
}

/** The plan of a recipe. Paths in a recipe are relative to the current folder, as on a command line. */
export async function loadPlan(given: Recipe, { output, kernels = 'wasm', workers, memory, seed: _, onlyLook = false, ...options }: PlanOptions): Promise<Plan> {
  const { directory, publishTo } = outputPlace(given, output);
  const recipe = withoutSecrets(given);
  const files = new Map<string, readonly ListedFile[]>(await filesOfCrawls(recipe, { fetch: !onlyLook }));
  for (const [source, { read }] of Object.entries(recipe.sources)) if (read.format !== 'index' && !files.has(source)) files.set(source, await listFiles(read.paths, process.cwd()));
  const benchmarks = new Map<string, readonly ListedFile[]>();
  for (const [name, { paths }] of Object.entries(recipe.decontaminate?.against ?? {})) benchmarks.set(name, await listFiles(paths, process.cwd()));
  const plan = makePlan({
    recipe, directory: resolve(directory), ...(options.job === undefined ? { publishTo } : {}), kernels, catalog: catalog(), ...options, ...codeVersion(),
    memory: (shards) => memoryFor(memory, { workers, shards, shardSize: options.job === 'audit' ? 0 : recipe.output.shardSize, tokenizer: countingBytes(recipe) }), // an audit writes no parts
    identityOf: (path) => {
      const [file] = listLocalFiles([path], process.cwd());
      if (file === undefined || file.bytes === 0) throw new ConfigError(`${path}: found no file, or an empty one: the recipe names it as a list, a model or a tokenizer`);
      return file.identity;
    },
    benchmarkFilesOf: (benchmark) => benchmarks.get(benchmark)!, // makePlan asks for the recipe's benchmarks
    filesOf: (source) => files.get(source) ?? indexFiles(recipe, source),
  });
  checkLists(plan);
  checkTokenizer(plan);
  return plan;
}
