/**
 * Notes down the paragraphs of a shard's surviving documents for phase `repeats`: a record each, dealt out by its hash, so that equal ones meet in one
 * partition. Memory: one sort.
 */
import { documentBytes, type DocumentBatch } from '../core/document-batch.js';
import { eachParagraphKey } from '../dedup/paragraphs.js';
import { partitionOf } from '../dedup/partition.js';
import { PARAGRAPH_RECORD_WORDS } from '../dedup/repeated-paragraphs.js';
import type { WrittenFile } from '../formats/atomic-file.js';
import { PartitionedWriter } from '../formats/partitioned-file.js';
import type { DedupRecipe, ParagraphRecipe } from './recipe.js';
import type { Run } from './run.js';
import { scopeWords } from './signature-layout.js';

/** Memory to sort in, at most: half a million paragraphs fit without spilling. */
const SHUFFLE_BYTES = 16 << 20;

export class ParagraphWriter {
  readonly #rule: ParagraphRecipe;
  readonly #partitions: number;
  readonly #scope: readonly [low: number, high: number];
  readonly #writer: PartitionedWriter;
  readonly #record = new Uint32Array(PARAGRAPH_RECORD_WORDS);
  #documents = 0;
  /** Records written. */
  records = 0;

  constructor(run: Run, rank: number, { scope }: DedupRecipe, rule: ParagraphRecipe) {
    this.#rule = rule;
    this.#partitions = run.plan.partitions;
    this.#scope = scopeWords(scope, run.plan.shards[rank]!); // rank < tasksOf
    this.#writer = new PartitionedWriter(
      run.workPath('curate', rank, 'paragraph-keys'), run.path('work', 'curate'), Math.min(SHUFFLE_BYTES, run.memory.sort),
      { words: PARAGRAPH_RECORD_WORDS, partitions: this.#partitions },
    );
  }

  /** Notes the rows kept, in order: the n-th document added has number n in the shard. */
  add(batch: DocumentBatch, rows: Uint32Array): void {
    const [scopeLow, scopeHigh] = this.#scope;
    const record = this.#record;
    for (const row of rows) {
      record[2] = this.#documents;
      eachParagraphKey(documentBytes(batch, row), this.#rule, (high, low) => {
        record[0] = high ^ scopeHigh;
        record[1] = low ^ scopeLow;
        this.#writer.add(partitionOf(record[0]!, this.#partitions), record);
        this.records += 1;
      });
      this.#documents += 1;
    }
  }

  commit(): Record<string, WrittenFile> {
    return { paragraphKeys: this.#writer.commit() };
  }

  /** Does nothing after a commit. */
  abort(): void {
    this.#writer.abort();
  }
}

/** What the records depend on: not how many documents make a paragraph repeated, nor who keeps it. */
export function paragraphInputs(dedup: DedupRecipe | undefined): unknown {
  return dedup?.paragraphs === undefined ? null : { unit: dedup.paragraphs.unit, leastBytes: dedup.paragraphs.leastBytes, scope: dedup.scope };
}
