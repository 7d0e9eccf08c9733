/** The worst-case mixture in a few lines of text: weights, what each source loses under it, and what is proven. */
import type { MinimaxMixture } from '../mixture/tune/minimax.js';
import type { Weights } from '../mixture/tune/types.js';
import { shareText } from './tune-numbers.js';
import { describeBytes, plainTable, plainText } from './table.js';

export interface MinimaxReport extends MinimaxMixture {
  readonly recipe: string;
  /** Of the weights: the recipe's. */
  readonly unit: string;
  /** The weights as shares of bytes, which is what was counted, capped and proven. */
  readonly byBytes: Weights;
  /** Bytes of an event: a context and the byte behind it. */
  readonly order: number;
  readonly sources: readonly {
    readonly source: string;
    /** Of text that was counted. */
    readonly bytes: number;
    /** Largest share of the bytes; 1 where nothing caps it. */
    readonly cap: number;
  }[];
}

export function renderMinimax({ order, unit, sources, weights, byBytes, excess, gap }: MinimaxReport): string {
  const right = (titles: readonly string[]) => titles.map((title) => ({ title, right: true }));
  const table = plainTable([{ title: 'source' }, ...right(['counted', 'cap', 'of bytes', `of ${unit}`, 'excess'])], sources.map(({ source, bytes, cap }) => [
    plainText(source, 40), describeBytes(bytes), cap >= 1 ? '-' : shareText(cap), shareText(byBytes[source] ?? 0), shareText(weights[source] ?? 0), (excess[source] ?? 0).toFixed(4),
  ]));
  const value = sources.reduce((sum, { source }) => ((byBytes[source] ?? 0) > 0 ? sum + byBytes[source]! * excess[source]! : sum), 0); // of every source
  return `${table}

excess: bits per byte that the mixture's counts of ${order} bytes cost a source beyond its own counts
weighted by share of bytes: ${value.toFixed(6)}; no allowed mixture has more than ${(value + gap).toFixed(6)} (gap ${gap.toExponential(1)})
Exact for unsmoothed counts of this text: a trained model smooths, and other text has other counts. No target was asked for: it is the mixture to be
surprised least by, not one that is good for anything in particular.
`;
}
