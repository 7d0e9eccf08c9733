/** What a corpus came to, beside what was asked: per source its requested and realised weight, and how often its documents are repeated. */
import { noAmount, type Amount } from '../core/ledger.js';
import type { MixturePlan } from './budget.js';

/** Of documents, with their size in the mixture's unit. */
export interface SizedAmount extends Amount {
  size: number;
}

export const noSize = (): SizedAmount => ({ ...noAmount(), size: 0 });

export interface RealisedSource {
  readonly source: string;
  /** Share asked for, after normalisation. */
  readonly requestedWeight: number;
  /** Share of the corpus's size. */
  readonly realisedWeight: number;
  /** In the corpus, every copy counted. */
  readonly size: number;
  readonly tokens: number;
  readonly bytes: number;
  readonly documents: number;
  /** Size in the corpus / size available; 0 where nothing was available. */
  readonly epochs: number;
}

/** One entry per source of the plan, in its order. `written`: what the corpus holds of each source, every copy counted. */
export function realiseMixture(plan: Pick<MixturePlan, 'sources'>, written: Readonly<Record<string, Readonly<SizedAmount>>>): RealisedSource[] {
  const amounts = plan.sources.map(({ source }) => (Object.hasOwn(written, source) ? written[source]! : noSize()));
  const total = amounts.reduce((sum, { size }) => sum + size, 0);
  return plan.sources.map(({ source, requestedWeight, available }, i) => {
    const { size, tokens, bytes, documents } = amounts[i]!;
    return {
      source, requestedWeight, size, tokens, bytes, documents,
      realisedWeight: total === 0 ? 0 : size / total,
      epochs: available === 0 ? 0 : size / available,
    };
  });
}
