/** What `sluice tune propose` asks beside the fit: targets and their weights, what sources have, the prior, and the caps that a budget makes. */
import { readFileSync, statSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { ConfigError } from '../core/errors.js';
import { epochCaps } from '../mixture/tune/capped-simplex.js';
import type { Fit, Weights } from '../mixture/tune/types.js';
import type { MixtureUnit } from '../mixture/unit.js';
import { normaliseWeights } from '../mixture/weights.js';
import { parseBytes, parseCount } from '../pipeline/quantity.js';
import { expectedOneOf } from '../pipeline/recipe-problems.js';
import type { Recipe } from '../pipeline/recipe.js';

/** Where neither a recipe nor the command line says more (facts of repetition: arXiv:2305.16264). */
const DEFAULT_EPOCHS = 4;
const MOST_PRIOR_BYTES = 1 << 20;

/** Largest shares by source, and what they come from. */
export interface ProposalCaps {
  /** Of the fit's sources; empty where nothing caps them. */
  readonly caps: Readonly<Record<string, number>>;
  /** Absent: no budget, so no source is capped by how often it is read. */
  readonly budget?: number;
  readonly maxEpochs: Readonly<Record<string, number>>;
}

/** What a proposal stays near. */
export interface ProposalPrior {
  readonly prior: Weights;
  readonly name: string;
  readonly warnings: readonly string[];
}

/** Weights of targets: those asked for, else the recipe's. Errors: ConfigError with the fit's targets where there are none, or one is not of the fit. */
export function proposalTargets(fit: Fit, asked: readonly string[], recipe: Recipe | undefined): Readonly<Record<string, number>> {
  const names = fit.targets.map(({ target }) => target);
  const ofRecipe = Object.entries(recipe?.tune?.targets ?? {}).map(([name, { weight }]): [string, number] => [name, weight]);
  const entries = asked.length > 0 ? asked.map((text) => parseTarget(text, names)) : ofRecipe;
  if (entries.length === 0) {
    throw new ConfigError(`targets: found none, expected what the mixture is to be good for, such as --target "${names[0]!}=1" (repeatable; or tune.targets of a recipe). `
      + `The fit has: ${names.join(', ')}`);
  }
  for (const [i, [name]] of entries.entries()) {
    const place = asked.length > 0 ? '--target' : 'tune.targets';
    if (!names.includes(name)) throw new ConfigError(`${place}: found "${name}", which is no target of the fit, ${expectedOneOf(name, names)}`);
    if (entries.findIndex(([other]) => other === name) < i) throw new ConfigError(`--target: found ${name} twice, expected it once`);
  }
  if (entries.every(([, weight]) => weight === 0)) throw new ConfigError('--target: found only weights of 0, expected one above 0');
  return Object.fromEntries(entries);
}

/** NAME=WEIGHT, or NAME alone for a weight of 1; names of metrics may have = in them. */
function parseTarget(text: string, names: readonly string[]): [string, number] {
  if (names.includes(text)) return [text, 1];
  const at = text.lastIndexOf('=');
  const weight = at < 0 || !/^(\d+\.?\d*|\.\d+)$/.test(text.slice(at + 1)) ? NaN : Number(text.slice(at + 1));
  if (!(weight < 1e9)) throw new ConfigError(`--target: found "${text}", expected NAME=WEIGHT such as "${names[0]!}=1", with one of ${names.join(', ')}`);
  return [text.slice(0, at), weight];
}

/** Sizes that the command line declares, one for every source of the fit. */
export function declaredSizes(sources: readonly string[], declared: readonly string[], unit: MixtureUnit): Readonly<Record<string, number>> {
  const sizes = new Map<string, number>();
  for (const text of declared) {
    const at = text.lastIndexOf('=');
    const [source, count] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    if (!sources.includes(source)) throw new ConfigError(`--available: found "${text}", expected SOURCE=COUNT with a source of the fit, ${expectedOneOf(source, sources)}`);
    if (sizes.has(source)) throw new ConfigError(`--available: found ${source} twice, expected it once`);
    sizes.set(source, parseAmount(`--available ${source}`, count, unit));
  }
  const missing = sources.filter((source) => !sizes.has(source));
  if (missing.length > 0) throw new ConfigError(`--available: found nothing for ${missing.join(', ')}, expected a size for every source of the fit, 0 for none`);
  if ([...sizes.values()].every((size) => size === 0)) throw new ConfigError('--available: found no source with anything, expected a size above 0');
  return Object.fromEntries(sizes);
}

export function parseAmount(option: string, text: string, unit: MixtureUnit): number {
  const value = unit === 'bytes' ? parseBytes(text) : parseCount(text);
  if (value === undefined) throw new ConfigError(`${option}: found "${text}", expected a whole number of ${unit} such as ${unit === 'bytes' ? '410GB' : '410B'}`);
  return value;
}

/**
 * Caps from a budget (the command line's, else the recipe's; `max` is none), epochs (likewise; else 4) and the recipe's largest shares. Without sizes there are none of
 * epochs. Errors: ConfigError for a budget without sizes.
 */
export function proposalCaps(
  sources: readonly string[], sizes: Readonly<Record<string, number>> | undefined, recipe: Recipe | undefined,
  { budget: asked, maxEpochs: epochs }: { readonly budget?: string; readonly maxEpochs?: number },
): ProposalCaps {
  const mixture = recipe?.mixture;
  if (asked !== undefined && sizes === undefined) throw new ConfigError('--budget: found no sizes of sources, expected --available SOURCE=COUNT for each, or a recipe');
  const given = asked === undefined || asked === 'max' ? undefined : parseAmount('--budget', asked, mixture?.unit ?? 'tokens');
  if (given === 0) throw new ConfigError('--budget: found 0, expected 1 or more');
  const budget = asked !== undefined ? given : typeof mixture?.budget === 'number' ? mixture.budget : undefined;
  const maxEpochs = Object.fromEntries(sources.map((source) => [source, epochs ?? mixture?.maxEpochs[source] ?? DEFAULT_EPOCHS]));
  const caps = Object.fromEntries(sources.flatMap((source): [string, number][] => {
    const bySize = sizes === undefined ? 1 : epochCaps({ [source]: sizes[source]! }, budget, maxEpochs[source]!)[source]!;
    const cap = Math.min(bySize, mixture?.maxShare[source] ?? 1);
    return cap < 1 ? [[source, cap]] : [];
  }));
  return { caps, maxEpochs, ...(budget === undefined ? {} : { budget }) };
}

/** `proportional`, `uniform`, or a file of weights; what was not asked for is proportional where sizes are known, else uniform. */
export function proposalPrior(sources: readonly string[], asked: string | undefined, sizes: Readonly<Record<string, number>> | undefined): ProposalPrior {
  if (sizes === undefined && asked === 'proportional') {
    throw new ConfigError('--prior proportional: found no sizes of sources, expected --available SOURCE=COUNT for each, or a recipe');
  }
  if (sizes !== undefined && (asked === undefined || asked === 'proportional')) return { prior: normaliseWeights(sizes).weights, name: 'proportional to size', warnings: [] };
  if (asked === undefined || asked === 'uniform') {
    const unknown = 'no sizes of sources are known (--available, or a recipe): the prior is uniform, and no source is capped by how often it would be read';
    return { prior: Object.fromEntries(sources.map((source) => [source, 1 / sources.length])), name: 'uniform', warnings: asked === undefined ? [unknown] : [] };
  }
  return priorOfFile(sources, asked);
}

function priorOfFile(sources: readonly string[], asked: string): ProposalPrior {
  const weights = readWeights(asked);
  for (const name of Object.keys(weights)) if (!sources.includes(name)) throw new ConfigError(`${asked}: found ${name}, which is no source of the fit, ${expectedOneOf(name, sources)}`);
  const missing = sources.filter((source) => !Object.hasOwn(weights, source));
  if (missing.length > 0) throw new ConfigError(`${asked}: found no weight of ${missing.join(', ')}, expected one for every source of the fit`);
  const { weights: prior, warning } = normaliseWeights(weights);
  return { prior, name: asked, warnings: warning === undefined ? [] : [warning.replace('mixture weights', `${asked}: weights`)] };
}

/** Source: weight in YAML or JSON, at the top, under `weights`, or under `mixture.weights`; so a proposal and a recipe are priors, too. */
function readWeights(file: string): Readonly<Record<string, number>> {
  let value: unknown;
  try {
    const { size } = statSync(file);
    if (size > MOST_PRIOR_BYTES) throw new Error(`has ${size} bytes, expected at most ${MOST_PRIOR_BYTES}`);
    value = parseYaml(readFileSync(file, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    throw new ConfigError(`--prior: found "${file}", expected proportional, uniform, or a file of weights: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const weights = under(under(value, 'mixture'), 'weights');
  const entries = isMapping(weights) ? Object.entries(weights) : [];
  const wrong = entries.find(([, weight]) => !(typeof weight === 'number' && weight >= 0 && weight < Infinity));
  if (wrong !== undefined) throw new ConfigError(`${file}: ${wrong[0]}: found ${JSON.stringify(wrong[1])}, expected a weight of 0 or more`);
  if (!entries.some(([, weight]) => weight !== 0)) throw new ConfigError(`${file}: found no weight above 0, expected a mapping of source to weight`);
  return Object.fromEntries(entries) as Record<string, number>; // each was looked at
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const under = (value: unknown, key: string): unknown => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : value);
