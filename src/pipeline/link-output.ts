/** What tasks of phase `link` write: records for the next round, and members of components. Memory: one sort. */
import { MEMBER_WORDS } from '../dedup/partition.js';
import { starPartition, STAR_RECORD_WORDS } from '../dedup/stars.js';
import { PartitionedWriter } from '../formats/partitioned-file.js';
import type { LinkResult } from './phases/link.js';
import type { PhaseOutput, Run } from './run.js';

/** A round's output: records by partition of their first word. */
export class RoundWriter {
  readonly #partitions: number;
  readonly #writer: PartitionedWriter;

  constructor(run: Run, rank: number) {
    this.#partitions = run.plan.partitions;
    this.#writer = new PartitionedWriter(run.workPath('link', rank, 'records'), run.path('work', 'shuffle'), run.memory.sort, { words: STAR_RECORD_WORDS, partitions: this.#partitions });
  }

  /** Gives how many were added. */
  addAll(records: Uint32Array): number {
    for (let at = 0; at < records.length; at += STAR_RECORD_WORDS) this.#writer.add(starPartition(records[at]!, this.#partitions), records, at);
    return records.length / STAR_RECORD_WORDS;
  }

  commit(result: LinkResult): PhaseOutput<LinkResult> {
    return { outputs: { records: this.#writer.commit() }, result };
  }

  abort(): void {
    this.#writer.abort();
  }
}

/** The phase's output: rows by partition of their root. */
export class MemberWriter {
  readonly #partitions: number;
  readonly #writer: PartitionedWriter;
  #written = 0;

  constructor(run: Run, rank: number) {
    this.#partitions = run.plan.partitions;
    this.#writer = new PartitionedWriter(run.workPath('link', rank, 'members'), run.path('work', 'shuffle'), run.memory.sort, { words: MEMBER_WORDS, partitions: this.#partitions });
  }

  add(root: number, row: number): void {
    this.#writer.add(starPartition(root, this.#partitions), [root, row]);
    this.#written += 1;
  }

  /** Records [root, row], or those of them that fall to one partition. */
  addAll(records: Uint32Array, only?: number): void {
    for (let at = 0; at < records.length; at += MEMBER_WORDS) {
      if (only === undefined || starPartition(records[at]!, this.#partitions) === only) this.add(records[at]!, records[at + 1]!);
    }
  }

  commit(result: LinkResult): PhaseOutput<LinkResult> {
    return { outputs: { members: this.#writer.commit() }, result: { ...result, written: this.#written } };
  }

  abort(): void {
    this.#writer.abort();
  }
}
