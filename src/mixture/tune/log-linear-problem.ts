/**
 * The least-squares problem behind the log-linear law: steps down, and the leave-one-out error of a ridge. The law is written as
 *   level + (exp(bend a . x) - 1) / bend,
 * x the shares less their means: the loss of the mean mixture, the slopes a there in units of loss, and how bent it is; c is level - 1 / bend, and t follows. So a ridge
 * on the slopes means the same however bent the law is, and a straight law (bend towards 0) is no special case.
 */
import { factorise, solve, solveLower } from './cholesky.js';
import type { Observations } from './law.js';
import { descentOf, exponentAt, scaleRuns, systemOf, tangentAt, type Point, type ScaledRuns, type Tangent } from './log-linear-tangent.js';
import { searchGrid } from './ridge-grid.js';
import type { Law } from './types.js';

export interface Setting {
  /** As a multiple of the mean variance of a share, times runs. */
  readonly ridge: number;
  /** Residuals beyond it count linearly (Huber). */
  readonly delta: number;
}

/** Residuals as if each run had been left out, and their sum as the objective counts it. */
export interface LeftOut {
  readonly score: number;
  readonly residuals: Float64Array;
}

const RIDGES = [1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 100, 1e4];
/** exp() of more than this is no loss. */
const LARGEST_EXPONENT = 50;

export class LogLinearProblem {
  readonly #runs: ScaledRuns;
  readonly #least: number;
  readonly #range: number;
  /** Bound of c, scaled: (c - least) / range. */
  readonly #lowestC: number;

  constructor(observations: Observations, least: number, range: number, lowestC: number) {
    [this.#runs, this.#least, this.#range, this.#lowestC] = [scaleRuns(observations, least, range), least, range, lowestC];
  }

  /** All losses at their mean, bent as c asks. */
  startAt(c: number): Point {
    const { rows, sources, losses } = this.#runs;
    const point = new Float64Array(sources + 2);
    point[0] = losses.reduce((sum, loss) => sum + loss, 0) / rows;
    point[1] = 1 / (point[0] - c);
    return point;
  }

  /** Levenberg-Marquardt from a point: at most `steps` of it, each lower than the one before. The bend moves only where `bends`. */
  descend(from: Point, { steps, bends, ...setting }: Setting & { readonly steps: number; readonly bends: boolean }): Point {
    let point: Point = from.slice();
    let damping = 1e-6;
    let before = this.#objective(point, setting);
    for (let taken = 0; taken < steps; taken++) {
      const tangent = tangentAt(this.#runs, point, setting.delta, bends);
      const descent = descentOf(this.#runs, tangent, point, setting.ridge);
      if (bends && descent[1]! < 0 && point[1]! <= this.#leastBend(point[0]!)) { // as straight as it may be: only the rest moves
        return this.descend(point, { ...setting, steps: steps - taken, bends: false });
      }
      let after = before;
      while (damping < 1e8) {
        const tried = this.#moved(point, tangent, descent, setting.ridge, damping);
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
    const tangent = tangentAt(this.#runs, point, delta, false);
    return searchGrid(RIDGES, (ridge) => ({ ridge, score: this.#leaveOut(tangent, point, { ridge, delta }).score }));
  }

  /** One step to the ridge's optimum, linearised; its residuals as if each run had been left out; Huber's loss of them. Infinite where it cannot be solved. */
  leaveOneOut(point: Point, setting: Setting): LeftOut {
    return this.#leaveOut(tangentAt(this.#runs, point, setting.delta, false), point, setting);
  }

  lawOf(point: Point): Law {
    const [level, bend] = [point[0]!, point[1]!];
    const slopes = point.subarray(2);
    const base = slopes.reduce((rest, slope, d) => rest - bend * slope * this.#runs.means[d]!, Math.log(this.#range / bend));
    return { kind: 'log-linear', c: this.#least + this.#range * Math.max(this.#lowestC, level - 1 / bend), t: [...slopes].map((slope) => bend * slope + base) };
  }

  #leastBend(level: number): number {
    return 1 / (level - this.#lowestC);
  }

  #objective(point: Point, { ridge, delta }: Setting): number {
    const [level, bend] = [point[0]!, point[1]!];
    let value = 0;
    for (let i = 0; i < this.#runs.rows; i++) {
      const exponent = exponentAt(this.#runs, point, i);
      if (!(exponent < LARGEST_EXPONENT)) return Infinity;
      value += huber(this.#runs.losses[i]! - level - Math.expm1(exponent) / bend, delta);
    }
    for (let j = 2; j < point.length; j++) value += (ridge * this.#runs.spread * point[j]! ** 2) / 2;
    return value;
  }

  #leaveOut(tangent: Tangent, point: Point, { ridge, delta }: Setting): LeftOut {
    const { size, jacobian, residuals, weights } = tangent;
    const factor = systemOf(this.#runs, tangent, ridge, 0);
    const left = new Float64Array(this.#runs.rows).fill(Infinity);
    if (!factorise(factor, size)) return { score: Infinity, residuals: left };
    const step = descentOf(this.#runs, tangent, point, ridge);
    solve(factor, size, step);
    const row = new Float64Array(size);
    let score = 0;
    for (let i = 0; i < this.#runs.rows; i++) {
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

  /** Undefined where the step cannot be solved for, or leaves no law. */
  #moved(point: Point, tangent: Tangent, descent: Float64Array, ridge: number, damping: number): Point | undefined {
    const system = systemOf(this.#runs, tangent, ridge, damping);
    if (!factorise(system, tangent.size)) return undefined;
    const step = descent.slice();
    solve(system, tangent.size, step);
    const moved = point.map((value, j) => value + step[j]!);
    if (!(moved[0]! > this.#lowestC)) return undefined;
    moved[1] = Math.max(this.#leastBend(moved[0]!), moved[1]!);
    return moved;
  }
}

function huber(residual: number, delta: number): number {
  const size = Math.abs(residual);
  return size <= delta ? (residual * residual) / 2 : delta * (size - delta / 2);
}
