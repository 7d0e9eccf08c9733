/**
 * The swarm: mixtures to train proxies on, so that laws can be fitted to what they measure. As in RegMix (arXiv:2407.01492): Dirichlet draws around a prior that
 * is flatter than the sizes, of a strength that varies, none far above what a source has. A run depends on the seed, its index and the sources alone: a larger
 * swarm has the smaller one's runs.
 */
import { drawDirichlet, KeyedStream, normalised } from './dirichlet.js';
import type { MixtureRun, Weights } from './types.js';

/** The prior is proportional to size^.5. */
const PRIOR_POWER = 0.5;
/** Sum of the concentrations: log-uniform. At .1 a mixture is nearly one source, at 5 it is near the prior. */
const STRENGTH = { least: 0.1, most: 5 } as const;
/** A source gets at most so many times its share of all sizes. */
const MOST_UPSAMPLING = 15;
/** Smaller weights are dropped: a proxy would see a document or none of them. */
const LEAST_WEIGHT = 2e-4;
/** Draws that are refused before one is cut to what is allowed: with many tiny sources nearly all are. */
const MOST_ATTEMPTS = 100;

/** Fewer runs a source than this say too little; so many are good. */
export const FEWEST_RUNS_A_SOURCE = 3;
export const GOOD_RUNS_A_SOURCE = 8;

export interface SwarmOptions {
  /** Above 0, of all sources that take part, in any unit. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly runs: number;
  readonly seed: number;
  /** Runs are named `NAME-swarm-0012`. */
  readonly name: string;
}

export interface Swarm {
  readonly runs: readonly MixtureRun[];
  /** Runs whose every draw was refused, and that were cut to what is allowed. */
  readonly cut: number;
}

export function drawSwarm({ sizes, runs, seed, name }: SwarmOptions): Swarm {
  const shares = normalised(sizes);
  const prior = normalised(Object.fromEntries(Object.entries(shares).map(([source, share]) => [source, share ** PRIOR_POWER])));
  const caps = Object.fromEntries(Object.entries(shares).map(([source, share]) => [source, MOST_UPSAMPLING * share]));
  let cut = 0;
  const drawn = Array.from({ length: runs }, (_, index): MixtureRun => {
    const { weights, isCut } = drawMixture(prior, caps, seed, index);
    cut += isCut ? 1 : 0;
    const run = `swarm-${String(index).padStart(4, '0')}`;
    return { run, name: `${name}-${run}`, index, weights };
  });
  return { runs: drawn, cut };
}

function drawMixture(prior: Weights, caps: Weights, seed: number, index: number): { readonly weights: Weights; readonly isCut: boolean } {
  let weights: Weights = prior;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const position = new KeyedStream(seed, 'swarm', index, attempt).next();
    const strength = STRENGTH.least * (STRENGTH.most / STRENGTH.least) ** position;
    const concentrations = Object.fromEntries(Object.entries(prior).map(([source, share]) => [source, share * strength]));
    weights = drawDirichlet(concentrations, (source) => new KeyedStream(seed, `swarm\0${source}`, index, attempt));
    if (Object.keys(weights).every((source) => weights[source]! <= caps[source]!)) return { weights: withoutTraces(weights), isCut: false };
  }
  return { weights: withoutTraces(cappedWeights(weights, caps)), isCut: true };
}

function withoutTraces(weights: Weights): Weights {
  return normalised(Object.fromEntries(Object.entries(weights).map(([source, weight]) => [source, weight < LEAST_WEIGHT ? 0 : weight])));
}

/**
 * What is above a cap goes to the sources below theirs, in proportion to their caps' room; once is enough, as nobody gets more than its room. The caps sum to
 * more than 1.
 */
function cappedWeights(weights: Weights, caps: Weights): Weights {
  const names = Object.keys(weights).sort();
  const excess = names.reduce((sum, name) => sum + Math.max(0, weights[name]! - caps[name]!), 0);
  const room = names.reduce((sum, name) => sum + Math.max(0, Math.min(1, caps[name]!) - weights[name]!), 0);
  return Object.fromEntries(names.map((name) => {
    const weight = weights[name]!;
    const cap = Math.min(1, caps[name]!);
    return [name, weight > cap ? cap : weight + (excess * (cap - weight)) / room];
  }));
}
