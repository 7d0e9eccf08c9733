/**
 * What the parts of a task may take of `--memory`: sort buffers and caches. All workers are threads of one process, so its memory is shared out: first
 * what Node, the kernels and a batch take whatever the corpus, then the rest in equal parts to the workers. Budgets change how often something is
 * spilled or read again, never what comes of it.
 */
import { ConfigError } from '../core/errors.js';
import type { Plan } from './plan.js';

/** What a run may take where nobody says: a laptop has it to spare. */
export const DEFAULT_MEMORY_BYTES = 2_000_000_000;
/** The main thread: Node itself, the code. 95 MB were measured. */
const MAIN_BYTES = 110_000_000;
/**
 * A worker before its sorts and caches: a second heap, kernels and models, a batch of text with its columns, one row group of decision records. 200,000
 * documents through `sluice dedup` with one worker took 318 MB in `record` besides the main thread and 32 MB of sort and caches.
 */
const WORKER_BYTES = 270_000_000;
/** What each thread knows of a shard: its place in the plan, and what its tasks wrote. */
const SHARD_BYTES = 2000;
/** The least that sorts and caches of a worker work with. */
const LEAST_TASK_BYTES = 32_000_000;
/** More does not make a sort faster. */
const MOST_SORT_BYTES = 64 << 20;

/** The least that a run with one worker and few shards takes. */
export const LEAST_MEMORY_BYTES = MAIN_BYTES + WORKER_BYTES + LEAST_TASK_BYTES;

/** In bytes. A task has one sort that is read while another is filled, and two caches, at most: together the worker's part. */
export interface TaskMemory {
  readonly sort: number;
  readonly cache: number;
}

/** What is taken whatever the tasks: by the main thread, and by so many workers. */
const fixedBytes = (workers: number, shards: number): number => MAIN_BYTES + workers * WORKER_BYTES + (workers + 1) * shards * SHARD_BYTES;

export function taskMemory({ memory, shards }: Pick<Plan, 'memory' | 'shards'>, workers: number): TaskMemory {
  const part = Math.max(LEAST_TASK_BYTES, (memory - fixedBytes(workers, shards.length)) / workers);
  return { sort: Math.min(MOST_SORT_BYTES, Math.floor(part / 4)), cache: Math.floor(part / 4) };
}

/** What a run needs memory for, besides documents. */
export interface MemoryNeeds {
  readonly workers: number;
  readonly shards: number;
  /** Bytes of a part of the corpus: `write` holds one a worker. */
  readonly shardSize: number;
  /** Bytes that a tokenizer takes of a worker while nothing is sorted. Default: none is named. */
  readonly tokenizer?: number;
}

/** The bytes that a run may take: those asked for, or a default that suffices. Throws ConfigError, with the figures, where what was asked for does not. */
export function memoryFor(asked: number | undefined, { workers, shards, shardSize, tokenizer = 0 }: MemoryNeeds): number {
  const least = fixedBytes(workers, shards) + workers * Math.max(LEAST_TASK_BYTES, shardSize, tokenizer);
  if (asked === undefined) return Math.max(DEFAULT_MEMORY_BYTES, least);
  if (asked >= least) return asked;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new ConfigError(`--memory: found ${megabytes(asked)}, expected at least ${megabytes(least)} for ${workers} worker${workers === 1 ? '' : 's'} and ${shards} shards: `
    + `${megabytes(MAIN_BYTES)}, for each worker ${megabytes(WORKER_BYTES)} and the largest of ${megabytes(LEAST_TASK_BYTES)}, output.shardSize (${megabytes(shardSize)})${tokenizer === 0 ? '' : ` and the tokenizer (${megabytes(tokenizer)})`}, `
    + `and ${SHARD_BYTES} bytes a shard and thread: take fewer workers, or smaller parts of the corpus`);
}
