/**
 * The ledger: what went in, what came out and what was dropped for which reason, per source and stage. Conservation
 * (in = out + sum of dropped + what edits took away) is asserted wherever a ledger is closed or merged, so a document cannot vanish unnoticed.
 */

/** Documents, bytes of UTF-8 text, and estimated tokens (whole numbers, summed per document, so they conserve too). */
export interface Amount {
  documents: number;
  bytes: number;
  tokens: number;
}

export interface StageLedger {
  readonly stage: string;
  readonly in: Amount;
  readonly out: Amount;
  /** By reason. */
  readonly dropped: Record<string, Amount>;
  /** Documents that were given new text and kept, and the bytes and tokens they lost by it (below 0: gained). Absent: none. */
  edited?: Amount;
}

export interface SourceLedger {
  readonly source: string;
  /** In the order of the chain: each stage's in is the stage before's out. */
  readonly stages: StageLedger[];
  /** Records that were repaired and kept, by reason. */
  readonly repaired: Record<string, number>;
}

export interface Ledger {
  readonly sources: SourceLedger[];
}

export const noAmount = (): Amount => ({ documents: 0, bytes: 0, tokens: 0 });

export function addAmount(to: Amount, from: Readonly<Amount>): void {
  to.documents += from.documents;
  to.bytes += from.bytes;
  to.tokens += from.tokens;
}

export const stageLedger = (stage: string): StageLedger => ({ stage, in: noAmount(), out: noAmount(), dropped: {} });

/** Adds to the amount dropped for a reason. */
export function drop(stage: StageLedger, reason: string, amount: Readonly<Amount>): void {
  addAmount((stage.dropped[reason] ??= noAmount()), amount);
}

/** Throws when documents, bytes or tokens are not conserved, naming the source, stage and figures. */
export function assertConserved(ledger: Ledger): void {
  for (const { source, stages } of ledger.sources) {
    stages.forEach((stage, i) => {
      const sum = noAmount();
      addAmount(sum, stage.out);
      for (const amount of Object.values(stage.dropped)) addAmount(sum, amount);
      if (stage.edited !== undefined) addAmount(sum, { ...stage.edited, documents: 0 }); // an edited document goes out too
      const before = stages[i - 1]?.out;
      for (const unit of ['documents', 'bytes', 'tokens'] as const) {
        if (sum[unit] !== stage.in[unit]) {
          throw new Error(`ledger of ${source}, stage ${stage.stage}: ${stage.in[unit]} ${unit} in, ${sum[unit]} out and dropped`);
        }
        if (before !== undefined && before[unit] !== stage.in[unit]) {
          throw new Error(`ledger of ${source}, stage ${stage.stage}: ${stage.in[unit]} ${unit} in, ${before[unit]} out of the stage before`);
        }
      }
    });
  }
}

/** The sum of ledgers: sources in the order of first appearance, stages by name in the order of first appearance. */
export function mergeLedgers(ledgers: Iterable<Ledger>): Ledger {
  const bySource = new Map<string, { ledger: SourceLedger; byStage: Map<string, StageLedger> }>();
  for (const { sources } of ledgers) {
    for (const part of sources) {
      let whole = bySource.get(part.source);
      if (whole === undefined) {
        whole = { ledger: { source: part.source, stages: [], repaired: {} }, byStage: new Map() };
        bySource.set(part.source, whole);
      }
      for (const stage of part.stages) {
        let sum = whole.byStage.get(stage.stage);
        if (sum === undefined) {
          sum = stageLedger(stage.stage);
          whole.byStage.set(stage.stage, sum);
          whole.ledger.stages.push(sum);
        }
        addAmount(sum.in, stage.in);
        addAmount(sum.out, stage.out);
        for (const [reason, amount] of Object.entries(stage.dropped)) drop(sum, reason, amount);
        if (stage.edited !== undefined) addAmount((sum.edited ??= noAmount()), stage.edited);
      }
      for (const [reason, count] of Object.entries(part.repaired)) {
        whole.ledger.repaired[reason] = (whole.ledger.repaired[reason] ?? 0) + count;
      }
    }
  }
  const merged = { sources: [...bySource.values()].map(({ ledger }) => ledger) };
  assertConserved(merged);
  return merged;
}
