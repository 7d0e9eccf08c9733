/**
 * The plan: every task of a run with its inputs, computed from the recipe and the sizes of files before any document is read. A task is
 * (phase, rank); the ranks of a phase do not depend on one another, and a phase begins when the one before has ended. Plain JSON: workers
 * load it from the run's folder.
 */
import { createHash } from 'node:crypto';
import type { Shard, ShardFile } from '../core/stage.js';
import { ConfigError } from '../core/errors.js';
import { stageCatalog } from '../stages/catalog.js';
import type { StageDefinition } from '../stages/definition.js';
import { recipeFingerprint, type Recipe } from './recipe.js';
import { sourceNeeds, type SourceNeeds } from './source-needs.js';

/** In the order in which they run. What each does is said at the head of its file in phases/. */
export const PHASES = ['train', 'curate', 'decide', 'exact', 'match', 'cluster', 'select', 'write', 'record'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface PlannedShard extends Shard {
  /** Changes when a file does: its name, size and time of change, or whatever its storage offers. */
  readonly identity: string;
  /** Names its tasks and files: the source and a hash of the shard's name. */
  readonly key: string;
}

export interface Plan {
  readonly recipe: Recipe;
  readonly recipeFingerprint: string;
  /** Version of the package, and a hash of the code that runs: work of other code is done again. */
  readonly version: string;
  readonly code: string;
  /** Absolute path of the run's folder. */
  readonly directory: string;
  readonly kernels: 'wasm' | 'reference';
  /** In the order of the recipe's sources, then by name. */
  readonly shards: readonly PlannedShard[];
  /** By source. */
  readonly needs: Readonly<Record<string, SourceNeeds>>;
  /** Identities of the files that stages and models name, by path: changed files are other work. */
  readonly files: Readonly<Record<string, string>>;
  /** The user's own files of stages, which every worker loads before its first task. */
  readonly stageFiles: readonly StageFile[];
  /** Partitions of the signature shuffle: one `match` task each. */
  readonly partitions: number;
  /** `write` tasks; the parts of the corpus are dealt out to them in turn. */
  readonly writers: number;
}

/** A file of stages that was named on the command line. */
export interface StageFile {
  /** Absolute. */
  readonly path: string;
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
}

export interface IdentifiedFile extends ShardFile {
  readonly identity: string;
}

export interface PlanInputs {
  readonly recipe: Recipe;
  readonly directory: string;
  readonly version: string;
  readonly code: string;
  readonly kernels: 'wasm' | 'reference';
  /** Every stage that the recipe may name. Default: those that are built in. */
  readonly catalog?: readonly StageDefinition[];
  readonly stageFiles?: readonly StageFile[];
  /** The files of a source, sorted by name, each with its identity. */
  filesOf(source: string): readonly IdentifiedFile[];
  /** The identity of a file that stages or models name; ConfigError where there is none. Asked for those alone. */
  identityOf?(path: string): string;
}

/** Small text files share a shard: a task per file of some KB would cost more than its work. */
const TEXT_SHARD_BYTES = 4 << 20;
const TEXT_SHARD_FILES = 4096;
/** Expected band records in one partition, and text in one writer's parts: some tens of MB to sort and to hold. */
const RECORDS_PER_PARTITION = 1_000_000;
const BYTES_PER_WRITER = 256 << 20;
/** Rough bytes of a document as stored, for planning alone. */
const STORED_BYTES_PER_DOCUMENT = 2000;
const AT_LEAST = 4;
const AT_MOST = 4096;

export function makePlan({ recipe, directory, version, code, kernels, catalog = stageCatalog, stageFiles = [], filesOf, identityOf }: PlanInputs): Plan {
  const shards = Object.entries(recipe.sources).flatMap(([source, { read }]) => {
    const files = filesOf(source);
    if (files.length === 0) throw new ConfigError(`sources.${source}.read.paths: ${read.paths.join(', ')}: no file matches, expected at least one`);
    const groups = read.format === 'text' ? groupTextFiles(files) : files.map((file) => [file]);
    return groups.map((group) => shardOf(source, group));
  });
  const needs = Object.fromEntries(Object.keys(recipe.sources).map((source) => [source, sourceNeeds(recipe, source, catalog)]));
  const paths = [...Object.values(needs).flatMap((need) => need.files), ...Object.values(recipe.models).flatMap((model) => (model.kind === 'file' ? [model.path] : []))];
  const files = Object.fromEntries([...new Set(paths)].sort().map((path) => [path, identityOf?.(path) ?? path]));
  const bytes = inputBytes(shards);
  const bands = recipe.dedup?.minhash?.bands ?? 1;
  const within = (count: number): number => Math.min(AT_MOST, Math.max(AT_LEAST, Math.ceil(count)));
  return {
    recipe, recipeFingerprint: recipeFingerprint(recipe), version, code, directory, kernels, shards, needs, files, stageFiles,
    partitions: within(((bytes / STORED_BYTES_PER_DOCUMENT) * bands) / RECORDS_PER_PARTITION),
    writers: within(bytes / BYTES_PER_WRITER),
  };
}

/** Bytes of all input files as stored. */
export const inputBytes = (shards: readonly Shard[]): number => shards.reduce((sum, { files }) => sum + files.reduce((part, file) => part + file.bytes, 0), 0);

/** Sources that something is decided of as a whole: `decide` has a task for each. */
export const decidingSources = ({ recipe, needs }: Plan): readonly string[] => Object.keys(recipe.sources).filter((source) => needs[source]?.decision !== undefined);

/** How many tasks a phase has. */
export function tasksOf(plan: Plan, phase: PhaseName): number {
  switch (phase) {
    case 'train': return Object.keys(plan.recipe.models).length;
    case 'curate': case 'record': return plan.shards.length;
    case 'decide': return decidingSources(plan).length;
    case 'exact': return plan.recipe.dedup?.exact === true ? plan.partitions : 0;
    case 'match': return plan.recipe.dedup?.minhash === undefined ? 0 : plan.partitions;
    case 'cluster': return plan.recipe.dedup === undefined ? 0 : 1;
    case 'select': return 1;
    case 'write': return plan.writers;
  }
}

/** What a task's files are named by: stable when shards are added or the recipe's other parts change. */
export function taskKey(plan: Plan, phase: PhaseName, rank: number): string {
  switch (phase) {
    case 'train': return Object.keys(plan.recipe.models)[rank]!; // rank < tasksOf
    case 'curate': case 'record': return plan.shards[rank]!.key;
    case 'decide': return decidingSources(plan)[rank]!;
    case 'exact': case 'match': return `partition-${rank}-of-${plan.partitions}`;
    case 'cluster': case 'select': return phase;
    case 'write': return `writer-${rank}-of-${plan.writers}`;
  }
}

function shardOf(source: string, files: readonly IdentifiedFile[]): PlannedShard {
  const hash = (texts: readonly string[]): string => createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
  return {
    source,
    name: files[0]!.name, // groups are never empty
    files: files.map(({ name, path, bytes }) => ({ name, path, bytes })),
    key: `${source}-${hash(files.map(({ name }) => name))}`,
    identity: hash(files.map(({ identity }) => identity)),
  };
}

function groupTextFiles(files: readonly IdentifiedFile[]): IdentifiedFile[][] {
  const groups: IdentifiedFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const group = groups.at(-1);
    if (group === undefined || bytes + file.bytes > TEXT_SHARD_BYTES || group.length >= TEXT_SHARD_FILES) {
      groups.push([file]);
      bytes = file.bytes;
    } else {
      group.push(file);
      bytes += file.bytes;
    }
  }
  return groups;
}
