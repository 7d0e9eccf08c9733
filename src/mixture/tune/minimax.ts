/**
 * The worst-case mixture without a swarm (MixMax, arXiv:2406.01477; what DoReMi aims at): the one whose own model serves the source that it serves worst as well
 * as any model can. With models that are counts this is a concave problem, and the answer comes with a proof of how near it is.
 *
 * Let p_d(h, c) be the joint distribution of context h and next symbol c in source d, P_w = sum_d w_d p_d, and f_w(c | h) = P_w(h, c) / P_w(h) the model that a
 * mixture w trains. The excess of d is what f_w costs it beyond its own model, in bits a symbol:
 *   excess_d(w) = E_d[-log2 f_w(c | h)] - H_d,  with H_d = E_d[-log2 p_d(c | h)], at least 0.
 * Maximised is G(w) = sum_d w_d excess_d(w) = H_{P_w}(C | H) - sum_d w_d H_d: the mutual information of source and next symbol given the context.
 *  - Concave: conditional entropy is concave in the joint distribution, which is linear in w.
 *  - Minimax: G(w) = min_f sum_d w_d (E_d[-log2 f] - H_d), because f_w is the best model of P_w; so max_w G = min_f max_d of the excess (Sion).
 *  - Gradient: dG / dw_d = excess_d(w); so for every allowed v, G(v) - G(w) <= sum_d (v_d - w_d) excess_d(w). The greatest such sum is the gap that is returned. Without
 *    caps it is max_d excess_d - sum_d w_d excess_d, as in Blahut and Arimoto's algorithm.
 *  - Steps: G(v) + sum_d (w_d - v_d) excess_d(v) - G(w) = E_{P_w}[log2 f_w / f_v] <= KL(P_w || P_v) <= KL(w || v). So w_d <- w_d 2^excess_d, divided by its sum, ascends
 *    always; with caps the same, projected onto them in the sense of KL. A longer step is kept as long as it fulfils that inequality.
 */
import { bestLinear, expectFeasible, projectToCaps } from './capped-simplex.js';
import type { ConditionalCounts, Weights } from './types.js';

export interface MinimaxMixture {
  readonly weights: Weights;
  /** By source, bits a symbol. Infinite for a source with the cap 0 that has what no other has. */
  readonly excess: Readonly<Record<string, number>>;
  /** Bits: the sum of shares times excess is at most so much below that of the best mixture. */
  readonly gap: number;
  readonly iterations: number;
}

/** Bits. */
const TOLERANCE = 1e-7;
const MOST_ITERATIONS = 5000;
/** A share that falls below is as good as 0, but can rise again. */
const LEAST_SHARE = 1e-40;

/**
 * The mixture that maximises G, within `caps` (largest shares by source; a source without one may have all) where they are given. Stops at a gap of 1e-7 bits, or
 * after 5000 steps with the gap that is left. Time: events x sources a step; memory: 4 numbers an event. Errors: ConfigError where caps sum to less than 1.
 */
export function minimaxMixture(counts: ConditionalCounts, caps: Readonly<Record<string, number>> = {}): MinimaxMixture {
  const { sources } = counts;
  const most = Float64Array.from(sources, (source) => Math.min(1, Object.hasOwn(caps, source) ? caps[source]! : 1));
  expectFeasible(sources, most);
  const excessOf = excessFunction(counts);
  let weights = projectToCaps(most.map((cap) => (cap > 0 ? 1 : 0)), most);
  let excess = excessOf(weights);
  let length = 1;
  let iterations = 0;
  for (; iterations < MOST_ITERATIONS && gapOf(weights, excess, most) > TOLERANCE; iterations++) {
    const next = stepFrom(weights, excess, length, most);
    const nextExcess = excessOf(next);
    const bend = dot(next, excess) - dot(next, nextExcess);
    if (length > 1 && !(bend <= divergence(next, weights) / length)) {
      length = Math.max(1, length / 2);
      continue;
    }
    [weights, excess, length] = [next, nextExcess, length * 1.5];
  }
  const named = (values: Float64Array): Record<string, number> => Object.fromEntries(sources.map((source, d) => [source, values[d]!]));
  return { weights: named(weights), excess: named(excess), gap: gapOf(weights, excess, most), iterations };
}

function stepFrom(weights: Float64Array, excess: Float64Array, length: number, caps: Float64Array): Float64Array {
  const top = excess.reduce((best, value, d) => (weights[d]! > 0 ? Math.max(best, value) : best), 0);
  return projectToCaps(weights.map((share, d) => (share === 0 ? 0 : Math.max(share * 2 ** (length * (excess[d]! - top)), LEAST_SHARE))), caps);
}

/** Where a share is 0 its excess does not count, even if it is infinite. */
function dot(weights: Float64Array, values: Float64Array): number {
  return weights.reduce((sum, share, d) => (share === 0 ? sum : sum + share * values[d]!), 0);
}

/** Bits. */
function divergence(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, share, d) => (share === 0 ? sum : sum + share * Math.log2(share / b[d]!)), 0);
}

function gapOf(weights: Float64Array, excess: Float64Array, caps: Float64Array): number {
  const reachable = excess.map((value, d) => (caps[d]! > 0 ? value : -Infinity));
  return Math.max(0, bestLinear(reachable, caps) - dot(weights, excess));
}

/** The excess of every source as a function of the weights; what depends on the counts alone is computed once. */
function excessFunction({ contextOf, contexts, joint }: ConditionalCounts): (weights: Float64Array) => Float64Array {
  const events = contextOf.length;
  const ownEntropy = joint.map((p) => {
    const context = new Float64Array(contexts);
    for (let e = 0; e < events; e++) context[contextOf[e]!]! += p[e]!;
    let bits = 0;
    for (let e = 0; e < events; e++) if (p[e]! > 0) bits -= p[e]! * Math.log2(p[e]! / context[contextOf[e]!]!);
    return bits;
  });
  const mixed = new Float64Array(events);
  const context = new Float64Array(contexts);
  return (weights) => {
    mixed.fill(0);
    context.fill(0);
    for (const [d, p] of joint.entries()) {
      const share = weights[d]!;
      if (share > 0) for (let e = 0; e < events; e++) mixed[e]! += share * p[e]!;
    }
    for (let e = 0; e < events; e++) context[contextOf[e]!]! += mixed[e]!;
    for (let e = 0; e < events; e++) mixed[e] = mixed[e]! > 0 ? -Math.log2(mixed[e]! / context[contextOf[e]!]!) : Infinity; // now bits of the event
    return Float64Array.from(joint, (p, d) => {
      let bits = -ownEntropy[d]!;
      for (let e = 0; e < events; e++) if (p[e]! > 0) bits += p[e]! * mixed[e]!;
      return bits;
    });
  };
}
