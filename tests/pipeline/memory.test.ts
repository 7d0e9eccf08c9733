import { describe, expect, it } from 'vitest';
import { ConfigError } from '#src/core/errors.js';
import { clusteringOf, unionBytes } from '#src/pipeline/clustering.js';
import { LEAST_MEMORY_BYTES, memoryFor, taskMemory } from '#src/pipeline/memory.js';
import type { Plan } from '#src/pipeline/plan.js';

const planOf = (memory: number, shards: number): Pick<Plan, 'memory' | 'shards'> => ({ memory, shards: new Array<Plan['shards'][number]>(shards) });

describe('the memory of a run', () => {
  it('is refused below what its workers, shards and parts take, with the figures', () => {
    const needs = { workers: 2, shards: 1000, shardSize: 64_000_000 };
    expect(memoryFor(1_000_000_000, needs)).toBe(1_000_000_000);
    expect(() => memoryFor(700_000_000, needs)).toThrow(ConfigError);
    expect(() => memoryFor(700_000_000, needs)).toThrow(/^--memory: found 700 MB, expected at least 784 MB for 2 workers and 1000 shards: /);
    expect(() => memoryFor(1_000_000_000, { ...needs, shards: 90_000 })).toThrow(/1000 MB, expected at least \d+ MB for 2 workers and 90000 shards/);
  });

  it('has room for a tokenizer in each worker where one counts, which is not needed beside what is sorted', () => {
    const needs = { workers: 2, shards: 1000, shardSize: 64_000_000 };
    expect(memoryFor(1_000_000_000, { ...needs, tokenizer: 130_000_000 })).toBe(1_000_000_000);
    expect(() => memoryFor(1_000_000_000, { ...needs, tokenizer: 250_000_000 })).toThrow(/expected at least 1156 MB .* and the tokenizer \(250 MB\)/);
  });

  it('is by default enough for any number of workers', () => {
    for (const workers of [1, 2, 64]) {
      const memory = memoryFor(undefined, { workers, shards: 100, shardSize: 64_000_000 });
      expect(memoryFor(memory, { workers, shards: 100, shardSize: 64_000_000 })).toBe(memory);
      expect(memory).toBeGreaterThanOrEqual(2_000_000_000);
    }
  });

  it('is shared out so that two sorts and two caches of each worker fit beside what is taken anyway', () => {
    for (const [memory, workers] of [[1e9, 2], [4e9, 8], [LEAST_MEMORY_BYTES + 1e7, 1]] as const) {
      const { sort, cache } = taskMemory(planOf(memory, 100), workers);
      expect(workers * (2 * sort + 2 * cache)).toBeLessThan(memory);
      expect(Math.min(sort, cache)).toBeGreaterThanOrEqual(8e6);
    }
  });

  it('decides between union-find and rounds: 12 million rows with edges at 1.5 GB, none at the least', () => {
    expect(clusteringOf(10e6, 1, 1.5e9)).toBe('union-find');
    expect(clusteringOf(12e6, 1, 1.5e9)).toBe('rounds');
    expect(clusteringOf(10e6, 6, 1.5e9)).toBe('rounds');
    expect(unionBytes(LEAST_MEMORY_BYTES, 1)).toBe(0);
    expect(clusteringOf(1, 1, LEAST_MEMORY_BYTES)).toBe('rounds');
  });
});
