/**
 * The mixture that minimises a proposal's objective within its caps. Where the objective is convex the minimum is exact and certified; where it is not (ridge laws
 * with losses that rise with a logarithm), concave parts are replaced by tangents again and again (the convex-concave procedure: each round descends), from
 * several starts, and the best of the local minima is given as what it is.
 */
import { bestLinear, projectToCaps } from './capped-simplex.js';
import { minimiseInCaps } from './propose-barrier.js';
import type { ProposalObjective } from './propose-objective.js';
import type { Optimality } from './types.js';

/** Rounds of tangents from one start. */
const ROUNDS = 50;
/** A share below is no document; without a KL term it is 0. */
const NO_SHARE = 1e-9;
/** Of a source in a mixture to start from: a source without any is not scaled up to fill the caps. */
const LEAST_START = 1e-6;
/** With more sources, none is left out for a start of its own. */
const MOST_LEFT_OUT = 40;

export interface Minimum {
  readonly weights: Float64Array;
  readonly value: number;
  readonly optimality: Optimality;
}

/**
 * `caps` sum to 1 at least; a source with the cap 0 has no share. `starts` are mixtures to begin from where the objective is not convex; the middle of the caps is
 * always one, and so are those without one of the sources. `lambda` is the objective's.
 */
export function searchMinimum(objective: ProposalObjective, caps: Float64Array, starts: readonly Float64Array[], lambda: number): Minimum {
  const sum = caps.reduce((total, cap) => total + cap, 0);
  const middle = caps.map((cap) => cap / sum);
  if (sum <= 1 + 1e-9 || caps.filter((cap) => cap > 0).length === 1) return { weights: middle, value: objective.value(middle), optimality: { kind: 'certified', gap: 0 } }; // the only one there is
  if (objective.isConvex) return certified(objective, caps, tidy(minimumFrom(objective, caps, middle, 1), caps, lambda));
  const minima = [middle, ...[...starts, ...withoutOne(middle)].map((start) => projectToCaps(start.map((share, d) => (caps[d] === 0 ? 0 : Math.max(share, LEAST_START))), caps))]
    .map((start) => tidy(minimumFrom(objective, caps, start, ROUNDS), caps, lambda))
    .map((weights) => ({ weights, value: objective.value(weights) }));
  const best = minima.reduce((low, one) => (one.value < low.value ? one : low));
  return { ...best, optimality: { kind: 'local', starts: minima.length } };
}

/** A logarithm with which a loss rises asks whether a source is there at all: so each is left out once. */
function withoutOne(middle: Float64Array): Float64Array[] {
  return middle.length > MOST_LEFT_OUT ? [] : [...middle.keys()].filter((d) => middle[d]! > 0).map((left) => middle.map((share, d) => (d === left ? 0 : share)));
}

function minimumFrom(objective: ProposalObjective, caps: Float64Array, start: Float64Array, rounds: number): Float64Array {
  let [point, value] = [start, objective.value(start)];
  for (let round = 0; round < rounds; round++) {
    const next = minimiseInCaps(objective.tangentAt(point), caps, scaleOf(objective, start, caps));
    const fallen = value - objective.value(next);
    if (rounds === 1 || fallen > 0) [point, value] = [next, value - fallen];
    if (!(fallen > 1e-11 * (1 + Math.abs(value)))) break;
  }
  return point;
}

/** How much the objective differs over the mixtures near a point, to first order. */
function scaleOf(objective: ProposalObjective, point: Float64Array, caps: Float64Array): number {
  const slopes = objective.gradient(point.map((share, d) => (caps[d] === 0 ? 0 : Math.max(share, 1e-6)))).filter((_, d) => caps[d]! > 0);
  return Math.max(Math.max(...slopes) - Math.min(...slopes), 1e-9);
}

function tidy(weights: Float64Array, caps: Float64Array, lambda: number): Float64Array {
  const shares = weights.map((share) => (lambda === 0 && share < NO_SHARE ? 0 : share));
  return projectToCaps(shares, caps.map((cap, d) => (shares[d] === 0 ? 0 : cap)));
}

/** By the tangent of a convex objective: no allowed mixture is lower by more than the gap. */
function certified(objective: ProposalObjective, caps: Float64Array, weights: Float64Array): Minimum {
  const slopes = objective.gradient(weights).map((slope, d) => (caps[d] === 0 ? 0 : slope));
  const here = weights.reduce((sum, share, d) => sum + (share === 0 ? 0 : share * slopes[d]!), 0);
  const gap = Math.max(0, here + bestLinear(slopes.map((slope) => -slope), caps));
  return { weights, value: objective.value(weights), optimality: { kind: 'certified', gap } };
}
