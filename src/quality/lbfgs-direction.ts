/**
 * The search direction of L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4) from the last few steps. Vectors are Float64Array of
 * one length; every sum runs from the first element to the last, so the same steps give the same direction to the last bit.
 */

/** Steps remembered. */
const MEMORY = 10;

interface Step {
  /** Of the point, and of the gradient. */
  readonly moved: Float64Array;
  readonly turned: Float64Array;
  /** 1 / (moved . turned). */
  readonly rho: number;
}

export class LbfgsMemory {
  /** Oldest first. */
  readonly #steps: Step[] = [];

  /** Remembers a step, unless the curvature along it is lost in rounding. Takes the arrays over. Memory: 2 x 10 vectors. */
  add(moved: Float64Array, turned: Float64Array): void {
    const curvature = dot(moved, turned);
    if (!(curvature > 1e-300)) return;
    this.#steps.push({ moved, turned, rho: 1 / curvature });
    if (this.#steps.length > MEMORY) this.#steps.shift();
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  clear(): void {
    this.#steps.length = 0;
  }

  /** Minus the estimated inverse Hessian times the gradient: where to go. */
  direction(gradient: Float64Array): Float64Array {
    const result = gradient.map((value) => -value);
    const alphas = new Float64Array(this.#steps.length);
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const { moved, turned, rho } = this.#steps[i]!;
      alphas[i] = rho * dot(moved, result);
      addScaled(result, -alphas[i]!, turned);
    }
    const last = this.#steps.at(-1);
    if (last !== undefined) {
      const scale = 1 / (last.rho * dot(last.turned, last.turned));
      for (let i = 0; i < result.length; i++) result[i]! *= scale;
    }
    this.#steps.forEach(({ moved, turned, rho }, i) => addScaled(result, alphas[i]! - rho * dot(turned, result), moved));
    return result;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `to` += `scale` x `from`. */
export function addScaled(to: Float64Array, scale: number, from: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += scale * from[i]!;
}
