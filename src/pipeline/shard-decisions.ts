/**
 * What became of each document of a shard behind `curate`, for its decision record: the decision over its source, deduplication, paragraphs that others hold
 * too, passages of benchmarks, the mixture. Each is a step that a document passes or is dropped by, with a reason; the steps' ledgers continue the shard's own. Memory: what the
 * lists of removals and cuts state, and a bit a document of the shard.
 */
import { columnOf } from '../core/document-batch.js';
import { addAmount, assertConserved, drop, noAmount, stageLedger, type Amount, type SourceLedger, type StageLedger } from '../core/ledger.js';
import type { ColumnBlock, ColumnFile } from '../formats/column-reader.js';
import { copiesOf, type DocumentKey, type SourceCopies } from './copies.js';
import { DecidedSource } from './decided-source.js';
import type { DecisionCells } from './decision-columns.js';
import type { CurateResult } from './phases/curate.js';
import type { SelectResult } from './phases/select.js';
import type { Run } from './run.js';
import { ShardCleanings } from './shard-cleanings.js';
import { ShardCuts } from './shard-cuts.js';
import { ShardRemovals } from './shard-removals.js';
import { Survivors } from './survivors.js';
import { tasksOf } from './tasks.js';

/** Reasons of the stages that decide over the whole corpus. */
const DUPLICATE_REASONS = { exact: 'exact-duplicate', url: 'url-duplicate', minhash: 'near-duplicate' } as const;
/** Of documents that others were compared with and that never enter the corpus. */
const ONLY_COMPARED = 'only-compared';
/** Of documents that have no text once the paragraphs are cut that others hold, too. */
const ONLY_REPEATED = 'only-repeated-paragraphs';
/** Of documents that passages of benchmarks split too often, or of which they left nothing. */
const CONTAMINATED = 'contaminated';
const NOT_SELECTED = 'not-selected';

/** A document that survived `curate`. */
interface Survivor {
  /** Its place in the block. */
  readonly at: number;
  /** Its number among the survivors of the shard. */
  readonly kept: number;
  /** Its number among the survivors of the run. */
  readonly row: number;
  /** Of the text; less than was read once paragraphs are cut. */
  readonly amount: Amount;
}

export class ShardDecisions {
  readonly #run: Run;
  readonly #curated: CurateResult;
  readonly #survivors: Survivors;
  readonly #firstRow: number;
  readonly #isKept: (row: number) => boolean;
  readonly #decided: DecidedSource;
  readonly #onlyCompared: boolean;
  readonly #removals: ShardRemovals;
  readonly #cuts: ShardCuts;
  readonly #cleanings: ShardCleanings;
  readonly #planned: SourceCopies;
  readonly #keys: ColumnFile | undefined;
  readonly #dedup = stageLedger('dedup');
  readonly #paragraphs = stageLedger('paragraphs');
  readonly #decontaminate = stageLedger('decontaminate');
  readonly #mixture = stageLedger('mixture');
  /** Survivors of the shard taken so far. */
  #taken = 0;

  constructor(run: Run, rank: number) {
    const { source } = run.plan.shards[rank]!; // rank < tasksOf
    this.#run = run;
    this.#curated = run.completed<CurateResult>('curate', rank).result;
    this.#planned = run.completed<SelectResult>('select', 0).result.sources.find((one) => one.source === source)!; // every source is planned
    this.#survivors = new Survivors(run);
    this.#firstRow = this.#survivors.firstRows[rank]!;
    this.#isKept = this.#survivors.decisions(rank);
    this.#decided = new DecidedSource(run, this.#survivors, rank);
    this.#onlyCompared = run.plan.recipe.dedup?.against.includes(source) === true;
    this.#removals = new ShardRemovals(run, rank);
    this.#cuts = new ShardCuts(run, rank);
    this.#cleanings = new ShardCleanings(run, rank);
    this.#keys = this.#curated.kept === 0 ? undefined : this.#survivors.keptFile(rank);
  }

  /** Fills the cells of a block of `rows`. Blocks come in order; their columns `bytes` and `tokens` become what is left of each document. */
  takeBlock(block: ColumnBlock, cells: DecisionCells): void {
    const verdicts = columnOf(block, 'verdict', 'uint32').values;
    const bytes = columnOf(block, 'bytes', 'uint32').values;
    const tokens = columnOf(block, 'tokens', 'uint32').values;
    for (let at = 0; at < block.length; at++) {
      if (verdicts[at] !== 0) {
        const { stage, reason } = this.#curated.verdicts[verdicts[at]! - 1]!; // codes are made from that list
        cells.drop(at, stage, reason);
        continue;
      }
      const survivor: Survivor = { at, kept: this.#taken, row: this.#firstRow + this.#taken, amount: { documents: 1, bytes: bytes[at]!, tokens: tokens[at]! } };
      this.#taken += 1;
      if (this.#passesDecision(survivor, cells) && this.#passesDedup(survivor, cells) && this.#passesParagraphs(survivor, cells) && this.#passesCleaning(survivor, cells)) {
        bytes[at] = survivor.amount.bytes;
        tokens[at] = survivor.amount.tokens;
        this.#mix(survivor, cells);
      }
    }
  }

  #passesDecision({ at, row, amount }: Survivor, cells: DecisionCells): boolean {
    cells.buckets[at] = this.#decided.bucketOf(row);
    if (this.#isKept(row)) return true;
    const { stage, reason } = this.#decided.verdict;
    cells.drop(at, stage, reason);
    this.#decided.drop(reason, amount);
    return false;
  }

  #passesDedup({ at, row, amount }: Survivor, cells: DecisionCells): boolean {
    addAmount(this.#dedup.in, amount);
    const removal = this.#removals.at(row);
    if (removal === undefined && !this.#onlyCompared) {
      addAmount(this.#dedup.out, amount);
      return true;
    }
    const reason = removal === undefined ? ONLY_COMPARED : DUPLICATE_REASONS[removal.method];
    drop(this.#dedup, reason, amount);
    cells.drop(at, 'dedup', reason);
    if (removal !== undefined) cells.duplicate(at, removal, this.#run.plan.shards[this.#survivors.shardOf(removal.keptRow)]!.source); // every row is in a shard
    return false;
  }

  #passesParagraphs({ at, row, amount }: Survivor, cells: DecisionCells): boolean {
    const cut = this.#cuts.at(row);
    if (cut !== undefined) cells.cut(at, cut, amount.bytes - cut.bytes);
    return this.#passesWith(this.#paragraphs, ONLY_REPEATED, cut, { at, amount }, cells);
  }

  #passesCleaning({ at, row, amount }: Survivor, cells: DecisionCells): boolean {
    const cleaning = this.#cleanings.at(row);
    if (cleaning !== undefined) cells.clean(at, cleaning, amount.bytes - cleaning.bytes);
    return this.#passesWith(this.#decontaminate, CONTAMINATED, cleaning, { at, amount }, cells);
  }

  /** Accounts for what a stage left of a document's text; undefined: all of it. Nothing: the document drops out. */
  #passesWith(stage: StageLedger, reason: string, left: Pick<Amount, 'bytes' | 'tokens'> | undefined, { at, amount }: Pick<Survivor, 'at' | 'amount'>, cells: DecisionCells): boolean {
    addAmount(stage.in, amount);
    if (left?.bytes === 0) {
      drop(stage, reason, amount);
      cells.drop(at, stage.stage, reason);
      return false;
    }
    if (left !== undefined) {
      addAmount((stage.edited ??= noAmount()), { documents: 1, bytes: amount.bytes - left.bytes, tokens: amount.tokens - left.tokens });
      amount.bytes = left.bytes;
      amount.tokens = left.tokens;
    }
    addAmount(stage.out, amount);
    return true;
  }

  #mix({ at, kept, amount }: Survivor, cells: DecisionCells): void {
    addAmount(this.#mixture.in, amount);
    const copies = copiesOf(this.#planned, keyAt(this.#keys!, kept)); // a survivor is in the kept file
    if (copies === 0) {
      drop(this.#mixture, NOT_SELECTED, amount);
      cells.drop(at, 'mixture', NOT_SELECTED);
    } else {
      addAmount(this.#mixture.out, amount);
      cells.copies[at] = copies;
    }
  }

  /** The shard's whole ledger, once all blocks are taken. Throws where removals or cuts are left over, or amounts do not add up. */
  ledger(): SourceLedger {
    this.#removals.expectAllFound();
    this.#cuts.expectAllFound();
    this.#cleanings.expectAllFound();
    const ledger = this.#decided.amend(this.#curated.ledger);
    const paragraphs = tasksOf(this.#run.plan, 'cut') > 0 ? [this.#paragraphs] : [];
    const decontaminate = tasksOf(this.#run.plan, 'clean') > 0 ? [this.#decontaminate] : [];
    const whole = { ...ledger, stages: [...ledger.stages, this.#dedup, ...paragraphs, ...decontaminate, this.#mixture] };
    assertConserved({ sources: [whole] });
    return whole;
  }

  close(): void {
    this.#removals.close();
    this.#cuts.close();
    this.#cleanings.close();
    this.#survivors.close();
  }
}

function keyAt(file: ColumnFile, at: number): DocumentKey {
  const { column, row } = file.at(at, 'key');
  if (column.kind !== 'hash64') throw new Error(`column "key": found ${column.kind}, expected hash64`);
  return { low: column.values[2 * row]!, high: column.values[2 * row + 1]! };
}
