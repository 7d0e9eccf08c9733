/**
 * From a rule to weights: those given, in proportion to size, by temperature, by epochs, by UniMax, or those of a published recipe (presets.ts). Every rule gives
 * shares that sum to 1, and says what a person should know of how it came to them. What they mean for a budget is budget.ts.
 */
import { presetWeights } from './presets.js';
import { unimax } from './unimax.js';
import { normaliseWeights } from './weights.js';

export type WeightRule =
  /** As a person wrote them: shares, percent or parts. */
  | { readonly kind: 'given'; readonly weights: Readonly<Record<string, number>> }
  /** By size. */
  | { readonly kind: 'proportional' }
  /** By size to the power of 1 / temperature: 1 is proportional, larger ones come nearer to equal shares. */
  | { readonly kind: 'temperature'; readonly temperature: number }
  | { readonly kind: 'unimax' }
  /** By size times epochs, as The Pile was mixed: what matters is how often a source is read beside the others. One for every source. */
  | { readonly kind: 'epochs'; readonly epochs: Readonly<Record<string, number>> }
  /** A published mixture: each source takes the weights of the published sources that are mapped to it. */
  | { readonly kind: 'preset'; readonly preset: string; readonly map: Readonly<Record<string, readonly string[]>> };

export interface RuleContext {
  /** In the unit of the sizes; `max`: as much as maxEpochs allows. UniMax alone asks. */
  readonly budget: number | 'max';
  /** By source; one that is not named may be repeated without end. UniMax alone asks. */
  readonly maxEpochs: Readonly<Record<string, number>>;
  /** Share of the budget by source, 0 to 1; one that is not named may have all. UniMax alone asks. */
  readonly maxShare?: Readonly<Record<string, number>>;
}

export interface RuleWeights {
  /** By source, summing to 1 up to rounding. */
  readonly weights: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/**
 * The weights of the sources that have sizes. Sizes are whole numbers of any unit, one at least above 0; `given` and `preset` do not look at them. Does
 * not depend on the order of the sources. Throws RangeError where there is nothing to share: no size, no weight, UniMax without any bound.
 */
export function weightsByRule(rule: WeightRule, sizes: Readonly<Record<string, number>>, context: RuleContext): RuleWeights {
  switch (rule.kind) {
    case 'given': return withWarning(normaliseWeights(rule.weights));
    case 'proportional': return { weights: bySize(sizes, (size) => size), warnings: [] };
    case 'temperature': return { weights: bySize(sizes, (size) => Math.pow(size, 1 / rule.temperature)), warnings: [] };
    case 'epochs': return { weights: bySize(sizes, (size, name) => size * rule.epochs[name]!), warnings: [] };
    case 'unimax': return uniMaxWeights(sizes, context);
    case 'preset': return presetWeights(rule.preset, rule.map);
  }
}

const withWarning = ({ weights, warning }: ReturnType<typeof normaliseWeights>): RuleWeights => ({ weights, warnings: warning === undefined ? [] : [warning] });

/** Sizes relative to the largest, so that no power overflows. An empty source gives nothing, whatever the temperature. */
function bySize(sizes: Readonly<Record<string, number>>, weigh: (size: number, name: string) => number): Readonly<Record<string, number>> {
  const largest = Math.max(0, ...Object.values(sizes));
  if (largest === 0) throw new RangeError('weights by size: found no source with a size above 0, expected one');
  const raw = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, size === 0 ? 0 : weigh(size / largest, name)]));
  return normaliseWeights(raw, { silent: true }).weights;
}

function uniMaxWeights(sizes: Readonly<Record<string, number>>, { budget, maxEpochs, maxShare = {} }: RuleContext): RuleWeights {
  const sources = Object.entries(sizes).map(([name, size]) => ({ name, size, maxEpochs: size === 0 ? 0 : (own(maxEpochs, name) ?? Infinity), maxShare: own(maxShare, name) ?? 1 }));
  const most = sources.reduce((sum, source) => sum + source.size * source.maxEpochs, 0);
  const total = budget === 'max' ? most : budget;
  if (!(total > 0) || most === 0 || total === Infinity) throw new RangeError(`unimax: found a budget of ${total} and ${most} to be had, expected both above 0 and the budget finite`);
  const amounts = unimax(sources, total);
  const warnings = budget === 'max' ? ['unimax with a budget of max takes every source as often as maxEpochs allows: with a number it would share the budget equally'] : [];
  return { weights: normaliseWeights(Object.fromEntries(sources.map(({ name }) => [name, amounts.get(name)!])), { silent: true }).weights, warnings }; // an amount each
}

const own = <Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined => (Object.hasOwn(values, name) ? values[name] : undefined);
