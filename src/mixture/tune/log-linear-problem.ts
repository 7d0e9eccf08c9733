/**
 * The least-squares problem behind the log-linear law: its residuals, its linearisation, steps down and the leave-one-out error of a ridge. Losses are scaled
 * to 0..1 and shares centred here; log-linear.ts decides where to start and what to believe.
 */
import { factorise, solve, solveLower } from './cholesky.js';
import type { Observations } from './law.js';
import type { Law } from './types.js';

/** c, then the exponent of the mean mixture, then a slope a source. */
export type Point = Float64Array;

export interface Setting {
  /** As a multiple of the mean curvature along a slope. */
  readonly ridge: number;
  /** Residuals beyond it count linearly (Huber). */
  readonly delta: number;
  /** Whether c is fitted, too. */
  readonly moveC: boolean;
}

const RIDGES = [1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 100, 1e4];
/** Shares of the range below which a distance to c is not believed when its logarithm is taken. */
const LEAST_EXCESS = 0.02;
/** exp() of more than this is no loss. */
const LARGEST_EXPONENT = 50;

export class LogLinearProblem {
  readonly lowestC: number;
  readonly #rows: number;
  readonly #sources: number;
  readonly #least: number;
  readonly #range: number;
  /** Scaled: 0 for the least, 1 for the greatest. */
  readonly #losses: Float64Array;
  readonly #means: Float64Array;
  /** Shares less their means. */
  readonly #shares: Float64Array;

  /** `lowestC` is in scaled units: (c - least) / range. */
  constructor({ rows, columns, weights, losses }: Observations, least: number, range: number, lowestC: number) {
    this.lowestC = lowestC;
    [this.#rows, this.#sources, this.#least, this.#range] = [rows, columns, least, range];
    this.#losses = losses.map((loss) => (loss - least) / range);
    this.#means = new Float64Array(columns);
    for (let at = 0; at < weights.length; at++) this.#means[at % columns]! += weights[at]! / rows;
    this.#shares = weights.map((share, at) => share - this.#means[at % columns]!);
  }

  /** Regression of the logarithm of losses over c, weighted by what a logarithm is worth there. */
  startAt(c: number): Point {
    const excess = this.#losses.map((loss) => Math.max(loss - c, LEAST_EXCESS));
    const point = new Float64Array(this.#sources + 2);
    point[0] = c;
    point[1] = Math.log(excess.reduce((sum, value) => sum + value, 0) / this.#rows);
    const linear = this.#linearise(point, excess, excess.map((value) => value * (Math.log(value) - point[1]!)), Infinity, false);
    const step = this.#step(linear, point, 1e-3, 0);
    if (step !== undefined) for (let j = 1; j < point.length; j++) point[j]! += step[j]!;
    return point;
  }

  /** Levenberg-Marquardt from a point: at most `steps` of it, each lower than the one before. */
  descend(from: Point, { steps, ...setting }: Setting & { readonly steps: number }): Point {
    let point: Point = from.slice();
    let damping = 1e-6;
    for (let taken = 0; taken < steps; taken++) {
      const linear = this.#linearAt(point, setting);
      const pull = setting.ridge * linear.curvature;
      const before = this.#objective(point, setting.delta, pull);
      let after = before;
      while (damping < 1e8) {
        const step = this.#step(linear, point, setting.ridge, damping);
        const tried = step === undefined ? undefined : this.#moved(point, step);
        const value = tried === undefined ? Infinity : this.#objective(tried, setting.delta, pull);
        if (value < before) {
          [point, after] = [tried!, value]; // a value below Infinity is that of a point
          damping = Math.max(damping / 10, 1e-12);
          break;
        }
        damping = Math.max(damping, 1e-10) * 10;
      }
      if (before - after <= 1e-12 * before) break;
    }
    return point;
  }

  /** The ridge whose linearised fit predicts each run best from the others. */
  chooseRidge(point: Point, setting: Omit<Setting, 'ridge'>): { readonly ridge: number; readonly score: number } {
    return RIDGES.map((ridge) => ({ ridge, score: this.leaveOneOut(point, { ...setting, ridge }).score }))
      .reduce((best, one) => (one.score < best.score ? one : best));
  }

  /** One step to the ridge's optimum, linearised; its residuals as if each run had been left out; Huber's loss of them. Infinite where it cannot be solved. */
  leaveOneOut(point: Point, { ridge, delta, moveC }: Setting): { readonly score: number; readonly residuals: Float64Array } {
    const linear = this.#linearAt(point, { delta, moveC });
    const { size, jacobian, residuals, weights } = linear;
    const factor = this.#system(linear, ridge, 0);
    const left = new Float64Array(this.#rows).fill(Infinity);
    if (!factorise(factor, size)) return { score: Infinity, residuals: left };
    const step = this.#gradient(linear, point, ridge);
    solve(factor, size, step);
    const row = new Float64Array(size);
    let score = 0;
    for (let i = 0; i < this.#rows; i++) {
      row.set(jacobian.subarray(i * size, (i + 1) * size));
      let residual = residuals[i]!;
      for (let j = 0; j < size; j++) residual -= row[j]! * step[j]!;
      solveLower(factor, size, row);
      const leverage = weights[i]! * row.reduce((sum, x) => sum + x * x, 0);
      left[i] = residual / Math.max(1 - leverage, 1e-6);
      score += huber(left[i]!, delta);
    }
    return { score, residuals: left };
  }

  lawOf(point: Point): Law {
    let base = point[1]! + Math.log(this.#range);
    for (let d = 0; d < this.#sources; d++) base -= point[2 + d]! * this.#means[d]!;
    return { kind: 'log-linear', c: this.#least + this.#range * point[0]!, t: [...point.subarray(2)].map((slope) => slope + base) };
  }

  #exponent(point: Point, i: number): number {
    let exponent = point[1]!;
    for (let d = 0; d < this.#sources; d++) exponent += point[2 + d]! * this.#shares[i * this.#sources + d]!;
    return exponent;
  }

  #objective(point: Point, delta: number, pull: number): number {
    let value = 0;
    for (let i = 0; i < this.#rows; i++) {
      const exponent = this.#exponent(point, i);
      if (!(exponent < LARGEST_EXPONENT)) return Infinity;
      value += huber(this.#losses[i]! - point[0]! - Math.exp(exponent), delta);
    }
    for (let j = 2; j < point.length; j++) value += (pull * point[j]! ** 2) / 2;
    return value;
  }

  #linearAt(point: Point, { delta, moveC }: Omit<Setting, 'ridge'>): Linear {
    const excess = new Float64Array(this.#rows);
    for (let i = 0; i < this.#rows; i++) excess[i] = Math.exp(this.#exponent(point, i));
    return this.#linearise(point, excess, this.#losses.map((loss, i) => loss - point[0]! - excess[i]!), delta, moveC);
  }

  /** Without c, its column is left out as zeros and its row of the system made 1, so that it does not move. */
  #linearise(point: Point, excess: Float64Array, residuals: Float64Array, delta: number, moveC: boolean): Linear {
    const size = point.length;
    const jacobian = new Float64Array(this.#rows * size);
    const weights = residuals.map((residual) => Math.min(1, delta / Math.abs(residual)));
    const gram = new Float64Array(size * size);
    for (let i = 0; i < this.#rows; i++) {
      const at = i * size;
      jacobian[at] = moveC ? 1 : 0;
      jacobian[at + 1] = excess[i]!;
      for (let d = 0; d < this.#sources; d++) jacobian[at + 2 + d] = excess[i]! * this.#shares[i * this.#sources + d]!;
      for (let j = 0; j < size; j++) {
        const scaled = weights[i]! * jacobian[at + j]!;
        if (scaled !== 0) for (let k = 0; k <= j; k++) gram[j * size + k]! += scaled * jacobian[at + k]!;
      }
    }
    let curvature = 0;
    for (let j = 2; j < size; j++) curvature += gram[j * size + j]! / this.#sources;
    gram[0]! += moveC ? 1e-9 * this.#rows : 1; // c and the level of the exponent are the same where the law is straight
    return { size, jacobian, residuals, weights, gram, curvature };
  }

  #system({ size, gram, curvature }: Linear, ridge: number, damping: number): Float64Array {
    const system = gram.slice();
    const pull = Math.max(ridge * curvature, Number.MIN_VALUE);
    for (let j = 0; j < size; j++) system[j * size + j]! += (j < 2 ? 0 : pull) + damping * (gram[j * size + j]! + (j < 2 ? 0 : curvature * 1e-6));
    return system;
  }

  #gradient({ size, jacobian, residuals, weights, curvature }: Linear, point: Point, ridge: number): Float64Array {
    const gradient = new Float64Array(size);
    for (let i = 0; i < this.#rows; i++) {
      const scaled = weights[i]! * residuals[i]!;
      for (let j = 0; j < size; j++) gradient[j]! += scaled * jacobian[i * size + j]!;
    }
    for (let j = 2; j < size; j++) gradient[j]! -= ridge * curvature * point[j]!;
    return gradient;
  }

  #step(linear: Linear, point: Point, ridge: number, damping: number): Float64Array | undefined {
    const system = this.#system(linear, ridge, damping);
    if (!factorise(system, linear.size)) return undefined;
    const step = this.#gradient(linear, point, ridge);
    solve(system, linear.size, step);
    return step;
  }

  #moved(point: Point, step: Float64Array): Point {
    const moved = point.map((value, j) => value + step[j]!);
    moved[0] = Math.max(this.lowestC, moved[0]!);
    return moved;
  }
}

interface Linear {
  readonly size: number;
  /** Of the predicted loss, rows x size. */
  readonly jacobian: Float64Array;
  readonly residuals: Float64Array;
  readonly weights: Float64Array;
  /** Lower triangle. */
  readonly gram: Float64Array;
  /** Mean diagonal of the slopes' part. */
  readonly curvature: number;
}

function huber(residual: number, delta: number): number {
  const size = Math.abs(residual);
  return size <= delta ? (residual * residual) / 2 : delta * (size - delta / 2);
}
