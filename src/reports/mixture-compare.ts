/** What other rules would make of the same sources and the same budget, beside the recipe's own: weights and epochs, before epochs and shares are capped. */
import { weightsByRule, type WeightRule } from '../mixture/rules.js';
import type { MixtureRecipe } from '../pipeline/recipe.js';
import type { MixtureNumbers } from './mixture-numbers.js';
import { describeSize } from './mixture-text.js';
import { describePercent, plainTable, plainText } from './table.js';

export interface ComparedRule {
  /** The first is `recipe`, its own. */
  readonly rule: string;
  readonly sources: readonly { readonly source: string; readonly weight: number; readonly epochs: number }[];
}

export interface Comparison {
  readonly unit: MixtureNumbers['unit'];
  readonly budget: number;
  readonly rules: readonly ComparedRule[];
}

/** Temperature of the comparison: the square root of size, half way between proportional and equal. */
const TEMPERATURE = 2;

const NAMES: Partial<Record<WeightRule['kind'], string>> = { temperature: `temperature ${TEMPERATURE}`, unimax: 'UniMax' };

const OTHERS: readonly WeightRule[] = [{ kind: 'proportional' }, { kind: 'temperature', temperature: TEMPERATURE }, { kind: 'unimax' }];

export function compareRules({ unit, budget, rule: own, sources }: MixtureNumbers, { maxEpochs }: Pick<MixtureRecipe, 'maxEpochs'>): Comparison {
  const sizes = Object.fromEntries(sources.map(({ source, available }) => [source, available.size]));
  const same = JSON.stringify(own);
  const rules = [
    { rule: 'recipe', weights: Object.fromEntries(sources.map(({ source, requestedWeight }) => [source, requestedWeight])) },
    ...OTHERS.filter((rule) => JSON.stringify(rule) !== same).map((rule) => ({ rule: NAMES[rule.kind] ?? rule.kind, weights: weightsByRule(rule, sizes, { budget, maxEpochs }).weights })),
  ];
  return {
    unit, budget,
    rules: rules.map(({ rule, weights }) => ({
      rule,
      sources: Object.entries(sizes).map(([source, size]) => ({ source, weight: weights[source]!, epochs: size === 0 ? 0 : (budget * weights[source]!) / size })), // a weight for every size
    })),
  };
}

/** A line a source, two columns a rule. */
export function renderComparison({ unit, budget, rules }: Comparison): string {
  const columns = [{ title: 'source' }, ...rules.flatMap(({ rule }) => [{ title: rule, right: true }, { title: 'epochs', right: true }])];
  const rows = rules[0]!.sources.map(({ source }, i) => [ // the recipe's own is there
    plainText(source, 18), ...rules.flatMap(({ sources }) => [describePercent(sources[i]!.weight), sources[i]!.epochs.toFixed(3)]), // of the same sources
  ]);
  return `Weights by other rules, and the epochs that ${describeSize(budget, unit)}${unit === 'bytes' ? '' : ` ${unit}`} would make of them:\n\n${plainTable(columns, rows)}\n`;
}
