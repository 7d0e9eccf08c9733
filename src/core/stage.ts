/**
 * The kinds of stage a chain is made of. A chain runs once per shard, over batches; stages are synchronous inside a
 * batch, own nothing of it, and never look at another batch, so that a decision cannot depend on batch size or order.
 */
import type { Column, ColumnKind, DocumentBatch } from './document-batch.js';
import type { TextEdits } from './text-edits.js';

/** One input file, with the name that identifies it whatever machine it is read on. */
export interface ShardFile {
  /** Path relative to the recipe's root, '/' between parts: sorts, and stands in ids and reports. */
  readonly name: string;
  /** Where it is opened. */
  readonly path: string;
  /** Size in bytes when the run was planned. */
  readonly bytes: number;
}

/** The unit of work: one input file, or, for folders of small text files, a run of them in order of name. */
export interface Shard {
  /** The recipe's name for the source. */
  readonly source: string;
  /** Name of its (first) file. */
  readonly name: string;
  readonly files: readonly ShardFile[];
}

/** A record that could not become a document, or had to be repaired. Never silent: counted with its place. */
export interface Fault {
  /** kebab-case, one of the reasons the source declares. */
  readonly reason: string;
  /** Byte position in the stored file (in its files end to end, where a shard has several), and inside the inflated member. */
  readonly offset: number;
  readonly inner: number;
  /** Bytes of the stored file or of the inflated member that were passed over; 0 where a record was only repaired. */
  readonly bytes: number;
  /** true: the record was lost. false: it was repaired, and its document follows. */
  readonly lost: boolean;
  /** What was found and what was expected, for a person. */
  readonly detail: string;
}

/** What a source yields: batches of documents, and faults between them, in the order of the file. */
export type SourceItem =
  | { readonly kind: 'documents'; readonly batch: DocumentBatch }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

export interface Source {
  readonly kind: 'source';
  readonly name: string;
  /** Every reason that its faults can have. */
  readonly reasons: readonly string[];
  /** Opens the shard and yields what is in it; throws ShardError when the file itself cannot be read. */
  read(shard: Shard, signal?: AbortSignal): AsyncGenerator<SourceItem>;
  /** The text of the one document at a place that `read` reported, as its bytes: for `sluice why`, not for bulk. */
  readAt(shard: Shard, offset: number, inner: number): Promise<Uint8Array>;
}

export interface Annotator {
  readonly kind: 'annotator';
  readonly name: string;
  readonly reads: readonly string[];
  readonly writes: readonly { readonly name: string; readonly kind: ColumnKind }[];
  /** Columns as long as the batch; what they hold in rows that are not in `rows` (ascending) counts for nothing. */
  annotate(batch: DocumentBatch, rows: Uint32Array): ReadonlyMap<string, Column>;
}

export interface Filter {
  readonly kind: 'filter';
  readonly name: string;
  readonly reads: readonly string[];
  /** At most 255, in the order of their verdict bytes: verdict v names `reasons[v - 1]`. */
  readonly reasons: readonly string[];
  /** Writes `verdicts[row]` for each of `rows`: 0 keep, else 1 + the index of the reason. */
  judge(batch: DocumentBatch, rows: Uint32Array, verdicts: Uint8Array): void;
}

/** Gives documents new text, and drops those that are not worth keeping after (or because of) the change. */
export interface Modifier {
  readonly kind: 'modifier';
  readonly name: string;
  readonly reads: readonly string[];
  /** Reasons for dropping, as a filter's; may be none. The chain itself drops a document that is left without text, as `no-text-left`. */
  readonly reasons: readonly string[];
  /**
   * Hands the new text of the rows that it changes to `edits`, in ascending order, and writes `verdicts[row]` where it drops one (its edits then count
   * for nothing). The batch itself is not touched: the chain makes a new one of the edits, with the same columns.
   */
  modify(batch: DocumentBatch, rows: Uint32Array, verdicts: Uint8Array, edits: TextEdits): void;
}

export type Stage = Annotator | Filter | Modifier;
