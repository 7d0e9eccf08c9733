/** What phase `cut` left of a shard's documents, asked for in ascending order of rows. Memory: a block of columns. */
import { RowCursor } from './row-cursor.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

export interface ShardCut {
  /** Of the text that is left; 0 where there is none. */
  readonly bytes: number;
  readonly tokens: number;
  /** Cut from the document. */
  readonly paragraphs: number;
  /** The beginning of what was cut. */
  readonly sample: string;
}

export class ShardCuts {
  readonly #rows: RowCursor;

  constructor(run: Run, rank: number) {
    this.#rows = new RowCursor(tasksOf(run.plan, 'cut') === 0 ? undefined : run.outputPath(run.completed('cut', rank), 'cuts'), 'cut');
  }

  /** What is left of the row's document; undefined where nothing was cut. Each row is asked for once. */
  at(row: number): ShardCut | undefined {
    const at = this.#rows.find(row);
    if (at === undefined) return undefined;
    const number = (name: string): number => this.#rows.number(at, name);
    return { bytes: number('bytes'), tokens: number('tokens'), paragraphs: number('paragraphs'), sample: this.#rows.text(at, 'sample') };
  }

  /** Throws unless every cut was asked for: the list is of other rows. */
  expectAllFound(): void {
    this.#rows.expectAllFound();
  }

  close(): void {
    this.#rows.close();
  }
}
