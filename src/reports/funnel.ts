/**
 * The funnel: what went into every stage of every source, what came out, and why the rest was dropped. Computed from the ledger alone, which
 * is asserted to conserve documents, bytes and tokens, so every share here adds up.
 */
import { assertConserved, type Amount, type Ledger } from '../core/ledger.js';
import { describeBytes, describeCount, describePercent, type TableColumn, type TableRow } from './table.js';

export interface FunnelRow {
  readonly source: string;
  readonly stage: string;
  readonly in: Readonly<Amount>;
  readonly out: Readonly<Amount>;
  /** Most documents first, then by reason. */
  readonly dropped: readonly { readonly reason: string; readonly amount: Readonly<Amount> }[];
  /** Documents kept with changed text, and what they lost by it. */
  readonly edited?: Readonly<Amount>;
}

/** One row per source and stage, in the ledger's order. Throws where the ledger does not conserve. */
export function funnelRows(ledger: Ledger): FunnelRow[] {
  assertConserved(ledger);
  return ledger.sources.flatMap(({ source, stages }) => stages.map((stage) => ({
    source,
    stage: stage.stage,
    in: stage.in,
    out: stage.out,
    dropped: Object.entries(stage.dropped)
      .map(([reason, amount]) => ({ reason, amount }))
      .sort((a, b) => b.amount.documents - a.amount.documents || (a.reason < b.reason ? -1 : 1)),
    ...(stage.edited === undefined ? {} : { edited: stage.edited }),
  })));
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

const right = (title: string): TableColumn => ({ title, right: true });

/** Per source and stage: documents, text and tokens in and out, and the share of documents that stayed. */
export function funnelTable(ledger: Ledger): Table {
  return {
    columns: [
      { title: 'source' }, { title: 'stage' }, right('documents in'), right('out'), right('kept'),
      right('text in'), right('out'), right('tokens in'), right('out'),
    ],
    rows: funnelRows(ledger).map((row) => [
      row.source, row.stage, describeCount(row.in.documents), describeCount(row.out.documents), describePercent(row.out.documents, row.in.documents),
      describeBytes(row.in.bytes), describeBytes(row.out.bytes), describeCount(row.in.tokens), describeCount(row.out.tokens),
    ]),
  };
}

/**
 * Per source, stage and reason: what was dropped, and its share of the documents that went into the stage. Documents kept with changed text have a row of
 * their own, with the text and tokens that went (below 0: that came).
 */
export function reasonTable(ledger: Ledger): Table {
  return {
    columns: [
      { title: 'source' }, { title: 'stage' }, { title: 'reason' }, right('documents'), right('share'), right('text'), right('tokens'),
    ],
    rows: funnelRows(ledger).flatMap((row) => [
      ...row.dropped, ...(row.edited === undefined ? [] : [{ reason: '(kept with changed text)', amount: row.edited }]),
    ].map(({ reason, amount }) => [
      row.source, row.stage, reason, describeCount(amount.documents), describePercent(amount.documents, row.in.documents),
      signed(amount.bytes, describeBytes), signed(amount.tokens, describeCount),
    ])),
  };
}

const signed = (value: number, describe: (value: number) => string): string => (value < 0 ? `-${describe(-value)}` : describe(value));

/** Documents that a source had at first and in the end: before its first and after its last stage. */
export function funnelEnds(ledger: Ledger, source: string): { readonly in: Readonly<Amount>; readonly out: Readonly<Amount> } {
  const none = { documents: 0, bytes: 0, tokens: 0 };
  const stages = ledger.sources.find((one) => one.source === source)?.stages ?? [];
  return { in: stages[0]?.in ?? none, out: stages.at(-1)?.out ?? none };
}
