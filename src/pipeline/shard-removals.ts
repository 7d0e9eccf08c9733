/** The removals of one shard, as phase `remove` listed them, asked for in ascending order of rows. Memory: a block of columns. */
import { REMOVAL_METHODS, type RemovalMethod } from '../dedup/resolve.js';
import { RowCursor } from './row-cursor.js';
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
  readonly #rows: RowCursor;

  constructor(run: Run, rank: number) {
    this.#rows = new RowCursor(tasksOf(run.plan, 'remove') === 0 ? undefined : run.outputPath(run.completed('remove', rank), 'removals'), 'removed');
  }

  /** Whether the row was removed. Each row is asked for once, in this way or by `at`. */
  has(row: number): boolean {
    return this.#rows.find(row) !== undefined;
  }

  at(row: number): ShardRemoval | undefined {
    const at = this.#rows.find(row);
    if (at === undefined) return undefined;
    const number = (name: string): number => this.#rows.number(at, name);
    return {
      cluster: number('cluster'), keptRow: number('keptRow'), keptId: this.#rows.text(at, 'keptId'), jaccard: number('jaccard'), exactJaccard: number('exactJaccard'),
      method: REMOVAL_METHODS[number('method')]!, // written as an index into it
    };
  }

  /** Throws unless every removal was asked for: the list is of other rows. */
  expectAllFound(): void {
    this.#rows.expectAllFound();
  }

  close(): void {
    this.#rows.close();
  }
}
