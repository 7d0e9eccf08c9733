/**
 * What `sluice quality evaluate` works on: a model with the documents to judge it by, found in a run's folder or named on the command line. Nothing is read
 * here but the model; documents come when `batches` is called, again at each call.
 */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { DocumentBatch } from '../core/document-batch.js';
import { ConfigError, ShardError, UnreachableError } from '../core/errors.js';
import { openRun } from '../pipeline/task.js';
import { readModel, wholeModelPlace } from '../pipeline/model-of.js';
import type { Plan, PlannedShard } from '../pipeline/plan.js';
import type { Recipe, TrainedModelRecipe } from '../pipeline/recipe.js';
import { sourceOf } from '../pipeline/source-of.js';
import type { KeepRequest } from '../quality/evaluate.js';
import type { QualityModel } from '../quality/quality-model.js';
import { findDocumentFiles, readDocuments } from './document-files.js';
import { readPlan } from './run-folder.js';

export interface InputSource {
  readonly name: string;
  readonly positive: boolean;
  /** All documents, or those of a bounded choice of shards. A shard of a run that cannot be read is left out, and said. */
  batches(say: (line: string) => void): AsyncGenerator<DocumentBatch>;
}

export interface RunModel {
  readonly model: QualityModel;
  /** Name under `models`, and the file relative to the run's folder. */
  readonly name: string;
  readonly path: string;
  readonly label: string | null;
  /** How it was trained; undefined where it came from a file. */
  readonly trained: TrainedModelRecipe | undefined;
  /** Those it was trained on; empty where it came from a file. */
  readonly sources: readonly InputSource[];
  /** What the recipe keeps by this model; undefined where it only annotates. */
  readonly keep: KeepRequest | undefined;
  readonly seed: number;
}

/** Stored bytes of a source's shards that are read, in order of keyed hashes of their names; at least one shard. */
const MOST_BYTES = 512 << 20;

/** The model of a run. `wanted` names it where there are several. Errors: ConfigError where the run has none, or it is not trained yet. */
export function modelOfRun(directory: string, wanted: string | undefined): RunModel {
  const plan = readPlan(directory);
  const { recipe } = plan;
  const name = modelName(directory, Object.keys(recipe.models), wanted);
  const run = openRun(plan);
  if (run.completion('train', Object.keys(recipe.models).indexOf(name)) === undefined) {
    throw new ConfigError(`${directory}: model ${name} is not trained yet, or by another version of sluice: run the recipe again`);
  }
  const declared = recipe.models[name]!; // modelName looked
  const trained = declared.kind === 'file' ? undefined : declared;
  const { path, label } = wholeModelPlace(run, name);
  const of = (names: readonly string[], positive: boolean): InputSource[] => names.map((source) => sourceOfRun(plan, source, positive));
  return {
    model: readModel(run, name), name, trained, label: label ?? null, seed: recipe.seed,
    path: trained === undefined ? path : relative(directory, path),
    sources: trained === undefined ? [] : [...of(trained.positive, true), ...of(trained.negative, false)],
    keep: keepOfRecipe(recipe, name),
  };
}

function modelName(directory: string, names: readonly string[], wanted: string | undefined): string {
  const [only] = names;
  if (only === undefined) throw new ConfigError(`${directory}: the recipe of this run declares no model, expected one under models`);
  if (wanted === undefined && names.length > 1) {
    throw new ConfigError(`${directory}: found ${names.length} models, expected --name to choose one: ${names.join(', ')}`);
  }
  if (wanted !== undefined && !names.includes(wanted)) throw new ConfigError(`--name: found "${wanted}", expected one of ${names.join(', ')}`);
  return wanted ?? only;
}

/** The keep rule of the first quality stage that scores with this model alone; its options are as that stage's schema returned them. */
function keepOfRecipe({ sources }: Recipe, model: string): KeepRequest | undefined {
  for (const { stages } of Object.values(sources)) {
    for (const { name, options } of stages) {
      const { model: by, keep } = options as { readonly model?: unknown; readonly keep?: Readonly<Record<string, unknown>> };
      if (name !== 'quality' || by !== model || keep === undefined) continue;
      const { threshold, pareto, top } = keep;
      if (typeof threshold === 'number') return { kind: 'threshold', threshold };
      if (typeof top === 'number') return { kind: 'top', share: top };
      if (typeof pareto === 'number') return { kind: 'pareto', alpha: pareto };
      if (pareto === 'match') return { kind: 'match' };
      return { kind: 'share', keepShare: (pareto as { readonly keepShare: number }).keepShare }; // the last form that the schema lets through
    }
  }
  return undefined;
}

function sourceOfRun(plan: Plan, name: string, positive: boolean): InputSource {
  const reader = sourceOf(plan.recipe.sources[name]!.read); // a checked recipe names its own sources
  return {
    name, positive,
    async *batches(say) {
      for (const shard of someShards(plan.shards.filter(({ source }) => source === name))) {
        try {
          for await (const item of reader.read(shard)) if (item.kind === 'documents') yield item.batch;
        } catch (error) {
          if (!(error instanceof ShardError) || error instanceof UnreachableError) throw error;
          say(`${name}: left out: ${error.message}`);
        }
      }
    },
  };
}

function someShards(shards: readonly PlannedShard[]): readonly PlannedShard[] {
  const drawn = shards
    .map((shard) => ({ shard, draw: createHash('sha256').update(`evaluate\0${shard.key}`).digest('hex') }))
    .sort((a, b) => (a.draw < b.draw ? -1 : 1));
  let bytes = 0;
  return drawn.filter(({ shard }) => {
    const wanted = bytes < MOST_BYTES;
    bytes += shard.files.reduce((sum, file) => sum + file.bytes, 0);
    return wanted;
  }).map(({ shard }) => shard);
}

/** One `--positive` or `--negative`: NAME=GLOB, or a GLOB alone under `otherwise`. A glob with a = in its own name needs a NAME before it. */
export function parseNamedGlob(text: string, otherwise: string): { readonly name: string; readonly glob: string } {
  const [, name, glob] = /^([A-Za-z0-9][\w.-]{0,63})=(.+)$/s.exec(text) ?? [undefined, otherwise, text];
  if (glob === '') throw new ConfigError(`--${otherwise}: found an empty glob, expected NAME=GLOB`);
  return { name: name!, glob: glob! }; // both groups take part in a match
}

/** Sources of files; globs of one name are one source. Errors: ConfigError where a glob matches nothing, or a name is in both classes. */
export async function sourcesOfFiles(positive: readonly string[], negative: readonly string[], text: string | undefined): Promise<readonly InputSource[]> {
  const group = (globs: readonly string[], otherwise: string): Map<string, string[]> => {
    const named = new Map<string, string[]>();
    for (const { name, glob } of globs.map((one) => parseNamedGlob(one, otherwise))) named.set(name, [...(named.get(name) ?? []), glob]);
    return named;
  };
  const [ours, theirs] = [group(positive, 'positive'), group(negative, 'negative')];
  const shared = [...ours.keys()].find((name) => theirs.has(name));
  if (shared !== undefined) throw new ConfigError(`--positive and --negative: found the name ${shared} in both, expected distinct names`);
  const sourceOfFiles = (positive: boolean) => async ([name, globs]: readonly [string, readonly string[]]): Promise<InputSource> => {
    await findDocumentFiles(globs); // throws before anything is read
    return { name, positive, batches: () => readDocuments(globs, { source: name, text }) };
  };
  return Promise.all([...[...ours].map(sourceOfFiles(true)), ...[...theirs].map(sourceOfFiles(false))]);
}

