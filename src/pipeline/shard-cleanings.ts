/** What phase `clean` did to a shard's documents, asked for in ascending order of rows. Memory: a block of columns. */
import { RowCursor } from './row-cursor.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

export interface ShardCleaning {
  /** Of the text that is left; 0 where there is none. */
  readonly bytes: number;
  readonly tokens: number;
  /** Different n-grams of benchmarks that it held; pieces that it was split into without them. */
  readonly ngrams: number;
  readonly pieces: number;
  /** Names of the benchmarks, comma between. */
  readonly benchmarks: string;
  /** The longest run of n-grams. */
  readonly sample: string;
}

export class ShardCleanings {
  readonly #rows: RowCursor;

  constructor(run: Run, rank: number) {
    this.#rows = new RowCursor(tasksOf(run.plan, 'clean') === 0 ? undefined : run.outputPath(run.completed('clean', rank), 'cuts'), 'cleaned');
  }

  /** undefined where the row's document held none. Each row is asked for once. */
  at(row: number): ShardCleaning | undefined {
    const at = this.#rows.find(row);
    if (at === undefined) return undefined;
    const number = (name: string): number => this.#rows.number(at, name);
    if (number('ngrams') === 0) return undefined; // only copied from phase `cut`
    return { bytes: number('bytes'), tokens: number('tokens'), ngrams: number('ngrams'), pieces: number('pieces'), benchmarks: this.#rows.text(at, 'benchmarks'), sample: this.#rows.text(at, 'sample') };
  }

  /** Throws unless every document was asked for: the list is of other rows. */
  expectAllFound(): void {
    this.#rows.expectAllFound();
  }

  close(): void {
    this.#rows.close();
  }
}
