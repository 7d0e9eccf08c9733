/**
 * The n-grams of a run's benchmarks, as phase `benchmark` wrote them, for the phases that look for them. A worker loads them once. Memory of a task: what
 * `benchmarkBytes` says, 31 to 36 bytes an n-gram; more than the worker has for it is refused with the figures.
 */
import { ConfigError, ShardError } from '../core/errors.js';
import { PositionedFile } from '../formats/positioned-file.js';
import type { NgramScanner, NgramTable } from '../kernels/kernels.js';
import { ngramTableBytes } from '../kernels/ngram-table.js';
import type { BenchmarkResult } from './phases/benchmark.js';
import type { Run } from './run.js';
import { kernelsOf } from './stage-context.js';

/** A task's own arrays: documents of each n-gram and the last of them in `scan` (8 bytes), groups (2 bytes), what is ignored (a bit). */
const OWN_BYTES = 11;
/** Of the worker's part of memory: one of its two caches and the sort that these phases do not need. */
const PART = 2;

const benchmarkBytes = (counts: readonly number[]): number => ngramTableBytes(counts) + OWN_BYTES * counts.reduce((sum, count) => sum + count, 0);

/** Throws ConfigError where the n-grams, so many of each length, are more than a task of this run can hold. */
export function expectRoom(run: Run, counts: readonly number[]): void {
  const bytes = benchmarkBytes(counts);
  const room = PART * run.memory.cache;
  if (bytes <= room) return;
  const ngrams = counts.reduce((sum, count) => sum + count, 0);
  const megabytes = (some: number): string => `${Math.ceil(some / 1e6)} MB`;
  throw new ConfigError(`decontaminate.against: found ${ngrams} different n-grams, which take ${megabytes(bytes)} in each worker, expected at most ${megabytes(room)}: `
    + 'give the run more --memory or fewer --workers, or fewer benchmarks at a time');
}

let loaded: { readonly key: string; readonly scanner: NgramScanner } | undefined;

/** Finds them in texts. */
export function benchmarkScanner(run: Run): NgramScanner {
  const completion = run.completed<BenchmarkResult>('benchmark', 0);
  const key = [run.plan.kernels, ...['first', 'second'].map((role) => completion.outputs[role]?.crc32), completion.result.lengths.join(), completion.result.counts.join()].join('\0');
  if (loaded?.key !== key) loaded = { key, scanner: kernelsOf(run).ngramScanner(readTable(run)) };
  return loaded.scanner;
}

function readTable(run: Run): NgramTable {
  const completion = run.completed<BenchmarkResult>('benchmark', 0);
  const { lengths, counts } = completion.result;
  expectRoom(run, counts);
  const names = (role: string): BigUint64Array => new BigUint64Array(readWhole(run.outputPath(completion, role)).buffer);
  try {
    return { lengths: Uint32Array.from(lengths), counts: Uint32Array.from(counts), first: names('first'), second: names('second') };
  } catch (error) {
    if (error instanceof RangeError) throw new ShardError(`${run.outputPath(completion, 'first')}: ${error.message}; it is damaged`, { cause: error });
    throw error;
  }
}

/** The group of benchmarks that each n-gram is of: an index into `groups` of the phase's result. */
export function benchmarkGroups(run: Run): Uint16Array {
  return new Uint16Array(readWhole(run.outputPath(run.completed('benchmark', 0), 'groups')).buffer);
}

/** Whether an n-gram is ignored, as phase `frequent` decided. */
export function ignoredNgrams(run: Run): (ngram: number) => boolean {
  const bits = readWhole(run.outputPath(run.completed('frequent', 0), 'ignored'));
  return (ngram) => ((bits[ngram >> 3]! >> (ngram & 7)) & 1) === 1;
}

/** Whether a source is looked through: all are but those that others are only compared with, or those named. */
export function isScanned({ plan: { recipe } }: Run, source: string): boolean {
  return recipe.decontaminate?.sources?.includes(source) ?? recipe.dedup?.against.includes(source) !== true;
}

function readWhole(path: string): Uint8Array {
  const file = new PositionedFile(path);
  try {
    return file.read(0, file.bytes);
  } finally {
    file.close();
  }
}
