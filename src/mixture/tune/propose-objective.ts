/**
 * What a proposal minimises: the weighted sum of the laws' losses plus lambda times KL(w || prior), with its gradient and curvature. Log-linear laws and
 * logarithms with which a loss falls are convex; logarithms with which it rises are not, and are kept apart so that they can be replaced by their tangent.
 */
import type { Law } from './types.js';

export interface WeightedLaw {
  readonly law: Law;
  readonly weight: number;
}

interface Exponential {
  readonly factor: number;
  readonly t: Float64Array;
}

/** factor log(w_source + epsilon). */
interface Logarithm {
  readonly source: number;
  readonly factor: number;
  readonly epsilon: number;
}

export class ProposalObjective {
  readonly size: number;
  readonly #constant: number;
  readonly #exponentials: readonly Exponential[];
  readonly #linear: Float64Array;
  readonly #convex: readonly Logarithm[];
  readonly #concave: readonly Logarithm[];
  readonly #prior: Float64Array;
  readonly #lambda: number;

  /** Weights of laws are 0 or more; the prior sums to 1. */
  constructor(laws: readonly WeightedLaw[], prior: Float64Array, lambda: number) {
    [this.size, this.#prior, this.#lambda] = [prior.length, prior, lambda];
    this.#linear = new Float64Array(this.size);
    let constant = 0;
    const exponentials: Exponential[] = [];
    const factors = new Map<number, Float64Array>(); // by epsilon: what the logarithms of one source come to together may be convex where one of them is not
    for (const { law, weight } of laws.filter((one) => one.weight > 0)) {
      if (law.kind === 'log-linear') {
        constant += weight * law.c;
        exponentials.push({ factor: weight, t: Float64Array.from(law.t) });
        continue;
      }
      constant += weight * law.intercept;
      const sums = factors.get(law.epsilon) ?? new Float64Array(this.size);
      for (let d = 0; d < this.size; d++) {
        this.#linear[d]! += weight * law.linear[d]!;
        sums[d]! += weight * law.log[d]!;
      }
      factors.set(law.epsilon, sums);
    }
    const logarithms = [...factors].flatMap(([epsilon, sums]) => [...sums].map((factor, source): Logarithm => ({ source, factor, epsilon }))).filter(({ factor }) => factor !== 0);
    [this.#constant, this.#exponentials] = [constant, exponentials];
    this.#convex = logarithms.filter(({ factor }) => factor < 0);
    this.#concave = logarithms.filter(({ factor }) => factor > 0);
  }

  /** Whether any local minimum is the global one. */
  get isConvex(): boolean {
    return this.#concave.length === 0;
  }

  value(w: Float64Array): number {
    return this.#convexValue(w) + this.#concave.reduce((sum, { source, factor, epsilon }) => sum + factor * Math.log(w[source]! + epsilon), 0);
  }

  /** Minus infinity for a source with share 0 that a KL term wants. */
  gradient(w: Float64Array): Float64Array {
    const gradient = this.#convexGradient(w);
    for (const { source, factor, epsilon } of this.#concave) gradient[source]! += factor / (w[source]! + epsilon);
    return gradient;
  }

  /** The convex function that lies above this one and touches it at `at`: concave logarithms are replaced by their tangents there. */
  tangentAt(at: Float64Array): ConvexFunction {
    const slopes = new Float64Array(this.size);
    for (const { source, factor, epsilon } of this.#concave) slopes[source]! += factor / (at[source]! + epsilon);
    return {
      value: (w) => this.#convexValue(w) + slopes.reduce((sum, slope, d) => sum + slope * w[d]!, 0),
      gradient: (w) => this.#convexGradient(w).map((partial, d) => partial + slopes[d]!),
      addCurvature: (w, out) => this.#addCurvature(w, out),
    };
  }

  #convexValue(w: Float64Array): number {
    let value = this.#constant;
    for (const { factor, t } of this.#exponentials) value += factor * Math.exp(dot(t, w));
    for (const { source, factor, epsilon } of this.#convex) value += factor * Math.log(w[source]! + epsilon);
    for (let d = 0; d < this.size; d++) {
      value += this.#linear[d]! * w[d]!;
      if (this.#lambda > 0 && w[d]! > 0) value += this.#lambda * w[d]! * Math.log(w[d]! / this.#prior[d]!);
    }
    return value;
  }

  #convexGradient(w: Float64Array): Float64Array {
    const gradient = this.#linear.slice();
    for (const { factor, t } of this.#exponentials) {
      const steep = factor * Math.exp(dot(t, w));
      for (let d = 0; d < this.size; d++) gradient[d]! += steep * t[d]!;
    }
    for (const { source, factor, epsilon } of this.#convex) gradient[source]! += factor / (w[source]! + epsilon);
    if (this.#lambda > 0) for (let d = 0; d < this.size; d++) if (this.#prior[d]! > 0) gradient[d]! += this.#lambda * (Math.log(w[d]! / this.#prior[d]!) + 1);
    return gradient;
  }

  /** Lower triangle, row-major. */
  #addCurvature(w: Float64Array, out: Float64Array): void {
    const n = this.size;
    for (const { factor, t } of this.#exponentials) {
      const steep = factor * Math.exp(dot(t, w));
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j]! += steep * t[i]! * t[j]!;
    }
    for (const { source, factor, epsilon } of this.#convex) out[source * n + source]! -= factor / (w[source]! + epsilon) ** 2;
    if (this.#lambda > 0) for (let d = 0; d < n; d++) if (this.#prior[d]! > 0) out[d * n + d]! += this.#lambda / w[d]!;
  }
}

export interface ConvexFunction {
  value(w: Float64Array): number;
  gradient(w: Float64Array): Float64Array;
  /** Adds the matrix of second derivatives to `out`: its lower triangle, row-major. */
  addCurvature(w: Float64Array, out: Float64Array): void;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
