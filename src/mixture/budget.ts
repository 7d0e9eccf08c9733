/**
 * How much each source gives: its share of the budget, bounded by how often it may be repeated and by the share it may have. What happens where a source
 * has too little is the recipe's choice. Which documents give it is select.ts; what came of it is realised.ts.
 */
import { waterFill } from './caps.js';
import { capWeights, maxShareOf, shrinkToShares, type MaxShares } from './caps-shares.js';
import { MixtureError } from './errors.js';
import { roundShares } from './round-shares.js';
import type { MixtureUnit } from './unit.js';

/** Where a source has too little: stop, take what it has, or give the rest to the others. */
export type Shortfall = 'error' | 'cap' | 'renormalise';

export interface MixtureRequest {
  /** What sizes and budget count. */
  readonly unit: MixtureUnit;
  /** What survived, by source: whole numbers. A source without one has nothing. */
  readonly sizes: Readonly<Record<string, number>>;
  /** By source, summing to 1 (rules.ts). */
  readonly weights: Readonly<Record<string, number>>;
  /** A whole number; `max`: as much as there is without any source passing its largest number of epochs. */
  readonly budget: number | 'max';
  /** By source of `weights`. */
  readonly maxEpochs: Readonly<Record<string, number>>;
  readonly maxShare?: MaxShares;
  readonly shortfall: Shortfall;
}

export interface SourceQuota {
  readonly source: string;
  /** Share asked for, 0 to 1. */
  readonly requestedWeight: number;
  /** Its share of all quotas: what is left of the request once caps and shortfalls are settled. */
  readonly plannedWeight: number;
  readonly available: number;
  /** Asked of it after caps and shortfalls are settled: a whole number. */
  readonly quota: number;
  /** quota / available; 0 where nothing is available. */
  readonly epochs: number;
  /** Copies of every document ... */
  readonly wholeCopies: number;
  /** ... and one more of documents of about this size (select.ts), */
  readonly fractionSize: number;
  /** which is this share of what is available, 0 <= fraction < 1. */
  readonly fraction: number;
}

export interface MixturePlan {
  readonly unit: MixtureUnit;
  /** Asked for: the recipe's number, or what `max` came to. */
  readonly budget: number;
  /** In the order of `weights`. */
  readonly sources: readonly SourceQuota[];
  /** What a person should know: sources cut, others raised. */
  readonly warnings: readonly string[];
}

/** Room for the rounding of a few operations on floats, relative. */
const SLACK = 2 ** -50;

/**
 * The quota of every source. Quotas sum to the budget exactly, except where shortfalls were capped. None is above its epochs, or above its share by a
 * whole unit. Throws MixtureError with the figures where `shortfall` is `error` and a source has too little, and where nothing at all is left to mix.
 */
export function planMixture(request: MixtureRequest): MixturePlan {
  const { unit, sizes, shortfall, maxEpochs, maxShare = {} } = request;
  const sizeOf = (name: string): number => (Object.hasOwn(sizes, name) ? sizes[name]! : 0);
  const { weights, warning } = capWeights(request.weights, maxShare);
  const weighted = Object.keys(weights).sort().filter((name) => weights[name]! > 0).map((name): Claim => {
    const available = sizeOf(name);
    return { name, weight: weights[name]!, available, maxEpochs: maxEpochs[name]!, most: Math.floor(available * maxEpochs[name]!) };
  });
  if (weighted.every(({ most }) => most === 0)) throw new MixtureError(`mixture: no source with a weight has any ${unit.slice(0, -1)} left`);
  const budget = request.budget === 'max' ? largestBudget(weighted.filter(({ most }) => most > 0)) : request.budget;
  const short = weighted.filter(({ weight, most }) => budget * weight >= most + 1); // less than a unit is rounding
  if (short.length > 0 && shortfall === 'error') throw new MixtureError(shortfallText(short, weighted, budget, unit));
  const quotas = settle(weighted, budget, short.length > 0 && shortfall === 'cap', maxShare);
  const given = [...quotas.values()].reduce((sum, quota) => sum + quota, 0);
  if (given === 0) throw new MixtureError(`mixture: nothing can be planned within maxShare: too few ${unit} of the sources whose share is not bounded`);
  return {
    unit, budget,
    sources: Object.keys(weights).map((name) => quotaOf(name, request.weights[name]!, sizeOf(name), quotas.get(name) ?? 0, given)),
    warnings: [
      ...(warning === undefined ? [] : [warning]),
      ...short.map((claim) => `${needText(claim, budget, unit)}: cut to ${quotas.get(claim.name)}, ${Number(((quotas.get(claim.name) ?? 0) / Math.max(1, claim.available)).toFixed(2))} epochs`),
      ...(short.length === 0 ? [] : weighted.filter((claim) => !short.includes(claim) && Math.abs(quotas.get(claim.name)! - budget * claim.weight) >= 1)
        .map(({ name, weight }) => `${name} gives ${quotas.get(name)} ${unit} instead of ${Math.round(budget * weight)} ${quotas.get(name)! > budget * weight ? 'to make up for it' : 'to keep within its share'}`)),
      ...(given === budget ? [] : [`the corpus is planned with ${given} ${unit} instead of ${budget}`]),
    ],
  };
}

interface Claim {
  readonly name: string;
  readonly weight: number;
  readonly available: number;
  readonly maxEpochs: number;
  /** It can give at most: maxEpochs times what is available. */
  readonly most: number;
}

/** The budget at which the first source reaches its most. */
function largestBudget(claims: readonly Claim[]): number {
  return Math.floor(Math.min(...claims.map(({ weight, most }) => most / weight)) * (1 + SLACK));
}

/** Whole quotas. What a source cannot give goes to the others by weight, but where it is to be missing (`smaller`). */
function settle(weighted: readonly Claim[], budget: number, smaller: boolean, maxShare: MaxShares): ReadonlyMap<string, number> {
  const claims = weighted.map(({ name, weight, most }) => ({ name, weight, cap: Math.min(most, Math.ceil(maxShareOf(maxShare, name) * budget)) }));
  const amounts = smaller ? new Map(claims.map(({ name, weight, cap }) => [name, Math.min(budget * weight, cap)])) : waterFill(claims, budget);
  const total = [...amounts.values()].reduce((sum, amount) => sum + amount, 0);
  const settled = total < budget - 0.5 ? shrinkToShares(amounts, maxShare) : amounts; // a smaller corpus has smaller shares
  return roundShares(settled, new Map(claims.map(({ name, cap }) => [name, cap])));
}

function quotaOf(source: string, requestedWeight: number, available: number, quota: number, total: number): SourceQuota {
  const wholeCopies = available === 0 ? 0 : Math.floor(quota / available);
  const fractionSize = quota - wholeCopies * available;
  return {
    source, requestedWeight, plannedWeight: quota / total, available, quota, wholeCopies, fractionSize,
    epochs: available === 0 ? 0 : quota / available,
    fraction: available === 0 ? 0 : fractionSize / available,
  };
}

function needText({ name, weight, available }: Claim, budget: number, unit: MixtureUnit): string {
  const needed = Math.round(budget * weight);
  const epochs = available === 0 ? 'it has none' : `it has ${available}, so ${(needed / available).toFixed(2)} epochs`;
  return `${name} should give ${needed} ${unit} (${(weight * 100).toFixed(2)} % of ${budget}), ${epochs}`;
}

function shortfallText(short: readonly Claim[], weighted: readonly Claim[], budget: number, unit: MixtureUnit): string {
  const most = largestBudget(weighted);
  const epochs = [...new Set(weighted.map(({ maxEpochs }) => maxEpochs))];
  return [
    `mixture: too few ${unit} for these weights and a budget of ${budget}, with at most ${epochs.length === 1 ? `${epochs[0]} epochs of any source` : 'the epochs allowed'}:`,
    ...short.map((claim) => `  ${needText(claim, budget, unit)}${epochs.length === 1 ? '' : `, at most ${claim.maxEpochs} allowed`}`),
    most > 0 ? `  expected a budget of at most ${most}, other weights, or shortfall: cap or renormalise`
      : `  expected a weight of 0 for a source without ${unit}, or shortfall: cap or renormalise`,
  ].join('\n');
}
