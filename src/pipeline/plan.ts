/**
 * The plan: every task of a run with its inputs, computed from the recipe and the sizes of files before any document is read. A task is
 * (phase, rank); the ranks of a phase do not depend on one another, and a phase begins when the one before has ended. Plain JSON: workers
 * load it from the run's folder.
 */
import type { Shard } from '../core/stage.js';
import { ConfigError } from '../core/errors.js';
import { stageCatalog } from '../stages/catalog.js';
import type { StageDefinition } from '../stages/definition.js';
import { clusteringOf, type Clustering } from './clustering.js';
import { countingFiles } from './counting.js';
import { DEFAULT_MEMORY_BYTES } from './memory.js';
import { indexRowBytes } from './index-parameters.js';
import { shardsOfFiles, type IdentifiedFile } from './plan-shards.js';
import { recipeFingerprint, type Recipe } from './recipe.js';
import { sourceNeeds, type SourceNeeds } from './source-needs.js';
import type { TunePlan } from './tuning.js';

/** In the order in which they run. What each does is said at the head of its file in phases/. */
export const PHASES = [
  'train', 'curate', 'compare', 'decide', 'exact', 'match', 'link', 'cluster', 'overlap', 'tally', 'remove', 'repeats', 'cut', 'benchmark', 'scan', 'frequent', 'clean',
  'count', 'size', 'pool', 'target', 'proxy', 'select', 'write', 'rescan', 'record', 'index',
] as const;
export type PhaseName = (typeof PHASES)[number];

export interface PlannedShard extends Shard {
  /** Changes when a file does: its name, size and time of change, or whatever its storage offers. */
  readonly identity: string;
  /** Names its tasks and files: the source and a hash of the shard's name. */
  readonly key: string;
}

/** What the corpus must hold nothing of: an item of it is a document of these shards. */
export interface PlannedBenchmark {
  readonly name: string;
  readonly shards: readonly PlannedShard[];
}

export interface Plan {
  /**
   * corpus: everything, up to corpus files and decision records. audit: only as far as clusters, at several similarities. mixture: only as far as the
   * sizes that a mixture is planned from, in the folder of the corpus, which goes on from there. tune: from there to the proxies of mixtures.
   */
  readonly job: 'corpus' | 'audit' | 'mixture' | 'tune';
  readonly recipe: Recipe;
  readonly recipeFingerprint: string;
  /** Version of the package, and a hash of the code that runs: work of other code is done again. */
  readonly version: string;
  readonly code: string;
  /** Absolute path of the run's folder. */
  readonly directory: string;
  /** Where its result is published, without credentials. Absent: nowhere. */
  readonly publishTo?: string;
  readonly kernels: 'wasm' | 'reference';
  /** In the order of the recipe's sources, then by name. */
  readonly shards: readonly PlannedShard[];
  /** By source. */
  readonly needs: Readonly<Record<string, SourceNeeds>>;
  /** Identities of the files that stages, models and a tokenizer name, by path: changed files are other work. */
  readonly files: Readonly<Record<string, string>>;
  /** In the order of the recipe. Absent: it has no `decontaminate`. */
  readonly benchmarks?: readonly PlannedBenchmark[];
  /** The user's own files of stages, which every worker loads before its first task. */
  readonly stageFiles: readonly StageFile[];
  /** Partitions of every exchange by hash: one task each. */
  readonly partitions: number;
  /** Jaccard similarities that documents are clustered at, ascending: one in a corpus job. */
  readonly levels: readonly number[];
  /** Documents that an audit draws, to be estimated from. Absent: all are compared with all. */
  readonly sample?: number;
  /** Sources of an audit, not all, that the others are held against: each side is looked up in the other. */
  readonly overlap?: readonly string[];
  /** Of job tune. */
  readonly tune?: TunePlan;
  /** Bytes that all workers and the main thread may take together. It changes how work is done, never what comes of it. */
  readonly memory: number;
  readonly clustering: Clustering;
  /** Whether the run also writes an index of the documents that it keeps. */
  readonly indexed: boolean;
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

export interface PlanInputs {
  /** Default: corpus. */
  readonly job?: Plan['job'];
  readonly recipe: Recipe;
  readonly directory: string;
  readonly publishTo?: string | undefined;
  readonly version: string;
  readonly code: string;
  readonly kernels: 'wasm' | 'reference';
  /** Every stage that the recipe may name. Default: those that are built in. */
  readonly catalog?: readonly StageDefinition[];
  readonly stageFiles?: readonly StageFile[];
  /** Default: the threshold of the recipe. */
  readonly levels?: readonly number[];
  readonly sample?: number | undefined;
  readonly overlap?: readonly string[];
  readonly tune?: TunePlan;
  /** Bytes for a plan of so many shards. Default: 2 GB. */
  readonly memory?: (shards: number) => number;
  /** Default: false. */
  readonly indexed?: boolean;
  /** The files of a source, sorted by name, each with its identity. */
  filesOf(source: string): readonly IdentifiedFile[];
  /** The same of a benchmark; asked for those of the recipe. */
  benchmarkFilesOf?(benchmark: string): readonly IdentifiedFile[];
  /** The identity of a file that stages, models or a tokenizer name; ConfigError where there is none. Asked for those alone. */
  identityOf?(path: string): string;
}

/** Expected band records in one partition, and text in one writer's parts: some tens of MB to sort and to hold. */
const RECORDS_PER_PARTITION = 1_000_000;
const BYTES_PER_WRITER = 256 << 20;
/** Rough bytes of a document as stored, for planning alone. */
const STORED_BYTES_PER_DOCUMENT = 2000;
const AT_LEAST = 4;
const AT_MOST = 4096;

export function makePlan(inputs: PlanInputs): Plan {
  const { job = 'corpus', recipe, directory, publishTo, version, code, kernels, catalog = stageCatalog, stageFiles = [], overlap = [], sample, tune, indexed = false, filesOf, identityOf } = inputs;
  const shards = Object.entries(recipe.sources).flatMap(([source, { read }]) => {
    const files = filesOf(source);
    if (files.length === 0) throw new ConfigError(`sources.${source}.read.paths: ${read.paths.join(', ')}: no file matches, expected at least one`);
    return shardsOfFiles(source, read.format, files);
  });
  const benchmarks = Object.entries(recipe.decontaminate?.against ?? {}).map(([name, { format, paths }]): PlannedBenchmark => {
    const files = inputs.benchmarkFilesOf?.(name) ?? [];
    if (files.length === 0) throw new ConfigError(`decontaminate.against.${name}.paths: ${paths.join(', ')}: no file matches, expected at least one`);
    return { name, shards: shardsOfFiles(name, format, files) };
  });
  const needs = Object.fromEntries(Object.keys(recipe.sources).map((source) => [source, sourceNeeds(recipe, source, catalog)]));
  const paths = [...Object.values(needs).flatMap((need) => need.files), ...Object.values(recipe.models).flatMap((model) => (model.kind === 'file' ? [model.path] : [])), ...countingFiles(recipe)];
  const files = Object.fromEntries([...new Set(paths)].sort().map((path) => [path, identityOf?.(path) ?? path]));
  const bytes = inputBytes(shards);
  const documents = expectedDocuments(recipe, shards);
  const bands = recipe.dedup?.minhash?.bands ?? 1;
  const memory = inputs.memory?.(shards.length) ?? DEFAULT_MEMORY_BYTES;
  const levels = inputs.levels ?? [recipe.dedup?.minhash?.threshold ?? 1];
  const within = (count: number): number => Math.min(AT_MOST, Math.max(AT_LEAST, Math.ceil(count)));
  return {
    job, recipe, recipeFingerprint: recipeFingerprint(recipe), version, code, directory, kernels, shards, needs, files, stageFiles,
    partitions: within((documents * bands) / RECORDS_PER_PARTITION), levels, memory, clustering: clusteringOf(documents, levels.length, memory),
    indexed, writers: within(bytes / BYTES_PER_WRITER), ...(overlap.length === 0 ? {} : { overlap }), ...(sample === undefined ? {} : { sample }),
    ...(publishTo === undefined ? {} : { publishTo }), ...(benchmarks.length === 0 ? {} : { benchmarks }), ...(tune === undefined ? {} : { tune }),
  };
}

/** A rough number, for planning alone. */
function expectedDocuments(recipe: Recipe, shards: readonly PlannedShard[]): number {
  return shards.reduce((sum, shard) => {
    const { format } = recipe.sources[shard.source]!.read; // shards are made from sources
    return sum + (format === 'index' ? shard.files[0]!.bytes / indexRowBytes(recipe) : inputBytes([shard]) / STORED_BYTES_PER_DOCUMENT); // a shard has a file
  }, 0);
}

/** Bytes of all input files as stored. */
export const inputBytes = (shards: readonly Shard[]): number => shards.reduce((sum, { files }) => sum + files.reduce((part, file) => part + file.bytes, 0), 0);

/** Sources that something is decided of as a whole: `decide` has a task for each. */
export const decidingSources = ({ recipe, needs }: Plan): readonly string[] => Object.keys(recipe.sources).filter((source) => needs[source]?.decision !== undefined);
