/** What phase `cut` left of a shard's documents, asked for in ascending order of rows. Memory: a block of columns. */
import { openColumnFile, type ColumnFile } from '../formats/column-reader.js';
import type { Run } from './run.js';
import { tasksOf } from './tasks.js';

export interface ShardCut {
  /** Of the text that is left; 0 where there is none. */
  readonly bytes: number;
  readonly tokens: number;
  /** Cut from the document. */
  readonly paragraphs: number;
  /** Place of its record in the shard's `text` of phase `cut`. */
  readonly recordAt: number;
  readonly recordBytes: number;
  /** The beginning of what was cut. */
  readonly sample: string;
}

export class ShardCuts {
  readonly #file: ColumnFile | undefined;
  #next = 0;

  constructor(run: Run, rank: number) {
    this.#file = tasksOf(run.plan, 'cut') === 0 ? undefined : openColumnFile(run.outputPath(run.completed('cut', rank), 'cuts'));
  }

  /** What is left of the row's document; undefined where nothing was cut. Each row is asked for once. */
  at(row: number): ShardCut | undefined {
    const file = this.#file;
    const at = this.#next;
    if (file === undefined || at >= file.rows || file.numberAt(at, 'row') !== row) return undefined;
    this.#next += 1;
    const number = (name: string): number => file.numberAt(at, name);
    return {
      bytes: number('bytes'), tokens: number('tokens'), paragraphs: number('paragraphs'), recordAt: number('recordAt'), recordBytes: number('recordBytes'),
      sample: file.utf8At(at, 'sample'),
    };
  }

  /** Throws unless every cut was asked for: the list is of other rows. */
  expectAllFound(): void {
    if (this.#file !== undefined && this.#next !== this.#file.rows) throw new Error(`found ${this.#next} of ${this.#file.rows} cut rows among the shard's documents`);
  }

  close(): void {
    this.#file?.close();
  }
}
