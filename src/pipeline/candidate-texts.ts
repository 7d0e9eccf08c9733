/** The texts of candidates, as the corpus would have them: what `curate` kept, or what later phases left of it. Memory: 64 open files, and the text asked for. */
import { OpenFiles } from '../formats/open-files.js';
import { PositionedFile } from '../formats/positioned-file.js';
import { unpackSurvivorRecord } from '../formats/survivor-record.js';
import { changedBy } from './changed-texts.js';
import type { Run } from './run.js';

/** Where a candidate's record is: its shard by rank, and what candidates.ts says of it. */
export interface RecordPlace {
  readonly shard: number;
  readonly recordAt: number;
  readonly recordBytes: number;
  readonly isCut: boolean;
}

export class CandidateTexts {
  readonly #run: Run;
  readonly #files = new OpenFiles((path) => new PositionedFile(path));

  constructor(run: Run) {
    this.#run = run;
  }

  /** It belongs to the caller. */
  textOf({ shard, recordAt, recordBytes, isCut }: RecordPlace): Uint8Array {
    const path = this.#run.outputPath(this.#run.completed(isCut ? changedBy(this.#run.plan)! : 'curate', shard), 'text'); // what is cut was changed
    return unpackSurvivorRecord(this.#files.get(path).read(recordAt, recordBytes)).text;
  }

  close(): void {
    this.#files.close();
  }
}
