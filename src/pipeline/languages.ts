/**
 * The language that a stage detected in each surviving document, for names of corpus files: `curate` has it in its rows, so nothing is written for it that
 * other recipes would not have. Asked for in ascending order of rows. Memory: two columns of a block.
 */
import { columnOf, utf8Bytes } from '../core/document-batch.js';
import { openColumnFile } from '../formats/column-reader.js';
import type { Run } from './run.js';
import { Survivors } from './survivors.js';

export class Languages {
  readonly #run: Run;
  readonly #survivors: Survivors;
  #shard = -1;
  #rows: Iterator<string, undefined> | undefined;
  /** Row that #rows gives next. */
  #next = 0;

  constructor(run: Run) {
    this.#run = run;
    this.#survivors = new Survivors(run);
  }

  /** Empty where unknown. Each row at most once, in ascending order. */
  at(row: number): string {
    if (this.#shard < 0 || row >= this.#survivors.firstRows[this.#shard + 1]!) {
      this.close();
      this.#shard = this.#survivors.shardOf(row);
      this.#next = this.#survivors.firstRows[this.#shard]!;
      this.#rows = languagesOf(this.#run.outputPath(this.#run.completed('curate', this.#shard), 'rows'));
    }
    for (; this.#next < row; this.#next++) this.#rows!.next(); // opened with the shard
    this.#next += 1;
    const found = this.#rows!.next();
    if (found.done === true) throw new Error(`row ${row}: not among those that shard ${this.#shard} has`);
    return found.value;
  }

  close(): void {
    this.#rows?.return?.();
    this.#rows = undefined;
  }
}

/** Of the documents that no stage dropped, in their order. */
function* languagesOf(path: string): Generator<string, undefined> {
  const file = openColumnFile(path);
  try {
    const known = file.schema.some(({ name, kind }) => name === 'language' && kind === 'utf8');
    const decoder = new TextDecoder();
    for (const block of file.blocks({ columns: ['verdict', ...(known ? ['language'] : [])] })) {
      const verdicts = columnOf(block, 'verdict', 'uint32').values;
      const languages = known ? columnOf(block, 'language', 'utf8') : undefined;
      for (let i = 0; i < block.length; i++) if (verdicts[i] === 0) yield languages === undefined ? '' : decoder.decode(utf8Bytes(languages, i));
    }
  } finally {
    file.close();
  }
  return undefined;
}
