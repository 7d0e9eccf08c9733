/**
 * The grammar of `mixture:`, how much of each source the corpus has: budget, weights or a rule for them, caps. Which sources there are is not known here:
 * `resolveMixture` fills in what holds for each of them, and recipe-mixture-checks.ts looks at the names.
 */
import { z } from 'zod';
import { PRESET_NAMES } from '../mixture/presets.js';
import type { WeightRule } from '../mixture/rules.js';
import { MIXTURE_UNITS, type MixtureUnit } from '../mixture/unit.js';
import { BYTES_PATTERN, COUNT_PATTERN, parseBytes, parseCount } from './quantity.js';
import { name } from './recipe-source-schema.js';
import { tokensSchema } from './recipe-tokens-schema.js';
import type { MixtureRecipe } from './recipe.js';

const published = z.string().min(1).max(200);
const publishedText = { error: 'expected a published source or a list of them' };

const rule = z.union([
  z.enum(['proportional', 'unimax']).transform((kind): WeightRule => ({ kind })),
  z.strictObject({ temperature: z.number().min(1).max(1000).describe('By size to the power of 1 / temperature: 1 is proportional, larger ones come nearer to equal shares.') })
    .transform(({ temperature }): WeightRule => ({ kind: 'temperature', temperature })),
  z.strictObject({ epochs: z.record(name, z.number().min(0).max(1000)).describe('By size times epochs: how often each source is read beside the others; 0 leaves it out.') })
    .transform(({ epochs }): WeightRule => ({ kind: 'epochs', epochs })),
  z.strictObject({
    preset: z.enum(PRESET_NAMES).describe('A published mixture.'),
    map: z.record(name, z.union([published, z.array(published).max(100)], publishedText).transform((value) => (typeof value === 'string' ? [value] : value))).default({})
      .describe('For each source of the recipe the published ones it stands for; [] for none.'),
  }).transform(({ preset, map }): WeightRule => ({ kind: 'preset', preset, map })),
]);

const budgetText = { error: 'expected max or a whole number such as 20M, at least 1' };

const maxEpochs = z.number().gt(0).max(1000);
const maxShare = z.number().gt(0).max(1);

/** One number for all sources, or some by name and one for the others; `fallback` where neither is given. */
const bySource = (value: z.ZodNumber, fallback: number) => z.union([value, z.record(name, value)]).default(fallback)
  .transform((given): BySource => (typeof given === 'number' ? { others: given, named: {} } : { others: given['default'] ?? fallback, named: without(given, 'default') }));

interface BySource {
  readonly others: number;
  readonly named: Readonly<Record<string, number>>;
}

const without = <Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** Its output is what `resolveMixture` takes. */
export const mixtureSchema = z.strictObject({
  unit: z.enum(MIXTURE_UNITS).default('tokens').describe('What budget and weights count.'),
  budget: z.union([z.literal('max'), z.int().min(1, budgetText), z.string().regex(COUNT_PATTERN, budgetText), z.string().regex(BYTES_PATTERN, budgetText)], budgetText)
    .describe('Of the whole corpus, such as 20M; max: as much as maxEpochs allows.'),
  weights: z.record(name, z.number().min(0).max(1e9)).optional()
    .describe('Share of each source in the corpus; 0 leaves it out, as those under dedup.against are. They need not sum to 1 or 100.'),
  rule: rule.optional().describe('In place of weights. proportional: by size. unimax: equal shares, but none repeated more than maxEpochs. temperature: in between. epochs: by size times epochs. preset: as published.'),
  maxEpochs: bySource(maxEpochs, 4).describe('How often a source may be repeated: a number, or some by source, with default for the others.'),
  maxShare: bySource(maxShare, 1).describe('What part of the corpus a source may be, 0 to 1: a number, or some by source, with default for the others.'),
  shortfall: z.enum(['error', 'cap', 'renormalise']).default('error')
    .describe('When a source has too little: stop, take what there is, or give what is missing to the others.'),
  tokens: tokensSchema.optional().describe('How tokens are counted. Without it they are estimated with the sources\' bytesPerToken.'),
}).transform(({ unit, budget, weights, rule: named, tokens, ...rest }, context) => {
  const whole: number | 'max' | undefined = typeof budget === 'number' ? budget : budget === 'max' ? 'max' : parseSize(budget, unit);
  if (whole === undefined || whole === 0) {
    context.addIssue({ code: 'custom', path: ['budget'], message: unit === 'bytes' ? 'expected max or a size such as 64MB or 300GB, at least 1' : budgetText.error });
    return z.NEVER;
  }
  const weighting = weights === undefined ? named : named === undefined ? { kind: 'given' as const, weights } : undefined;
  if (weighting === undefined) {
    context.addIssue({ code: 'custom', message: `expected ${weights === undefined ? 'weights or a rule for them' : 'either weights or a rule'}` });
    return z.NEVER;
  }
  return { unit, budget: whole, rule: weighting, ...rest, ...(tokens === undefined ? {} : { tokens }) };
});

/** A size in the unit as a person writes it, such as a budget. `300B` is 300 billion, but of bytes it could as well be 300: undefined, as for what is no size. */
export function parseSize(text: string, unit: MixtureUnit): number | undefined {
  if (unit !== 'bytes') return parseCount(text);
  return /[0-9] ?B$/.test(text) ? undefined : (parseBytes(text) ?? parseCount(text));
}

/** What holds for each source, by name. Sources that are only compared with (`against`) have no weight, whatever the rule. */
export function resolveMixture({ rule: weighting, maxEpochs: epochs, maxShare: shares, ...rest }: z.output<typeof mixtureSchema>, sources: readonly string[], against: readonly string[]): MixtureRecipe {
  const fill = ({ others, named }: BySource): Record<string, number> => ({ ...Object.fromEntries(sources.map((source) => [source, others])), ...named });
  const none = against.filter((source) => sources.includes(source));
  const whole = (): WeightRule => {
    switch (weighting.kind) {
      case 'given': return { ...weighting, weights: { ...Object.fromEntries(none.map((source) => [source, 0])), ...weighting.weights } };
      case 'epochs': return { ...weighting, epochs: { ...Object.fromEntries(none.map((source) => [source, 0])), ...weighting.epochs } };
      case 'preset': return { ...weighting, map: { ...Object.fromEntries(none.map((source) => [source, []])), ...weighting.map } };
      default: return weighting;
    }
  };
  return { ...rest, rule: whole(), maxEpochs: fill(epochs), maxShare: fill(shares) };
}
