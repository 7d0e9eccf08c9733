/**
 * Minimises a convex function over the capped simplex: Newton's method on logarithmic barriers that are let go in steps (Boyd and Vandenberghe, Convex
 * Optimization, 11.3). Each Newton step keeps the sum of shares and is shortened until it descends, so that nothing depends on a lucky start.
 */
import { factorise, solve } from './cholesky.js';
import type { ConvexFunction } from './propose-objective.js';

/** Barrier from first to last, as shares of the function's scale, and how fast it goes. */
const FIRST = 1;
const LAST = 1e-13;
const FACTOR = 0.15;
const NEWTON_STEPS = 60;

/**
 * The minimum, strictly between 0 and the cap where the cap is above 0. Caps sum to more than 1; a source with the cap 0 has no share. `scale`: how large the function's
 * differences are. Time: some 80 solutions of a system of as many equations as sources.
 */
export function minimiseInCaps(convex: ConvexFunction, caps: Float64Array, scale: number): Float64Array {
  const sum = caps.reduce((total, cap) => total + cap, 0);
  let point: Float64Array = caps.map((cap) => cap / sum);
  for (let barrier = FIRST * scale; barrier > LAST * scale; barrier *= FACTOR) {
    for (let taken = 0; taken < NEWTON_STEPS; taken++) {
      const step = newtonStep(convex, point, caps, barrier);
      if (step === undefined) break;
      const next = lineSearch((w) => convex.value(w) - barrier * barrierAt(w, caps), point, step, caps, barrier);
      if (next === undefined) break;
      point = next;
      if (step.decrement < 1e-4 * barrier) break;
    }
  }
  return point;
}

interface Step {
  readonly direction: Float64Array;
  /** Twice what the function falls by, to second order. */
  readonly decrement: number;
}

function newtonStep(convex: ConvexFunction, w: Float64Array, caps: Float64Array, barrier: number): Step | undefined {
  const n = w.length;
  const gradient = convex.gradient(w);
  const system = new Float64Array(n * n);
  convex.addCurvature(w, system);
  for (let d = 0; d < n; d++) {
    if (caps[d] === 0) { // stays at 0
      system.fill(0, d * n, d * n + n);
      for (let i = d; i < n; i++) system[i * n + d] = 0;
      system[d * n + d] = 1;
      gradient[d] = 0;
      continue;
    }
    const [above, below] = [w[d]!, caps[d]! - w[d]!];
    gradient[d]! -= barrier / above - barrier / below;
    system[d * n + d]! += barrier / (above * above) + barrier / (below * below);
  }
  if (!factorise(system, n)) return undefined;
  const direction = gradient.map((partial) => -partial);
  const ones = caps.map((cap) => (cap === 0 ? 0 : 1));
  solve(system, n, direction);
  solve(system, n, ones);
  const excess = direction.reduce((sum, x) => sum + x, 0) / ones.reduce((sum, x) => sum + x, 0);
  for (let d = 0; d < n; d++) direction[d]! -= excess * ones[d]!; // steps keep the sum
  const decrement = -direction.reduce((sum, x, d) => sum + x * gradient[d]!, 0);
  return decrement > 0 ? { direction, decrement } : undefined;
}

/** Sum of the logarithms of the distances to 0 and to the caps; minus infinity outside. */
function barrierAt(w: Float64Array, caps: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < w.length; d++) {
    if (caps[d] === 0) continue;
    if (!(w[d]! > 0 && w[d]! < caps[d]!)) return -Infinity;
    sum += Math.log(w[d]!) + Math.log(caps[d]! - w[d]!);
  }
  return sum;
}

/** Undefined where rounding is all that is left to gain. */
function lineSearch(value: (w: Float64Array) => number, from: Float64Array, { direction, decrement }: Step, caps: Float64Array, barrier: number): Float64Array | undefined {
  let length = 1;
  for (let d = 0; d < from.length; d++) {
    if (direction[d]! < 0) length = Math.min(length, (-0.99 * from[d]!) / direction[d]!);
    else if (direction[d]! > 0) length = Math.min(length, (0.99 * (caps[d]! - from[d]!)) / direction[d]!);
  }
  const before = value(from);
  const noise = 1e-14 * (Math.abs(before) + barrier);
  for (let tries = 0; tries < 40; tries++, length /= 2) {
    const next = from.map((share, d) => share + length * direction[d]!);
    if (value(next) <= before - 0.1 * length * decrement + noise) return next;
  }
  return undefined;
}
