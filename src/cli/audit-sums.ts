/** Sums over the results of shards: what was read, by source, and what could not be. */
import type { Audit, Removable } from '../dedup/audit.js';
import type { CurateResult } from '../pipeline/phases/curate.js';

export interface SourceAmount {
  readonly source: string;
  documents: number;
  tokens: number;
  bytes: number;
}

/** What was read, by source in the order of the recipe. */
export function sourceAmounts(sources: readonly string[], curated: readonly { readonly source: string; readonly result: Pick<CurateResult, 'ledger'> }[]): readonly SourceAmount[] {
  const amounts = sources.map((source) => ({ source, documents: 0, tokens: 0, bytes: 0 }));
  for (const { source, result } of curated) {
    const amount = amounts[sources.indexOf(source)]!; // shards are made from sources
    const { out } = result.ledger.stages[0]!; // `read`, which every chain begins with
    amount.documents += out.documents;
    amount.tokens += out.tokens;
    amount.bytes += out.bytes;
  }
  return amounts;
}

export const sumAmounts = (amounts: readonly SourceAmount[]): Omit<SourceAmount, 'source'> => (
  { documents: sum(amounts.map(({ documents }) => documents)), tokens: sum(amounts.map(({ tokens }) => tokens)), bytes: sum(amounts.map(({ bytes }) => bytes)) });

/** By reason. */
export function faultsOf(results: readonly Pick<CurateResult, 'faults'>[]): Audit['faults'] {
  const faults = new Map<string, { reason: string; count: number; lost: boolean }>();
  for (const { reason, count, lost } of results.flatMap((result) => result.faults)) {
    const before = faults.get(reason);
    if (before === undefined) faults.set(reason, { reason, count, lost });
    else before.count += count;
  }
  return [...faults.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const rateOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
export const removable = (documents: number, of: number): Removable => ({ documents, rate: rateOf(documents, of) });
