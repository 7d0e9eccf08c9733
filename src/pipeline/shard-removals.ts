/** The removals of one shard, as phase `remove` listed them, asked for in ascending order of rows. Memory: a block of columns. */
import { REMOVAL_METHODS, type RemovalMethod } from '../dedup/resolve.js';
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

export interface ShardRemoval {
  readonly cluster: number;
  readonly keptRow: number;
  readonly keptId: string;
  /** Estimated; NaN where there is no signature. */
  readonly jaccard: number;
  /** NaN where it was not computed. */
  readonly exactJaccard: number;
  readonly method: RemovalMethod;
}

export class ShardRemovals {
  readonly #file: ColumnFile | undefined;
  #next = 0;

  constructor(run: Run, rank: number) {
    this.#file = tasksOf(run.plan, 'remove') === 0 ? undefined : openColumnFile(run.outputPath(run.completed('remove', rank), 'removals'));
  }

  /** Whether the row was removed. Each row is asked for once, in this way or by `at`. */
  has(row: number): boolean {
    const file = this.#file;
    if (file === undefined || this.#next >= file.rows || file.numberAt(this.#next, 'row') !== row) return false;
    this.#next += 1;
    return true;
  }

  at(row: number): ShardRemoval | undefined {
    if (!this.has(row)) return undefined;
    const file = this.#file!; // it has the row
    const at = this.#next - 1;
    return {
      cluster: file.numberAt(at, 'cluster'), keptRow: file.numberAt(at, 'keptRow'), keptId: file.utf8At(at, 'keptId'), jaccard: file.numberAt(at, 'jaccard'), exactJaccard: file.numberAt(at, 'exactJaccard'),
      method: REMOVAL_METHODS[file.numberAt(at, 'method')]!, // written as an index into it
    };
  }

  /** Throws unless every removal was asked for: the list is of other rows. */
  expectAllFound(): void {
    if (this.#file !== undefined && this.#next !== this.#file.rows) throw new Error(`found ${this.#next} of ${this.#file.rows} removed rows among the shard's documents`);
  }

  close(): void {
    this.#file?.close();
  }
}
