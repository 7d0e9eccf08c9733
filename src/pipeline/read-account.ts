/**
 * The account of what was found in a shard, before any stage: documents, lost records and repaired ones. It is the ledger's first stage, `read`. Memory: a
 * summary for each reason, of which the sources have few.
 */
import { addAmount, drop, stageLedger, type Amount } from '../core/ledger.js';
import type { Fault } from '../core/stage.js';
import type { DocumentAmounts } from './document-amounts.js';

/** The first places of each reason that a result names: enough to go and look. */
const PLACES = 5;

export interface FaultSummary {
  readonly reason: string;
  readonly count: number;
  readonly lost: boolean;
  /** Of the first few. */
  readonly places: readonly { readonly offset: number; readonly inner: number; readonly detail: string }[];
}

/** A lost record has no text that could be counted. */
const LOST: Readonly<Amount> = { documents: 1, bytes: 0, tokens: 0 };

export class ReadAccount {
  readonly ledger = stageLedger('read');
  /** Records repaired, by reason. */
  readonly repaired: Record<string, number> = {};
  readonly #faults = new Map<string, { reason: string; count: number; lost: boolean; places: FaultSummary['places'][number][] }>();

  /** In the order of their first occurrence. */
  get faults(): FaultSummary[] {
    return [...this.#faults.values()];
  }

  takeDocuments(amounts: DocumentAmounts, length: number): void {
    for (let row = 0; row < length; row++) {
      addAmount(this.ledger.in, amounts.at(row));
      addAmount(this.ledger.out, amounts.at(row));
    }
  }

  takeFaults(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#summarise(fault);
      if (fault.lost) {
        addAmount(this.ledger.in, LOST);
        drop(this.ledger, fault.reason, LOST);
      } else {
        this.repaired[fault.reason] = (this.repaired[fault.reason] ?? 0) + 1;
      }
    }
  }

  #summarise({ reason, lost, offset, inner, detail }: Fault): void {
    let summary = this.#faults.get(reason);
    if (summary === undefined) this.#faults.set(reason, (summary = { reason, count: 0, lost, places: [] }));
    summary.count += 1;
    if (summary.places.length < PLACES) summary.places.push({ offset, inner, detail });
  }
}
