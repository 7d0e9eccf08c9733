/**
 * Notes down, in an audit, what phase `tally` counts of a shard's documents: their lengths and the hashes of their paragraphs, each as a record that
 * meets its equals in one partition. Lengths of one range (dedup/length-spikes.ts) stay together.
 */
import { documentBytes, type DocumentBatch } from '../core/document-batch.js';
import { lengthRange } from '../dedup/length-spikes.js';
import { eachParagraph } from '../dedup/paragraph-lines.js';
import { partitionOf } from '../dedup/partition.js';
import { LENGTH_TALLY_WORDS, PARAGRAPH_TALLY_WORDS } from '../dedup/tally.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { PartitionedWriter } from '../formats/partitioned-file.js';
import type { Run } from './run.js';

/** Memory to sort in; a paragraph takes 40 bytes of it, a document's length 24. */
const PARAGRAPH_BYTES = 8 << 20;
const LENGTH_BYTES = 1 << 20;

export class TallyWriter {
  readonly #partitions: number;
  readonly #lengths: PartitionedWriter;
  readonly #paragraphs: PartitionedWriter;
  readonly #length = new Uint32Array(LENGTH_TALLY_WORDS);
  readonly #paragraph = new Uint32Array(PARAGRAPH_TALLY_WORDS);
  #documents = 0;

  constructor(run: Run, rank: number) {
    this.#partitions = run.plan.partitions;
    const folder = run.path('work', 'curate');
    const partitioned = (ending: string, words: number, memoryBytes: number): PartitionedWriter =>
      new PartitionedWriter(run.workPath('curate', rank, ending), folder, memoryBytes, { words, partitions: this.#partitions });
    this.#lengths = partitioned('lengths', LENGTH_TALLY_WORDS, LENGTH_BYTES);
    this.#paragraphs = partitioned('paragraphs', PARAGRAPH_TALLY_WORDS, PARAGRAPH_BYTES);
  }

  /** Notes the rows kept, in order: the n-th document added has number n in the shard. */
  add(batch: DocumentBatch, rows: Uint32Array): void {
    const paragraph = this.#paragraph;
    for (const row of rows) {
      const text = documentBytes(batch, row);
      this.#length.set([text.length, this.#documents]);
      this.#lengths.add(lengthRange(text.length) % this.#partitions, this.#length);
      paragraph[3] = this.#documents;
      eachParagraph(text, (start, end, high, low) => {
        paragraph[0] = high;
        paragraph[1] = low;
        paragraph[2] = end - start;
        this.#paragraphs.add(partitionOf(high, this.#partitions), paragraph);
      });
      this.#documents += 1;
    }
  }

  commit(): Record<string, WrittenFile> {
    return { lengths: this.#lengths.commit(), paragraphs: this.#paragraphs.commit() };
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#lengths.abort();
    this.#paragraphs.abort();
  }
}
