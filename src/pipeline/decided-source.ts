/**
 * What phase `decide` found of one source, for the account of its shards: the twentieth that a document lies in, the verdict of those dropped, and the
 * ledger of the stage that asked, which could not know them when the shard was read.
 */
import { addAmount, drop, noAmount, stageLedger, type Amount, type SourceLedger } from '../core/ledger.js';
import type { Verdict } from './chain.js';
import type { DecideResult } from './phases/decide.js';
import { decidingSources } from './plan.js';
import type { Run } from './run.js';
import type { Survivors } from './survivors.js';

/** For one shard: `amend` takes what `drop` was told. Memory: a byte a document of the shard, where its source has buckets. */
export class DecidedSource {
  readonly #result: DecideResult | undefined;
  readonly #buckets: { readonly values: Uint8Array; readonly first: number } | undefined;
  readonly #dropped = stageLedger('');

  constructor(run: Run, survivors: Survivors, shard: number) {
    const rank = decidingSources(run.plan).indexOf(run.plan.shards[shard]!.source); // a shard of the plan
    this.#result = rank < 0 ? undefined : run.completed<DecideResult>('decide', rank).result;
    this.#buckets = survivors.decided(shard, 'buckets', 1);
  }

  /** 0, the worst, to 19; null where the source has no buckets. */
  bucketOf(row: number): number | null {
    return this.#buckets?.values[row - this.#buckets.first] ?? null;
  }

  /** Of the documents that were dropped. */
  get verdict(): Verdict {
    const { stage, reason } = this.#result ?? {};
    if (stage === undefined || reason === undefined) throw new Error('a document was dropped by a decision that its source does not have');
    return { stage, reason };
  }

  drop(reason: string, amount: Readonly<Amount>): void {
    drop(this.#dropped, reason, amount);
  }

  /** The shard's ledger with the dropped documents taken out of its last stage. */
  amend(ledger: SourceLedger): SourceLedger {
    const dropped = Object.entries(this.#dropped.dropped);
    if (dropped.length === 0) return ledger;
    return {
      ...ledger,
      stages: ledger.stages.map((stage) => {
        if (stage.stage !== this.#result?.stage) return stage;
        const out = noAmount();
        addAmount(out, stage.out);
        for (const [, { documents, bytes, tokens }] of dropped) addAmount(out, { documents: -documents, bytes: -bytes, tokens: -tokens });
        return { ...stage, out, dropped: { ...stage.dropped, ...Object.fromEntries(dropped) } };
      }),
    };
  }
}
