/**
 * The least-squares problem behind the log-linear law: its residuals, its linearisation, steps down and the leave-one-out error of a ridge. The law is written as
 *   level + (exp(bend a . x) - 1) / bend,
 * x the shares less their means: the loss of the mean mixture, the slopes a there in units of loss, and how bent it is; c is level - 1 / bend, and t follows. So a ridge
 * on the slopes means the same however bent the law is, and a straight law (bend towards 0) is no special case. Losses are scaled to 0..1.
 */
import { factorise, solve, solveLower } from './cholesky.js';
import type { Observations } from './law.js';
import { searchGrid } from './ridge-grid.js';
import type { Law } from './types.js';

/** Level, bend, then a slope a source. */
export type Point = Float64Array;

export interface Setting {
  /** As a multiple of the mean variance of a share, times runs. */
  readonly ridge: number;
  /** Residuals beyond it count linearly (Huber). */
  readonly delta: number;
}

const RIDGES = [1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 100, 1e4];
/** exp() of more than this is no loss. */
const LARGEST_EXPONENT = 50;

export class LogLinearProblem {
  /** Bound of c, scaled: (c - least) / range. */
  readonly #lowestC: number;
  readonly #rows: number;
  readonly #sources: number;
  readonly #least: number;
  readonly #range: number;
  /** 0 for the least, 1 for the greatest. */
  readonly #losses: Float64Array;
  readonly #means: Float64Array;
  /** Shares less their means. */
  readonly #shares: Float64Array;
  /** Sum of squares of `shares`, by source on average: the unit of ridges. */
  readonly #spread: number;

  constructor({ rows, columns, weights, losses }: Observations, least: number, range: number, lowestC: number) {
    [this.#lowestC, this.#rows, this.#sources, this.#least, this.#range] = [lowestC, rows, columns, least, range];
    this.#losses = losses.map((loss) => (loss - least) / range);
    this.#means = new Float64Array(columns);
    for (let at = 0; at < weights.length; at++) this.#means[at % columns]! += weights[at]! / rows;
    this.#shares = weights.map((share, at) => share - this.#means[at % columns]!);
    this.#spread = this.#shares.reduce((sum, share) => sum + share * share, 0) / columns;
  }

  /** All losses at their mean, bent as c asks. */
  startAt(c: number): Point {
    const point = new Float64Array(this.#sources + 2);
    point[0] = this.#losses.reduce((sum, loss) => sum + loss, 0) / this.#rows;
    point[1] = 1 / (point[0] - c);
    return point;
  }

  /** Levenberg-Marquardt from a point: at most `steps` of it, each lower than the one before. The bend moves only where `bends`. */
  descend(from: Point, { steps, bends, ...setting }: Setting & { readonly steps: number; readonly bends: boolean }): Point {
    let point: Point = from.slice();
    let damping = 1e-6;
    let before = this.#objective(point, setting);
    for (let taken = 0; taken < steps; taken++) {
      const linear = this.#linearAt(point, setting.delta, bends);
      const gradient = this.#gradient(linear, point, setting.ridge);
      if (bends && gradient[1]! < 0 && point[1]! <= this.#leastBend(point[0]!)) { // as straight as it may be: only the rest moves
        point = this.descend(point, { ...setting, steps: steps - taken, bends: false });
        break;
      }
      let after = before;
      while (damping < 1e8) {
        const tried = this.#moved(point, linear, gradient, setting.ridge, damping);
        const value = tried === undefined ? Infinity : this.#objective(tried, setting);
        if (value < before) {
          [point, after] = [tried!, value]; // a value below Infinity is that of a point
          damping = Math.max(damping / 10, 1e-12);
          break;
        }
        damping = Math.max(damping, 1e-10) * 10;
      }
      if (before - after <= 1e-12 * before) break;
      before = after;
    }
    return point;
  }

  /** The ridge whose fit predicts each run best from the others, the bend staying as it is. */
  chooseRidge(point: Point, delta: number): { readonly ridge: number; readonly score: number } {
    const linear = this.#linearAt(point, delta, false);
    return searchGrid(RIDGES, (ridge) => ({ ridge, score: this.#leaveOut(linear, point, { ridge, delta }).score }));
  }

  /** One step to the ridge's optimum, linearised; its residuals as if each run had been left out; Huber's loss of them. Infinite where it cannot be solved. */
  leaveOneOut(point: Point, setting: Setting): LeftOut {
    return this.#leaveOut(this.#linearAt(point, setting.delta, false), point, setting);
  }

  #leaveOut(linear: Linear, point: Point, { ridge, delta }: Setting): LeftOut {
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
    const [level, bend] = [point[0]!, point[1]!];
    let base = Math.log(this.#range / bend);
    for (let d = 0; d < this.#sources; d++) base -= bend * point[2 + d]! * this.#means[d]!;
    return { kind: 'log-linear', c: this.#least + this.#range * Math.max(this.#lowestC, level - 1 / bend), t: [...point.subarray(2)].map((slope) => bend * slope + base) };
  }

  #leastBend(level: number): number {
    return 1 / (level - this.#lowestC);
  }

  #slope(point: Point, i: number): number {
    let along = 0;
    for (let d = 0; d < this.#sources; d++) along += point[2 + d]! * this.#shares[i * this.#sources + d]!;
    return along;
  }

  #objective(point: Point, { ridge, delta }: Setting): number {
    const [level, bend] = [point[0]!, point[1]!];
    let value = 0;
    for (let i = 0; i < this.#rows; i++) {
      const exponent = bend * this.#slope(point, i);
      if (!(exponent < LARGEST_EXPONENT)) return Infinity;
      value += huber(this.#losses[i]! - level - Math.expm1(exponent) / bend, delta);
    }
    for (let j = 2; j < point.length; j++) value += (ridge * this.#spread * point[j]! ** 2) / 2;
    return value;
  }

  /** Where the bend stays, its column is zeros and its row of the system that of 1, so that its step is 0. */
  #linearAt(point: Point, delta: number, bends: boolean): Linear {
    const size = point.length;
    const [level, bend] = [point[0]!, point[1]!];
    const jacobian = new Float64Array(this.#rows * size);
    const residuals = new Float64Array(this.#rows);
    const weights = new Float64Array(this.#rows);
    const gram = new Float64Array(size * size);
    for (let i = 0; i < this.#rows; i++) {
      const exponent = bend * this.#slope(point, i);
      const [steep, rise] = [Math.exp(exponent), Math.expm1(exponent)];
      residuals[i] = this.#losses[i]! - level - rise / bend;
      weights[i] = Math.min(1, delta / Math.abs(residuals[i]!));
      const at = i * size;
      jacobian[at] = 1;
      jacobian[at + 1] = bends ? (exponent * steep - rise) / (bend * bend) : 0;
      for (let d = 0; d < this.#sources; d++) jacobian[at + 2 + d] = steep * this.#shares[i * this.#sources + d]!;
      const row = jacobian.subarray(at, at + size);
      for (let j = 0; j < size; j++) {
        const scaled = weights[i]! * row[j]!;
        if (scaled !== 0) for (let k = 0; k <= j; k++) gram[j * size + k]! += scaled * row[k]!;
      }
    }
    if (!bends) gram[size + 1] = 1;
    return { size, jacobian, residuals, weights, gram };
  }

  #system({ size, gram }: Linear, ridge: number, damping: number): Float64Array {
    const system = gram.slice();
    for (let j = 0; j < size; j++) system[j * size + j]! += damping * (gram[j * size + j]! + 1e-6 * this.#spread) + (j < 2 ? 0 : ridge * this.#spread);
    return system;
  }

  /** Downhill. */
  #gradient({ size, jacobian, residuals, weights }: Linear, point: Point, ridge: number): Float64Array {
    const gradient = new Float64Array(size);
    for (let i = 0; i < this.#rows; i++) {
      const scaled = weights[i]! * residuals[i]!;
      for (let j = 0; j < size; j++) gradient[j]! += scaled * jacobian[i * size + j]!;
    }
    for (let j = 2; j < size; j++) gradient[j]! -= ridge * this.#spread * point[j]!;
    return gradient;
  }

  /** Undefined where the step cannot be solved for, or leaves no law. */
  #moved(point: Point, linear: Linear, gradient: Float64Array, ridge: number, damping: number): Point | undefined {
    const system = this.#system(linear, ridge, damping);
    if (!factorise(system, linear.size)) return undefined;
    const step = gradient.slice();
    solve(system, linear.size, step);
    const moved = point.map((value, j) => value + step[j]!);
    if (!(moved[0]! > this.#lowestC)) return undefined;
    moved[1] = Math.max(this.#leastBend(moved[0]!), moved[1]!);
    return moved;
  }
}

/** Residuals as if each run had been left out, and their sum as the objective counts it. */
interface LeftOut {
  readonly score: number;
  readonly residuals: Float64Array;
}

interface Linear {
  readonly size: number;
  /** Of the predicted loss, rows x size. */
  readonly jacobian: Float64Array;
  readonly residuals: Float64Array;
  readonly weights: Float64Array;
  /** Lower triangle. */
  readonly gram: Float64Array;
}

function huber(residual: number, delta: number): number {
  const size = Math.abs(residual);
  return size <= delta ? (residual * residual) / 2 : delta * (size - delta / 2);
}
